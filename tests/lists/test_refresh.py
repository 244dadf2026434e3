"""A local publisher that misbehaves, and what happened: the last good version always stays active."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from lists.addresses import AddressPolicy
from lists.checks import read_checks
from lists.download import Downloader, Patience
from lists.errors import ForbiddenAddress, ListsError, NotStored
from lists.refresh import Outcome, accept, enabled_sources, refresh
from lists.source import Download, Source
from lists.store import SnapshotStore

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SECRET = "X-Amz-Signature=deadbeef"
Answer = tuple[int, dict[str, str], bytes]


def un_list(numbers: range | list[int] = range(100), day: str = "2026-11-19", namespace: str = "") -> bytes:
    rows = "".join(
        f"<ENTITY><DATAID>{n}</DATAID><FIRST_NAME>PARTY {n}</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>KPe.{n:03}</REFERENCE_NUMBER><LISTED_ON>2016-03-02</LISTED_ON></ENTITY>"
        for n in numbers
    )
    spaced = f' xmlns="{namespace}"' if namespace else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="{day}"{spaced}>'
        f"<INDIVIDUALS/><ENTITIES>{rows}</ENTITIES></CONSOLIDATED_LIST>"
    ).encode()


@dataclass
class Publisher:
    """A server on loopback whose answers a test sets by path; it remembers what it was asked."""

    url: str = ""
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def say(self, path: str, status: int = 200, body: bytes = b"", **headers: str) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            for name, value in {"Content-Length": str(len(body)), **named}.items():
                handler.send_header(name, value)
            handler.end_headers()
            if handler.command != "HEAD":
                handler.wfile.write(body)

        self.answers[path] = answer


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    found = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
            self.rfile.read(int(self.headers.get("content-length", 0)))
            try:
                found.answers[self.path.partition("?")[0]](self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_POST = do_GET  # noqa: N815 - the names are those of http.server

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def downloader() -> Iterator[Downloader]:
    with httpx.Client(trust_env=False) as client:
        policy = AddressPolicy(private=True, http=True)
        patience = Patience(connect=5, read=0.5, total=2, attempts=3, backoff=0.01)
        yield Downloader(client, policy, patience, jitter=lambda: 0.0)


@pytest.fixture
def source(publisher: Publisher) -> Source:
    place = Download("consolidated.xml", f"{publisher.url}/list?token=abc", hosts=("127.0.0.1",))
    return Source(
        "un_sc",
        "UN list",
        "United Nations Security Council",
        formats=("un-xml",),
        downloads=(replace(place, max_bytes=200_000),),
        floors={"entries": 10},
        known_ids=("KPe.001",),
        stale_after_days=60,
    )


@pytest.fixture
def go(store: SnapshotStore, source: Source, downloader: Downloader) -> Callable[..., Outcome]:
    def run(*, force: bool = False) -> Outcome:
        (outcome,) = refresh(store, [source], downloader, NOW, force=force)
        return outcome

    return run


Go = Callable[..., Outcome]


@pytest.fixture
def good(publisher: Publisher, go: Go, store: SnapshotStore) -> str:
    """Publish a first version, and return it."""
    publisher.say("/list", body=un_list(), ETag='"one"', Last_Modified="Thu, 19 Nov 2026 00:00:00 GMT")
    assert go().result == "published"
    publisher.asked.clear()
    return store.active()[0].version


# The twelve ways.


def test_a_redirect_to_a_signed_address_leaves_no_trace_of_the_signature(
    publisher: Publisher, go: Go, store: SnapshotStore, caplog: pytest.LogCaptureFixture
) -> None:
    publisher.say("/list", 302, Location=f"{publisher.url}/signed?{SECRET}")
    publisher.say("/signed", body=un_list())
    with caplog.at_level(logging.DEBUG):
        outcome = go()
    assert outcome.result == "published"
    assert any(SECRET in path for path, _ in publisher.asked), "the signed address was really asked"
    assert outcome.snapshot is not None
    assert outcome.snapshot.files[0].url == f"{publisher.url}/list"
    written = [path for path in store.root.rglob("*") if path.is_file()]
    assert not any(b"deadbeef" in path.read_bytes() or b"token=abc" in path.read_bytes() for path in written)
    assert "deadbeef" not in caplog.text
    assert "HTTP Request" in caplog.text, "httpx logs its requests, without their queries"


def test_not_modified_is_a_successful_check(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    publisher.say("/list", 304)
    outcome = go()
    assert (outcome.result, outcome.is_good) == ("not modified", True)
    _, headers = publisher.asked[0]
    assert headers["if-none-match"] == '"one"'
    assert headers["if-modified-since"] == "Thu, 19 Nov 2026 00:00:00 GMT"
    assert store.active()[0].version == good
    assert read_checks(store)["un_sc"].succeeded == NOW
    go()
    assert publisher.asked[1][1]["if-none-match"] == '"one"', "the tags are kept"


def test_a_refusal_by_user_agent_is_named(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    publisher.say("/list", 403)
    outcome = go()
    assert outcome.result == "failed"
    assert "403" in outcome.detail
    assert "User-Agent" in outcome.detail
    assert publisher.asked[0][1]["user-agent"].startswith("sanctions-xref/")
    assert len(publisher.asked) == 1, "a refusal is not repeated"
    assert store.active()[0].version == good


def truncated(handler: BaseHTTPRequestHandler) -> None:
    body = un_list()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def test_a_truncated_body_is_tried_again_and_then_given_up(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    publisher.answers["/list"] = truncated
    outcome = go()
    assert (outcome.result, len(publisher.asked)) == ("failed", 3)
    assert "connection broke" in outcome.detail
    assert store.active()[0].version == good


def test_a_truncated_body_that_comes_whole_later_is_taken(publisher: Publisher, go: Go) -> None:
    whole = un_list()

    def first_broken(handler: BaseHTTPRequestHandler) -> None:
        if len(publisher.asked) < 3:
            truncated(handler)
            return
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(whole)))
        handler.end_headers()
        handler.wfile.write(whole)

    publisher.answers["/list"] = first_broken
    assert go().result == "published"


def test_a_length_shorter_than_the_body_is_found_by_the_missing_end(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    body = un_list(range(101))
    publisher.say("/list", body=body, Content_Length=str(len(body) - 200))
    outcome = go()
    assert outcome.result == "failed"
    assert "consolidated.xml, line 1" in outcome.detail
    assert store.active()[0].version == good


def test_a_slow_drip_ends_at_the_total_limit(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"<")
            time.sleep(0.05)

    publisher.answers["/list"] = drip
    started = time.monotonic()
    outcome = go()
    assert outcome.result == "failed"
    assert "not done in 2 seconds" in outcome.detail
    assert time.monotonic() - started < 30
    assert store.active()[0].version == good


def test_an_html_page_with_200_is_named(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    publisher.say("/list", body=b"\n<!doctype HTML><html><body>Maintenance</body></html>")
    outcome = go()
    assert outcome.result == "failed"
    assert "HTML page" in outcome.detail
    assert store.active()[0].version == good


def test_an_older_date_is_refused_and_kept_beside(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    publisher.say("/list", body=un_list(range(99), day="2026-10-01"))
    outcome = go()
    assert outcome.result == "refused"
    assert "older than the active version" in outcome.reasons[0]
    assert store.active()[0].version == good
    assert [refused.snapshot.published for refused in store.refused("un_sc")] == [date(2026, 10, 1)]


def test_half_the_entries_are_refused_until_a_person_accepts(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    publisher.say("/list", body=un_list(range(50)), ETag='"half"')
    outcome = go()
    assert outcome.result == "refused"
    assert any("50 of 100 entries are gone" in reason for reason in outcome.reasons)
    assert store.active()[0].version == good
    publisher.say("/list", 304)
    assert go().result == "refused", "as long as the publisher has nothing else"
    with pytest.raises(ListsError, match="with a reason only"):
        accept(store, "un_sc", " ")
    snapshot = accept(store, "un_sc", "delisting of 19 November")
    assert store.active() == (snapshot,)
    assert snapshot.accepted_reason == "delisting of 19 November"
    with pytest.raises(NotStored, match="no version was refused"):
        accept(store, "un_sc", "again")


def test_an_unknown_namespace_is_read_and_said(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    publisher.say("/list", body=un_list(range(101), namespace="urn:new"))
    outcome = go()
    assert outcome.result == "published"
    assert "the namespace is now urn:new" in outcome.detail
    assert store.active()[0].counts["entries"] == 101


def test_a_gzip_bomb_stops_at_the_limit(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    bomb = gzip.compress(b"<x>" + b" " * 50_000_000)
    publisher.say("/list", body=bomb, Content_Encoding="gzip")
    outcome = go()
    assert outcome.result == "failed"
    assert "more than 200000 bytes" in outcome.detail
    assert store.active()[0].version == good


def test_a_doctype_is_refused(publisher: Publisher, good: str, go: Go, store: SnapshotStore) -> None:
    publisher.say("/list", body=un_list().replace(b"?>", b'?><!DOCTYPE x [<!ENTITY e "boom">]>'))
    outcome = go()
    assert outcome.result == "failed"
    assert store.active()[0].version == good


# And a few more.


def test_the_same_entries_in_another_file_are_no_new_version(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    publisher.say("/list", body=un_list(day="2026-11-20"))
    outcome = go()
    assert outcome.result == "unchanged"
    assert [snapshot.version for snapshot in store.versions("un_sc")] == [good]


def test_an_older_version_served_again_is_refused(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    publisher.say("/list", body=un_list(range(101), day="2026-11-20"))
    assert go().result == "published"
    publisher.say("/list", body=un_list(day="2026-11-20"))
    outcome = go()
    assert outcome.result == "refused"
    assert any(f"older version {good}" in reason for reason in outcome.reasons)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_publisher_is_waited_for_as_it_asks(
    publisher: Publisher, source: Source, store: SnapshotStore, downloader: Downloader, status: int
) -> None:
    waits: list[float] = []

    def busy(handler: BaseHTTPRequestHandler) -> None:
        publisher.say("/list", body=un_list())
        handler.send_response(status)
        handler.send_header("Retry-After", "7")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    publisher.answers["/list"] = busy
    (outcome,) = refresh(store, [source], replace(downloader, sleep=waits.append), NOW)
    assert outcome.result == "published"
    assert waits == [7.0]


def test_a_wait_that_is_too_long_ends_the_attempt(publisher: Publisher, go: Go) -> None:
    publisher.say("/list", 503, Retry_After="86400")
    outcome = go()
    assert "asks to wait 86400 s" in outcome.detail
    assert len(publisher.asked) == 1


@pytest.mark.parametrize(
    ("location", "match"),
    [
        ("https://evil.example/list", "evil.example is not among"),
        ("ftp://127.0.0.1/list", "not https"),
        ("http://user:pw@127.0.0.1/list", "credentials"),
        ("/list", "more than 5 redirects"),
    ],
)
def test_a_redirect_that_leads_astray_is_not_followed(
    publisher: Publisher, go: Go, location: str, match: str
) -> None:
    publisher.say("/list", 302, Location=location)
    outcome = go()
    assert outcome.result == "failed"
    assert match in outcome.detail


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "127.0.0.1", "::1", "fd00::1"])
def test_a_name_with_a_private_address_is_not_asked(
    address: str, downloader: Downloader, tmp_path: Path
) -> None:
    guarded = replace(downloader, policy=AddressPolicy(resolver=lambda _: [address]))
    place = Download("x", "https://lists.example/x", hosts=("lists.example",))
    with pytest.raises(ForbiddenAddress, match="private address"):
        guarded.fetch(place, tmp_path / "x")


def test_a_name_that_changes_its_address_after_the_check_is_caught(
    publisher: Publisher, downloader: Downloader, tmp_path: Path
) -> None:
    publisher.say("/x", body=b"secret")
    guarded = replace(downloader, policy=AddressPolicy(http=True, resolver=lambda _: ["93.184.216.34"]))
    place = Download("x", f"{publisher.url}/x", hosts=("127.0.0.1",))
    with pytest.raises(ForbiddenAddress, match="went to a private address"):
        guarded.fetch(place, tmp_path / "x")


@pytest.mark.parametrize(("published", "result"), [(True, "published"), (False, "failed")])
def test_the_publishers_hash_is_checked(
    publisher: Publisher,
    source: Source,
    store: SnapshotStore,
    downloader: Downloader,
    *,
    published: bool,
    result: str,
) -> None:
    body = un_list()
    sha256 = hashlib.sha256(body if published else b"other").hexdigest()
    row = {"fileName": "consolidated.xml", "size": len(body), "hashCodes": json.dumps({"SHA-256": sha256})}
    publisher.say("/list", body=body)
    publisher.say("/catalogue", body=json.dumps([row]).encode())
    place = replace(source.downloads[0], catalogue_url=f"{publisher.url}/catalogue")
    (outcome,) = refresh(store, [replace(source, downloads=(place,))], downloader, NOW)
    assert outcome.result == result
    if outcome.snapshot:
        assert outcome.snapshot.files[0].publisher_sha256 == sha256


def test_lists_that_share_a_file_cost_one_download(
    publisher: Publisher, source: Source, store: SnapshotStore, downloader: Downloader
) -> None:
    publisher.say("/list", body=un_list(), ETag='"one"')
    both = [source, replace(source, list_id="un_copy")]
    assert [outcome.result for outcome in refresh(store, both, downloader, NOW)] == ["published"] * 2
    assert len(publisher.asked) == 1
    publisher.say("/list", 304)
    assert [outcome.result for outcome in refresh(store, both, downloader, NOW)] == ["not modified"] * 2
    assert store.list_ids() == ("un_copy", "un_sc")


def test_one_failing_list_does_not_stop_the_others(
    publisher: Publisher, source: Source, store: SnapshotStore, downloader: Downloader
) -> None:
    publisher.say("/list", body=un_list())
    publisher.say("/gone", 404)
    gone = replace(
        source, list_id="gone", downloads=(replace(source.downloads[0], url=f"{publisher.url}/gone"),)
    )
    assert [outcome.result for outcome in refresh(store, [gone, source], downloader, NOW)] == [
        "failed",
        "published",
    ]


def test_a_person_who_uses_an_older_version_is_not_overruled_by_the_same_file(
    publisher: Publisher, good: str, go: Go, store: SnapshotStore
) -> None:
    publisher.say("/list", body=un_list(range(101), day="2026-11-20"))
    go()
    with store.writing():
        store.use("un_sc", good)
    assert go(force=True).result == "unchanged"
    assert store.active()[0].version == good


def test_only_known_lists_can_be_refreshed() -> None:
    assert {"us_ofac_sdn", "eu_fsf", "un_sc", "gb_uksl"} <= {source.list_id for source in enabled_sources()}
    assert [source.list_id for source in enabled_sources(["un_sc"])] == ["un_sc"]
    with pytest.raises(NotStored, match="no list to download is called nobody"):
        enabled_sources(["nobody"])
