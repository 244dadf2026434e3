"""Several processes behind one port: lists swapped under load, a worker killed, a stop with work under way."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from service.holdings import store_of

QUESTION = {"queries": [{"name": "United Aircraft Corporation"}]}
TEXT = "Officials of United Aircraft Corporation met KOMID. " * 400


class Asking:
    """Threads that ask without a pause until they are told to end; keeps every answer and everything that broke."""

    def __init__(self, client: httpx.Client, threads: int = 3) -> None:
        self.address = str(client.base_url)
        self.answers: list[dict] = []
        self.statuses: Counter = Counter()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(threads)]

    def __enter__(self) -> "Asking":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(30)

    def _run(self) -> None:
        with httpx.Client(base_url=self.address, timeout=30) as client:
            while not self._ended.is_set():
                self._ask(client)

    def _ask(self, client: httpx.Client) -> None:
        try:
            answer = client.post("/v1/match", json=QUESTION)
        except httpx.TransportError as error:
            self.statuses[type(error).__name__] += 1
        else:
            self.statuses[answer.status_code] += 1
            self.answers.append(answer.json())

    def wait_until(self, is_so: Callable[[dict], bool]) -> None:
        """Wait until something is so of the latest answer."""
        for _ in range(3000):
            if self.answers and is_so(self.answers[-1]):
                return
            time.sleep(0.02)
        raise AssertionError("no answer is as it should be")

    def wait_for(self, answers: int) -> None:
        """Wait until so many more answers have come."""
        wanted = len(self.answers) + answers
        for _ in range(3000):
            if len(self.answers) >= wanted:
                return
            time.sleep(0.02)
        raise AssertionError("too few answers")


def versions_of(answer: dict) -> set[str]:
    """Return which versions of the list `internal` an answer names."""
    return {one["version"] for one in answer["snapshots"] if one["list"] == "internal"}


def children(pid: int) -> list[int]:
    """Return the worker processes of a service."""
    if not Path(f"/proc/{pid}/task").is_dir():
        pytest.skip("worker processes are told apart through /proc")
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def newest(data: Path) -> str:
    """Return the version of the list `internal` that is to answer."""
    return next(one.version for one in store_of(data).active() if one.list_id == "internal")


def test_new_versions_are_taken_over_under_load_without_a_failed_request(serving_process, loading, data):
    served = serving_process(workers=2, watch_seconds=0.2)
    with Asking(served.client) as asking:
        asking.wait_for(20)
        for number in range(3):
            loading("internal", f"1,Organization,TEST BANK {number},,,,ru,,2026-01-0{number + 1},,,,,\n")
            asking.wait_until(lambda answer: newest(data) in versions_of(answer))
            asking.wait_for(40)
    assert set(asking.statuses) == {200}
    assert len(set().union(*map(versions_of, asking.answers))) == 3
    assert all(answer["results"][0]["matches"][0]["entry_id"] == "36431" for answer in asking.answers)


def test_a_killed_worker_costs_what_it_was_answering_and_comes_back(serving_process):
    served = serving_process(workers=2)
    before = children(served.process.pid)
    with Asking(served.client, threads=4) as asking:
        asking.wait_for(20)
        os.kill(before[0], signal.SIGKILL)
        asking.wait_for(60)
    broken = sum(count for status, count in asking.statuses.items() if status != 200)
    # each of the four may lose what was being answered, and a connection that waited for the worker that is gone
    assert broken <= 8, asking.statuses
    for _ in range(500):
        after = children(served.process.pid)
        if len(after) == 2 and before[0] not in after:
            break
        time.sleep(0.02)
    assert len(after) == 2
    assert {served.client.post("/v1/match", json=QUESTION).status_code for _ in range(10)} == {200}


def test_workers_end_with_a_parent_that_is_killed(serving_process):
    served = serving_process(workers=2)
    workers = children(served.process.pid)
    served.process.kill()
    served.process.wait(30)
    for _ in range(1500):
        if not any(Path(f"/proc/{pid}").is_dir() for pid in workers):
            break
        time.sleep(0.02)
    assert not [pid for pid in workers if Path(f"/proc/{pid}").is_dir()]


def test_workers_share_what_was_loaded_before_them(serving_process):
    served = serving_process(workers=2)
    for pid in children(served.process.pid):
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        kilobytes = {row.partition(":")[0]: int(row.split()[1]) for row in rows}
        assert kilobytes["Private_Dirty"] < kilobytes["Shared_Dirty"]


def test_connections_that_stay_open_are_spread_over_the_workers(serving_process):
    served = serving_process(workers=2)
    workers = children(served.process.pid)
    with ExitStack() as stack:
        for _ in range(32):
            client = stack.enter_context(httpx.Client(base_url=served.client.base_url))
            client.get("/healthz")
        held = [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in workers]
    assert abs(held[0] - held[1]) < 24, "all connections are with one worker"


def test_a_port_that_is_taken_is_said(serving_process, data):
    served = serving_process(workers=2)
    command = [Path(sys.executable).with_name("sanctions-xref"), "serve", "--data", data, "--workers", "2"]
    environment = {**os.environ, "SANCTIONS_XREF_PORT": str(served.client.base_url.port)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "already in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_was_begun_is_finished_when_the_service_is_stopped(serving_process):
    served = serving_process(workers=2)
    address = (served.client.base_url.host, served.client.base_url.port)
    body = json.dumps({"text": TEXT}).encode()
    head = f"POST /v1/screen HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    with ExitStack() as stack:
        begun = [
            stack.enter_context(socket.create_connection(address, timeout=60)).makefile("rwb")
            for _ in range(4)
        ]
        for stream in begun:
            stream.write(f"{head}\r\nexpect: 100-continue\r\n\r\n".encode())
            stream.flush()
        for stream in begun:  # its body is waited for: it has begun
            assert stream.readline().startswith(b"HTTP/1.1 100")
            assert stream.readline() == b"\r\n"
        served.process.terminate()
        wait_until_refused(served.client)
        for stream in begun:
            stream.write(body)
            stream.flush()
        assert [stream.readline() for stream in begun] == [b"HTTP/1.1 200 OK\r\n"] * 4
    served.process.wait(30)


def wait_until_refused(client: httpx.Client) -> None:
    """Wait until nothing listens any more."""
    for _ in range(1500):
        try:
            httpx.get(f"{client.base_url}/healthz", timeout=30)
        except httpx.TransportError:
            return
        time.sleep(0.02)
    raise AssertionError("the service goes on listening")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_production_without_keys_ends_before_anything_listens(data, workers):
    command = [
        Path(sys.executable).with_name("sanctions-xref"),
        "serve",
        "--data",
        data,
        "--workers",
        workers,
    ]
    environment = {**os.environ, "SANCTIONS_XREF_PRODUCTION": "true", "SANCTIONS_XREF_PORT": "0"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "keys create" in done.stderr
    assert "Traceback" not in done.stderr
