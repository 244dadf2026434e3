"""`Idempotency-Key`: the same answer again, over restarts and new versions, and never another's."""

import threading

import pytest

from service.keys import KeyRing, Scope

QUESTION = {"queries": [{"name": "United Aircraft Corporation"}]}
AGAIN = {"idempotency-key": "order-1"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/match", QUESTION),
        ("/v1/screen", {"text": "United Aircraft Corporation flew."}),
        ("/v1/screen/batch", {"articles": [{"id": "1", "text": "United Aircraft Corporation flew."}]}),
        ("/v1/compare", {"name1": "A Bank", "name2": "The A Bank"}),
        ("/match/default", {"queries": {"q": {"schema": "Company", "properties": {"name": "KOMID"}}}}),
    ],
)
def test_the_same_question_gets_the_same_bytes_after_the_lists_changed(serving, loading, path, body):
    client = serving(watch_seconds=0.1)
    first = client.post(path, json=body, headers=AGAIN)
    assert first.status_code == 200
    assert "idempotency-replayed" not in first.headers
    loading("internal", "1,Organization,UNITED AIRCRAFT CORPORATION,,,,ru,,2026-01-01,,,,,\n")
    restarted = serving()
    again = restarted.post(path, json=body, headers=AGAIN)
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["x-content-type-options"] == "nosniff"


def test_a_key_with_another_question_is_refused(serving):
    client = serving()
    client.post("/v1/match", json=QUESTION, headers=AGAIN)
    other = client.post("/v1/match", json={"queries": [{"name": "KOMID"}]}, headers=AGAIN)
    assert other.status_code == 422
    assert "another question" in other.json()["detail"]
    elsewhere = client.post("/v1/screen", json={"text": "KOMID"}, headers=AGAIN)
    assert elsewhere.status_code == 200


def test_what_was_refused_is_not_kept(serving):
    client = serving()
    bad = {"queries": []}
    assert [client.post("/v1/match", json=bad, headers=AGAIN).status_code for _ in range(2)] == [422, 422]
    assert client.post("/v1/match", json=QUESTION, headers=AGAIN).status_code == 200


def test_a_key_is_its_callers_own_and_goes_with_it(serving, data):
    client = serving()
    ring = KeyRing(data)
    (one, first), (_, second) = ring.create("one", [Scope.MATCH]), ring.create("two", [Scope.MATCH])

    def ask(text: str):
        return client.post("/v1/match", json=QUESTION, headers={**AGAIN, "x-api-key": text})

    assert "idempotency-replayed" not in ask(first).headers
    assert "idempotency-replayed" not in ask(second).headers
    assert "idempotency-replayed" in ask(first).headers
    ring.revoke(one.id)
    assert ask(first).status_code == 401


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
def test_a_key_that_is_none_is_refused(serving, key):
    answer = serving().post("/v1/match", json=QUESTION, headers={"idempotency-key": key})
    assert answer.status_code == 400


def test_of_two_at_once_one_is_told_to_wait(serving):
    client = serving(max_concurrent=1)
    body = {"text": "Officials of United Aircraft Corporation met KOMID. " * 600}
    statuses: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: statuses.append(client.post("/v1/screen", json=body, headers=AGAIN).status_code)
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(200) >= 1
    assert set(statuses) <= {200, 409}
    assert client.post("/v1/screen", json=body, headers=AGAIN).headers["idempotency-replayed"] == "true"
