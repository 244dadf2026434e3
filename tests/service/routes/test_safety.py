"""Keys, limits and what a hostile or slow caller meets."""

import base64
import json
import socket
import threading
import time

import httpx
import pytest

from service.app import create_app
from service.errors import SettingsError
from service.keys import KeyRing, Scope
from service.settings import Settings

QUESTION = {"queries": [{"name": "KOMID"}]}


def test_production_does_not_start_without_a_key(data):
    with pytest.raises(SettingsError, match="keys create"):
        create_app(Settings(data=data, production=True))
    KeyRing(data).create("one", [Scope.MATCH])
    assert create_app(Settings(data=data, production=True))


def test_the_first_key_closes_the_door(serving, data):
    client = serving()
    assert client.post("/v1/match", json=QUESTION).status_code == 200
    key, text = KeyRing(data).create("one", [Scope.MATCH])
    refused = client.post("/v1/match", json=QUESTION)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert "API key" in refused.json()["detail"]
    assert (
        client.post("/v1/match", json=QUESTION, headers={"authorization": f"Bearer {text}"}).status_code
        == 200
    )
    KeyRing(data).revoke(key.id)
    assert (
        client.post("/v1/match", json=QUESTION, headers={"authorization": f"Bearer {text}"}).status_code
        == 401
    )


def test_health_needs_no_key(serving, data):
    client = serving()
    KeyRing(data).create("one", [Scope.MATCH])
    assert [client.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    assert client.get("/v1/lists").status_code == 401


def test_every_usual_way_to_carry_a_key(serving, data):
    client = serving()
    _, text = KeyRing(data).create("one", [Scope.MATCH])
    user = base64.b64encode(f"{text}:".encode()).decode()
    password = base64.b64encode(f"anybody:{text}".encode()).decode()
    for headers, params in (
        ({"authorization": f"ApiKey {text}"}, {}),
        ({"authorization": f"bearer {text}"}, {}),
        ({"authorization": f"Basic {user}"}, {}),
        ({"authorization": f"Basic {password}"}, {}),
        ({"x-api-key": text}, {}),
        ({}, {"api_key": text}),
    ):
        assert client.post("/v1/match", json=QUESTION, headers=headers, params=params).status_code == 200
    for headers in (
        {"authorization": "Basic ???"},
        {"authorization": "Bearer"},
        {"authorization": f"Digest {text}"},
    ):
        assert client.post("/v1/match", json=QUESTION, headers=headers).status_code == 401


def test_who_may_not_ask_is_told_so_before_the_body_is_read(serving, data):
    client = serving()
    KeyRing(data).create("one", [Scope.MATCH])
    for path in ("/v1/match", "/v1/screen", "/match/default", "/reconcile/default", "/v1/match/stream"):
        answer = client.post(path, content=b'{"queries": [', headers={"content-type": "application/json"})
        assert answer.status_code == 401, path


def test_a_scope_opens_its_own_routes_only(serving, data):
    client = serving()
    _, text = KeyRing(data).create("one", [Scope.SCREEN])
    headers = {"x-api-key": text}
    refused = client.post("/v1/match", json=QUESTION, headers=headers)
    assert refused.status_code == 403
    assert "may not match; its scopes: screen" in refused.json()["detail"]
    assert client.post("/v1/screen", json={"text": "KOMID"}, headers=headers).status_code == 200
    assert client.get("/v1/lists", headers=headers).status_code == 200


def test_who_asks_too_often_is_told_when_to_come_back(serving):
    client = serving(rate_limit=30)
    answers = [client.post("/v1/match", json=QUESTION) for _ in range(6)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0].headers["retry-after"]) >= 1
    assert "30 requests a minute" in refused[0].json()["detail"]
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("declared", [True, False])
def test_a_large_body_is_refused(serving, declared):
    client = serving(max_body=10_000)
    content = b'{"queries": [{"name": "' + b"x" * 50_000 + b'"}]}'
    body = content if declared else iter([content[:5_000], content[5_000:]])
    answer = client.post("/v1/match", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert "larger than 10,000 bytes" in answer.json()["detail"]


def test_a_refusal_arrives_though_more_of_the_body_is_on_its_way(serving, monkeypatch):
    monkeypatch.setattr(
        "service.transport.LINGER", 30.0
    )  # however long this test is kept from sending the rest
    client = serving(max_body=10_000)
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=60) as connection:
        head = b"POST /v1/match HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked"
        piece = b"4e20\r\n" + b"x" * 20_000 + b"\r\n"
        connection.sendall(head + b"\r\n\r\n" + piece)
        time.sleep(0.2)  # the refusal is written by now
        connection.sendall(piece * 20 + b"0\r\n\r\n")
        time.sleep(0.2)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"larger than 10,000 bytes" in answer


def test_a_long_text_is_refused(serving):
    client = serving(max_text=1_000, max_page=2_000)
    answer = client.post("/v1/screen", json={"text": "x" * 1_001})
    assert answer.status_code == 413
    assert "at most 1,000" in answer.json()["detail"]
    page = "<p>" + "<br>" * 400 + "KOMID"
    assert client.post("/v1/screen", json={"text": page, "html": True}).json()["organizations"]
    assert client.post("/v1/screen", json={"text": page * 2, "html": True}).status_code == 413
    assert client.post("/v1/screen", json={"text": "<p>" + "x" * 1_100, "html": True}).status_code == 422


