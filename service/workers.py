"""Several worker processes of one service, forked from a process that has everything loaded, so that they share it.

What is in memory before the fork is there once, until somebody writes to it: modules, routes, what the lists and
their index hold in Python. The parent answers nothing. It replaces a worker that dies, and passes on that it is to
stop; where it dies itself, its workers finish what they have begun and end. Only on Linux: see `service.listening`.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
from multiprocessing import get_context, parent_process
from multiprocessing.context import ForkProcess
from types import FrameType

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from service.listening import own_listener, reserved_port

LOG = logging.getLogger(__name__)
PAUSE = 0.5
"""Seconds between two looks at whether to stop, and before a dead worker is replaced."""
STOPPING = (signal.SIGTERM, signal.SIGINT)


class Workers:
    """The worker processes of a server whose application is loaded already."""

    def __init__(self, config: uvicorn.Config, port: int) -> None:
        self._config = config
        self._port = port
        self._workers: list[ForkProcess] = []
        self._stopped = threading.Event()

    def run(self) -> None:
        """Run them until this process is told to stop. A worker that cannot even start ends them all."""
        for number in STOPPING:
            signal.signal(number, self._stop)
        self._config.load()
        gc.collect()
        gc.freeze()  # a collection in a worker would write to, and so copy, whatever it looks at
        self._workers = [self._forked() for _ in range(self._config.workers)]
        while not self._stopped.wait(PAUSE):
            self._replace_dead()
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.join()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopped.set()

    def _replace_dead(self) -> None:
        for place, worker in enumerate(self._workers):
            if worker.exitcode == STARTUP_FAILURE:
                LOG.error("worker %s could not start; the service ends", worker.pid)
                self._stopped.set()
            elif not worker.is_alive():
                LOG.warning("worker %s died; another takes its place", worker.pid)
                self._workers[place] = self._forked()

    def _forked(self) -> ForkProcess:
        worker = get_context("fork").Process(target=self._answer)
        worker.start()
        return worker

    def _answer(self) -> None:
        """Be a worker: answer until told to stop."""
        for number in STOPPING:
            signal.signal(number, signal.SIG_DFL)
        threading.Thread(target=_end_with_parent, daemon=True).start()
        server = uvicorn.Server(self._config)
        server.run([own_listener(self._config.host, self._port)])
        if not server.started:
            sys.exit(STARTUP_FAILURE)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def run_workers(config: uvicorn.Config) -> None:
    """Run the worker processes of a server until it is stopped. Raises `OSError` where its port is taken."""
    with reserved_port(config.host, config.port) as port:
        Workers(config, port).run()
