"""Listening with several worker processes: each has a socket of its own on the one port, and Linux spreads callers.

A socket that all workers share is emptied by whichever wakes first, so that a few connections that stay open, as a
reverse proxy's do, may all end at one worker while the others idle. Elsewhere than on Linux, `SO_REUSEPORT` means
something else, and the socket is shared.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable

import uvicorn
from uvicorn.supervisors import Multiprocess

CAN_SPREAD = sys.platform == "linux"


class OwnListener(socket.socket):
    """A bound socket; what another process gets of it is a socket of its own on the same port."""

    def __reduce__(self) -> tuple[Callable[[str, int], OwnListener], tuple[str, int]]:
        """Return how another process makes its own."""
        host, port = self.getsockname()[:2]
        return own_listener, (host, port)


def own_listener(host: str, port: int) -> OwnListener:
    """Return a socket that is bound to a port beside others; it does not listen yet. Raises `OSError`."""
    found = OwnListener(_family(host))
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    found.bind((host, port))
    return found


def check_free(host: str, port: int) -> None:
    """Raise `OSError` where anything listens on a port already, another service of ours too."""
    with socket.socket(_family(host)) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((host, port))


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def run_workers(config: uvicorn.Config) -> None:
    """Run the worker processes of a server until it is stopped."""
    check_free(config.host, config.port)
    with own_listener(config.host, config.port) as reserved:
        Multiprocess(config, sockets=[reserved]).run()
