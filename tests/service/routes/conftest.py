import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from lists.importing import Import, import_files
from service.app import create_app
from service.holdings import store_of
from service.pages import Pages
from service.settings import Settings

HEADER = (
    "entry_id,schema,name,aliases,weak_aliases,previous_names,countries,programmes,"
    "listing_date,end_date,identifiers,addresses,source_url,remarks\n"
)
ROWS = (
    "36431,Organization,PUBLIC JOINT STOCK COMPANY UNITED AIRCRAFT CORPORATION,"
    "PJSC UAC | UNITED AIRCRAFT CORPORATION,MIG,OJSC UAC,ru,RUSSIA-EO14024,2022-06-28,,"
    "innCode:7708619320,Moscow,https://example.org/1,Linked To: TEST BANK\n",
    "9999/a b,Organization,KOREA MINING DEVELOPMENT TRADING CORPORATION,KOMID,,,kp,NPWMD,2005-06-28,,,,"
    "https://example.org/2,\n",
    "3,Vessel,CHON MA SAN,,,,kp,DPRK4,2018-02-23,2020-01-01,imoNumber:8660313,,https://example.org/3,\n",
)


def load(data: Path, list_id: str, rows: tuple[str, ...] = ROWS, published: str | None = None) -> None:
    """Load rows as a version of a list."""
    path = data.parent / f"{list_id}.csv"
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    day = datetime.fromisoformat(published).date() if published else None
    import_files(store_of(data), [path], Import(list_id, published=day), datetime.now(UTC))


@contextmanager
def running(app: FastAPI, root_path: str = "") -> Iterator[str]:
    """Serve an application on a free port of the loopback; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5, root_path=root_path)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


def ready(client: httpx.Client) -> httpx.Client:
    """Wait until the lists are loaded."""
    for _ in range(1500):
        try:
            if client.get("/readyz").status_code == 200:
                return client
        except httpx.ConnectError:
            pass
        time.sleep(0.02)
    raise AssertionError("the service did not become ready")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one list of three parties."""
    folder = tmp_path / "data"
    load(folder, "us_ofac_sdn")
    return folder


@pytest.fixture
def loading(data: Path) -> Callable[..., None]:
    """Load rows as a further version of a list into the data folder."""

    def more(list_id: str, *rows: str, published: str | None = None) -> None:
        load(data, list_id, rows or ROWS, published)

    return more


@pytest.fixture
def serving(data: Path) -> Iterator[Callable[..., httpx.Client]]:
    """Start services over the data folder with the given settings."""
    with ExitStack() as stack:

        def start(pages: Pages | None = None, **settings: object) -> httpx.Client:
            chosen = Settings(data=data, **settings)
            app = create_app(chosen)
            app.state.pages = pages or app.state.pages
            address = stack.enter_context(running(app, chosen.root_path))
            return ready(stack.enter_context(httpx.Client(base_url=address, timeout=30)))

        yield start


@pytest.fixture
def hosting() -> Iterator[Callable[[FastAPI], str]]:
    """Serve other applications; each call returns an address."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(running(app))


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service with its default settings, shared by the tests that only ask."""
    folder = tmp_path_factory.mktemp("service") / "data"
    load(folder, "us_ofac_sdn")
    with (
        running(create_app(Settings(data=folder))) as address,
        httpx.Client(base_url=address, timeout=30) as asking,
    ):
        yield ready(asking)


@dataclass
class Served:
    """A service as its operator runs it: the command, in processes of its own."""

    client: httpx.Client
    process: subprocess.Popen
    log: Path

    def records(self) -> str:
        """Return what it has written to its log so far."""
        return self.log.read_text(encoding="utf-8")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@contextmanager
def served(data: Path, log: Path, workers: int = 1, **settings: object) -> Iterator[Served]:
    """Run `sanctions-xref serve` over a data folder; it is stopped at the end."""
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("SANCTIONS_XREF_")
    }
    chosen = {"review": False, **settings}
    environment |= {f"SANCTIONS_XREF_{name.upper()}": str(value) for name, value in chosen.items()}
    command = [Path(sys.executable).with_name("sanctions-xref"), "serve", "--data", data]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--workers", str(workers)], env=environment, stderr=stream
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield Served(ready(client), process, log)
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def serving_process(data: Path, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start the command over the data folder with the given settings."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(served(data, tmp_path / "log", **settings))