def test_a_slow_body_is_cut_off(serving):
    client = serving(request_timeout=0.3)
    address = (client.base_url.host, client.base_url.port)
    with socket.create_connection(address, timeout=60) as connection:
        head = "POST /v1/match HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"
        connection.sendall(head.encode())
        answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 408")


def test_what_goes_beyond_the_queue_is_shed_and_nothing_accepted_is_lost(serving):
    client = serving(max_concurrent=1, max_waiting=2)
    text = "Officials of United Aircraft Corporation met KOMID. " * 300
    answers: list[httpx.Response] = []

    def ask() -> None:
        answers.append(client.post("/v1/screen", json={"text": text}))

    def ask_together() -> None:
        asking = [threading.Thread(target=ask) for _ in range(12)]
        for thread in asking:
            thread.start()
        assert client.get("/healthz").status_code == 200
        for thread in asking:
            thread.join()

    for _ in range(20):  # until twelve come while the first three are still there
        ask_together()
        codes = {answer.status_code for answer in answers}
        if codes == {200, 503}:
            break
    assert codes == {200, 503}
    assert len(answers) % 12 == 0, "each was answered"
    shed = next(answer for answer in answers if answer.status_code == 503)
    assert shed.headers["retry-after"] == "1"
    assert all(answer.json()["organizations"] for answer in answers if answer.status_code == 200)


def test_headers_for_safety_and_a_request_id_are_on_every_answer(client):
    for answer in (client.get("/healthz"), client.get("/nowhere"), client.post("/v1/match", content=b"{")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert len(answer.headers["x-request-id"]) == 16
        assert "server" not in answer.headers or "uvicorn" in answer.headers["server"]


def test_a_harmless_request_id_is_taken_over(client):
    assert client.get("/healthz", headers={"x-request-id": "abc-1.2"}).headers["x-request-id"] == "abc-1.2"
    assert client.get("/healthz", headers={"x-request-id": "a b"}).headers["x-request-id"] != "a b"


def test_only_named_origins_may_call_from_a_page(serving):
    client = serving(cors_origins=("https://cases.example",))
    ask = {"access-control-request-method": "POST"}
    good = client.options("/v1/match", headers={"origin": "https://cases.example", **ask})
    bad = client.options("/v1/match", headers={"origin": "https://elsewhere.example", **ask})
    assert good.headers["access-control-allow-origin"] == "https://cases.example"
    assert "access-control-allow-origin" not in bad.headers


MANY = {f"k{number}": 1 for number in range(10_000)}


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/v1/match", {**QUESTION, **MANY}, "10,001 fields"),
        ("/v1/match", {**QUESTION, "lists": [7] * 1_001}, "1,001 values"),
        ("/v1/match", {"queries": [{}] * 100_001}, "100,001 items"),
        ("/v1/screen/batch", {"articles": [{}] * 100_001}, "100,001 items"),
        ("/match/default", {"queries": dict.fromkeys(map(str, range(100_001)), 7)}, "100,001 items"),
    ],
)
def test_a_body_of_countless_mistakes_costs_one_message(client, path, body, said):
    answer = client.post(path, json=body)
    assert answer.status_code == 422
    (mistake,) = answer.json()["detail"]
    assert said in mistake["msg"]


def test_one_query_of_countless_mistakes_does_not_fail_the_others(client):
    answer = client.post("/v1/match", json={"queries": [{"name": "KOMID", **MANY}, {"name": "KOMID"}]})
    bad, good = answer.json()["results"]
    assert "10,001 fields" in bad["error"]
    assert good["matches"]


HALF = "\\ud800"
"""Half a character, escaped: JSON allows it, UTF-8 does not."""


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/match/default", f'{{"queries": {{"q{HALF}": {{"properties": {{"name": ["KOMID {HALF}"]}}}}}}}}'),
        ("/match/default", '{"queries": {"q": {"properties": {"name": ["KOMID"], "x": 1e999}}}}'),
        ("/v1/match", f'{{"queries": [{{"name": "KOMID {HALF}", "id": "{HALF}"}}]}}'),
        ("/v1/screen/batch", f'{{"articles": [{{"id": "{HALF}", "text": "KOMID {HALF}"}}]}}'),
        ("/v1/screen/batch", f'{{"articles": [{{"html": true, "text": "<p>KOMID {HALF}"}}]}}'),
        ("/v1/screen/stream", f'{{"html": true, "text": "<p>KOMID {HALF}"}}'),
        ("/v1/match/stream", f'{{"name": "KOMID", "id": "{HALF}"}}\n'),
    ],
)
def test_what_is_echoed_may_be_what_json_in_utf8_cannot_hold(client, path, body):
    answer = client.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text
    for line in answer.text.splitlines():
        json.loads(line, parse_constant=pytest.fail)


def test_half_characters_in_the_keys_of_cells_are_no_failure(client):
    cells = f'{{"q{HALF}": {{"query": "KOMID"}}}}'
    answer = client.post("/reconcile/default", data={"queries": cells})
    assert list(answer.json()) == ["q\ud800"]
