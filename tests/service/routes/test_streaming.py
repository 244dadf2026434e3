"""Streams of names and articles: order, bad lines, the last line, memory, slow senders."""

import json
import socket
import threading
import time

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


def test_a_body_above_the_limit_of_streams_is_refused(serving):
    answer = serving(max_stream=10_000).post("/v1/match/stream", content=b"x" * 20_000)
    assert answer.status_code == 413


def test_a_slow_stream_may_go_on_as_long_as_something_comes(serving):
    client = serving(request_timeout=0.6)
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=20) as connection:
        head = "POST /v1/match/stream HTTP/1.1\r\nhost: x\r\ncontent-length: 24\r\n\r\n"
        connection.sendall(head.encode())
        for _ in range(4):
            time.sleep(0.3)
            connection.sendall(b"KOMID\n")
        answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 200")
