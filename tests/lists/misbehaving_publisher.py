"""Twelve ways in which a publisher misbehaves, and what a refresh made of each: prints a table in Markdown.

    python tests/lists/misbehaving_publisher.py

A real server on the loopback, a real client, a real store. Each way begins with a good version of a hundred entries
that answers. The tests of `test_refresh.py` look closer; this is what the guide shows, and `make docs` writes it there.
"""

from __future__ import annotations

import gzip
import logging
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from lists.addresses import AddressPolicy
from lists.download import Downloader, Patience
from lists.refresh import refresh
from lists.source import Download, Source
from lists.store import SnapshotStore

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LIBRARIES = re.compile(r"(?<=connection broke:) [^(]*\([^)]*\)|(?<=line 1:) .*?(?= \()")
"""What libraries say in their own words, which change with their versions."""
Answer = Callable[[BaseHTTPRequestHandler], None]


def un_list(count: int = 100, day: str = "2026-11-19", namespace: str = "") -> bytes:
    """Return a list in the layout of the United Nations."""
    rows = "".join(
        f"<ENTITY><DATAID>{n}</DATAID><FIRST_NAME>PARTY {n}</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>KPe.{n:03}</REFERENCE_NUMBER><LISTED_ON>2016-03-02</LISTED_ON></ENTITY>"
        for n in range(count)
    )
    spaced = f' xmlns="{namespace}"' if namespace else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="{day}"{spaced}>'
        f"<INDIVIDUALS/><ENTITIES>{rows}</ENTITIES></CONSOLIDATED_LIST>"
    ).encode()


def say(status: int = 200, body: bytes = b"", length: int | None = None, **headers: str) -> Answer:
    """Answer with a body; `length` is what is claimed of it."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def truncated(handler: BaseHTTPRequestHandler) -> None:
    """Break off in the middle."""
    say(body=un_list(101)[:8000], length=len(un_list(101)))(handler)
    handler.close_connection = True


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"<")
        time.sleep(0.05)


def signed(handler: BaseHTTPRequestHandler) -> None:
    """Redirect to a signed address, and answer there."""
    if "X-Amz-Signature" in handler.path:
        say(body=un_list(101))(handler)
    else:
        say(302, Location=f"http://{handler.headers['host']}/list?X-Amz-Signature=deadbeef")(handler)


def choosy(handler: BaseHTTPRequestHandler) -> None:
    """Refuse whoever is no browser."""
    browser = handler.headers["user-agent"].startswith("Mozilla/")
    (say(body=un_list(101)) if browser else say(403))(handler)


BOMB = gzip.compress(b"<x>" + b" " * 50_000_000)
WAYS: dict[str, Answer] = {
    "redirects to a signed address": signed,
    "304, nothing new": say(304),
    "403 by user agent": choosy,
    "body breaks off": truncated,
    "claims a wrong length": say(body=un_list(101), length=len(un_list(101)) - 200),
    "drips byte by byte": dripping,
    "HTML error page with 200": say(body=b"<!doctype html><html><body>Maintenance</body></html>"),
    "an older date": say(body=un_list(99, day="2026-10-01")),
    "half of the entries": say(body=un_list(50)),
    "an unknown namespace": say(body=un_list(101, namespace="urn:new")),
    "a gzip bomb": say(body=BOMB, Content_Encoding="gzip"),
    "a DOCTYPE": say(body=un_list(101).replace(b"?>", b'?><!DOCTYPE x [<!ENTITY e "boom">]>')),
}


@contextmanager
def publisher(current: list[Answer]) -> Iterator[str]:
    """Serve whatever `current` holds; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                current[0](self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def run(way: Answer) -> tuple[str, str, str, bool]:
    """Return the result, what was said, what answers then, and whether a secret of the address was written."""
    current = [say(body=un_list(), ETag='"one"')]
    total = 2 if way is dripping else 60
    patience = Patience(connect=20, read=20, total=total, attempts=3, backoff=0.01)
    with (
        publisher(current) as url,
        httpx.Client(trust_env=False) as client,
        tempfile.TemporaryDirectory() as root,
    ):
        place = Download("consolidated.xml", f"{url}/list?token=abc", hosts=("127.0.0.1",), max_bytes=200_000)
        source = Source(
            "un_sc", "UN list", "UN", formats=("un-xml",), downloads=(place,), floors={"entries": 10}
        )
        downloader = Downloader(client, AddressPolicy(private=True, http=True), patience, jitter=lambda: 0.0)
        store = SnapshotStore(Path(root))
        for answer in (current[0], way):
            current[0] = answer
            (outcome,) = refresh(store, [source], downloader, NOW)
        detail = LIBRARIES.sub(" …", outcome.detail.replace(url, "https://publisher"))
        files = [path.read_bytes() for path in store.root.rglob("*") if path.is_file()]
        leaked = any(secret in content for content in files for secret in (b"deadbeef", b"token=abc"))
        entries = store.active()[0].counts["entries"]
        refused = len(store.refused("un_sc"))
    answers = f"{entries} entries" + (", 1 version beside" if refused else "")
    return outcome.result, detail, answers, leaked


def main() -> int:
    """Print the table; end 1 where a secret was written."""
    logging.disable()
    print("| the publisher | result | what is said | what answers then |")
    print("|---|---|---|---|")
    leaks = 0
    for name, way in WAYS.items():
        result, detail, answers, leaked = run(way)
        leaks += leaked
        print(f"| {name} | {result} | {detail.replace('|', '/')} | {answers} |")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main())
