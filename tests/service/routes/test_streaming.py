"""Streams of names and articles: order, bad lines, the last line, memory, slow senders."""

import json
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

NAMES = ["United Aircraft Corporation", "Bakery of Nowhere", "KOMID"]


def stream(
    client: httpx.Client, path: str, body: object, kind: str = "application/x-ndjson", **params: object
):
    answer = client.post(path, content=body, params=params, headers={"content-type": kind})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    first, *lines, last = [json.loads(line) for line in answer.text.splitlines()]
    assert {"schema_version", "engine", "snapshots"} <= first.keys()
    return lines, last


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("".join(json.dumps({"name": name}) + "\n" for name in NAMES), "application/x-ndjson"),
        ("name\n" + "\n".join(NAMES), "text/csv"),
        ("\n".join(NAMES), "text/plain"),
    ],
)
def test_names_come_back_in_order_whatever_their_form(client, body, kind):
    lines, last = stream(client, "/v1/match/stream", body, kind)
    assert [line["query"]["name"] for line in lines] == NAMES
    assert [bool(line["matches"]) for line in lines] == [True, False, True]
    assert last == {"answered": 3, "errors": 0}


def test_a_line_is_what_the_batch_answers(client):
    lines, _ = stream(client, "/v1/match/stream", "KOMID\n", limit=1, min_confidence=0.2)
    body = {"queries": [{"name": "KOMID"}], "limit": 1, "min_confidence": 0.2}
    assert lines == client.post("/v1/match", json=body).json()["results"]


def test_a_bad_line_does_not_fail_the_others(client):
    body = b'{"name": "KOMID"}\n{"nom": 1}\n\xff\n{"name": "KOMID"}\n'
    lines, last = stream(client, "/v1/match/stream", body)
    assert [bool(line.get("error")) for line in lines] == [False, True, True, False]
    assert lines[0]["matches"] == lines[3]["matches"]
    assert last == {"answered": 4, "errors": 2}


def test_articles_come_back_in_order(client):
    articles = [
        {"id": "1", "text": "United Aircraft Corporation flew."},
        {"id": "2"},
        {"id": "3", "text": "KOMID"},
    ]
    body = "".join(json.dumps(article) + "\n" for article in articles)
    lines, last = stream(client, "/v1/screen/stream", body)
    assert lines[0]["article"]["id"] == "1"
    assert lines[0]["organizations"]
    assert "text" in lines[1]["error"]
    assert lines[2]["article"]["id"] == "3"
    assert last == {"answered": 3, "errors": 1}


def test_filters_are_parameters_and_strangers_among_them_are_ignored(client):
    lines, _ = stream(client, "/v1/match/stream", "KOMID\n", lists="us_ofac_sdn", api_key="x", stranger="1")
    assert lines[0]["matches"]
    gone = client.post("/v1/match/stream", content="KOMID\n", params={"lists": "nowhere"})
    assert gone.status_code == 404
    assert client.post("/v1/match/stream", content="KOMID\n", params={"limit": 0}).status_code == 422


@pytest.mark.parametrize("body", [b"", b"a\0b", b"[{}]"])
def test_a_body_that_holds_no_lines_is_refused_as_a_whole(client, body):
    answer = client.post("/v1/match/stream", content=body)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_stream_is_read_before_it_is_answered_so_that_nobody_waits_for_the_other(serving):
    client = serving(max_body=10_000)
    many = 8_000
    body = "".join(f'{{"name": "Bakery {number}"}}\n' for number in range(many))
    lines, last = stream(client, "/v1/match/stream", body, min_confidence=0.9)
    assert len(body) > 150_000
    assert len(lines) == many
    assert last == {"answered": many, "errors": 0}
    assert lines[many - 1]["query"]["name"] == f"Bakery {many - 1}"


def test_a_stream_gives_way_to_others_and_waits_for_room(serving):
    client = serving(max_concurrent=1, max_waiting=2)
    body = "".join(f"Bakery {number}\n" for number in range(3_000))
    answers: list[tuple] = []
    threads = [
        threading.Thread(target=lambda: answers.append(stream(client, "/v1/match/stream", body)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    statuses = set()
    while any(thread.is_alive() for thread in threads):
        statuses.add(client.post("/v1/match", json={"queries": [{"name": "KOMID"}]}).status_code)
    for thread in threads:
        thread.join()
    assert [last for _, last in answers] == [{"answered": 3_000, "errors": 0}] * 2
    assert statuses <= {200, 503}
    assert 200 in statuses


def head_of(length: int, more: str = "") -> bytes:
    return f"POST /v1/match/stream HTTP/1.1\r\nhost: x\r\n{more}content-length: {length}\r\n\r\n".encode()


def eventually(is_so: Callable[[], bool]) -> bool:
    """Wait until something is so, for half a minute at most."""
    for _ in range(1500):
        if is_so():
            return True
        time.sleep(0.02)
    return False


def set_aside() -> int:
    """Return how many large files without a name this process, which is the service too, holds open."""
    held = 0
    for handle in Path("/proc/self/fd").iterdir():
        try:
            held += handle.readlink().name.endswith("(deleted)") and handle.stat().st_size > 1_000_000
        except OSError:  # it was closed meanwhile
            continue
    return held


def test_so_many_streams_at_a_time_and_no_more(serving):
    client = serving(max_streams=1)

    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=20) as connection:
        connection.sendall(head_of(12, "expect: 100-continue\r\n"))
        assert connection.recv(100).startswith(b"HTTP/1.1 100")  # its body is waited for: it has its place
        refused = client.post("/v1/match/stream", content="KOMID\n")
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert client.post("/v1/match", json={"queries": [{"name": "KOMID"}]}).status_code == 200
        connection.sendall(b"KOMID\nKOMID\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
    assert eventually(lambda: client.post("/v1/match/stream", content="KOMID\n").status_code == 200)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are seen through /proc")
@pytest.mark.parametrize("sent", [0.5, 1.0])
def test_who_goes_away_leaves_neither_a_file_nor_a_place_behind(serving, sent):
    client = serving(max_streams=1)
    body = b"".join(b"Bakery %d\n" % number for number in range(200_000))
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=20) as connection:
        connection.sendall(head_of(len(body)) + body[: int(sent * len(body))])
        assert eventually(lambda: set_aside() == 1)
        if sent == 1.0:
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert eventually(lambda: set_aside() == 0)
    assert "xref_failures_total 0.0" in client.get("/metrics").text
    assert eventually(lambda: client.post("/v1/match/stream", content="KOMID\n").status_code == 200)


def test_a_stream_that_cannot_be_set_aside_is_put_off(serving, monkeypatch):
    client = serving()
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    answer = client.post("/v1/match/stream", content=b"Bakery\n" * 200_000)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert client.post("/v1/match/stream", content=b"Bakery\n").status_code == 200


def test_a_body_above_the_limit_of_streams_is_refused(serving):
    answer = serving(max_stream=10_000).post("/v1/match/stream", content=b"x" * 20_000)
    assert answer.status_code == 413


def test_a_slow_stream_may_go_on_as_long_as_something_comes(serving):
    client = serving(request_timeout=3)
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=20) as connection:
        connection.sendall(head_of(24))
        for _ in range(4):
            time.sleep(0.9)  # all of it takes longer than a plain body may; far from the limit between two
            connection.sendall(b"KOMID\n")
        answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 200")
