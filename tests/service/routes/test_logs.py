"""What the log says and what it never says, against the command as it is run."""

import json
import logging

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.keys import KeyRing, Scope
from service.logs import formatter, redacted
from service.notes import Notes
from service.settings import Settings

QUESTION = {"queries": [{"name": "United Aircraft Corporation"}, {"name": "Bakery of Nowhere"}]}
SECRETS = ("United", "Bakery", "sxr_")


@pytest.fixture
def asked(serving_process, data):
    """Return a function that asks all kinds of questions and returns the records of the log."""

    def ask(**settings: object) -> tuple[list[dict], str]:
        key, text = KeyRing(data).create("one", [Scope.ADMIN])
        served = serving_process(**settings)
        client, params = served.client, {"api_key": text}
        headers = {"x-request-id": "mine-1"}
        assert client.post("/v1/match", json=QUESTION, params=params, headers=headers).status_code == 200
        client.post("/v1/screen", json={"text": "United Aircraft Corporation flew."}, params=params)
        client.post("/v1/compare", json={"name1": "United", "name2": "Bakery"}, params=params)
        client.get("/search/default", params={**params, "q": "United Aircraft"})
        client.get("/United/Bakery", params=params)
        client.post("/v1/match", json={"queries": [{"name": "United", "nom": "Bakery"}]}, params=params)
        client.post("/v1/match", content=b'{"queries": "United', params=params)
        client.post("/v1/match", json=QUESTION, headers={"authorization": f"Bearer {text}x"})
        served.process.terminate()
        served.process.wait(30)
        return [json.loads(line) for line in served.records().splitlines()], key.id

    return ask


def test_records_are_json_with_ids_and_no_names_or_keys(asked):
    records, key = asked()
    text = json.dumps(records)
    assert not [secret for secret in SECRETS if secret in text]
    requests = [record for record in records if record["event"] == "request"]
    assert len(requests) == 8
    first = requests[0]
    assert first["request_id"] == "mine-1"
    assert (first["route"], first["status"], first["caller"]) == ("/v1/match", 200, key)
    assert (first["queries"], len(first["asked"])) == (2, 16)
    assert first["matches"] >= 1
    assert first["ms"] > 0
    assert [record["status"] for record in requests] == [200, 200, 200, 200, 404, 200, 422, 401]


def test_names_are_written_where_that_is_switched_on_and_keys_still_are_not(asked):
    records, _ = asked(log_names=True)
    text = json.dumps(records)
    assert "United Aircraft Corporation" in text
    assert "q=United" in text
    assert "api_key=***" in text
    assert "sxr_" not in text


def test_the_log_for_people_is_lines_of_text(serving_process):
    served = serving_process(log_format="text")
    served.client.get("/v1/lists")
    served.process.terminate()
    served.process.wait(30)
    (line,) = [line for line in served.records().splitlines() if "/v1/lists" in line]
    assert not line.startswith("{")
    assert "status=200" in line


def test_what_nobody_foresaw_is_a_500_with_its_place_and_without_its_message(data, capfd):
    app = create_app(Settings(data=data))

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("United Aircraft")

    with TestClient(app) as client:
        answer = client.get("/broken", headers={"x-request-id": "mine-2"})
        assert "xref_failures_total 1.0" in client.get("/metrics").text
    assert answer.status_code == 500
    assert answer.json() == {"detail": "this should not have happened; the log has the request id"}
    assert answer.headers["x-content-type-options"] == "nosniff"
    failure = next(json.loads(line) for line in capfd.readouterr().err.splitlines() if "failure" in line)
    assert (failure["request_id"], failure["error"]) == ("mine-2", "RuntimeError")
    assert failure["places"][-1].endswith("broken")
    assert "United" not in json.dumps(failure)


def test_records_of_other_loggers_have_the_same_form():
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, "gone: /a?api_key=%s", ("secret",), None)
    written = json.loads(formatter("json").format(record))
    assert (written["event"], written["level"], written["logger"]) == (
        "gone: /a?api_key=***",
        "warning",
        "x",
    )
    assert written["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/a?API_KEY=x&b=1", "/a?API_KEY=***&b=1"),
        ("/updatez?token=abc", "/updatez?token=***"),
        ("key sxr_1f2e3d4c_Ab-_9 given", "key sxr_*** given"),
        ("/a?limit=1", "/a?limit=1"),
    ],
)
def test_what_is_secret_is_struck_out(text, shown):
    assert redacted(text) == shown


def test_equal_questions_have_equal_hashes():
    one, same, other = Notes(), Notes(), Notes()
    one.count("queries", ["A", "B"])
    same.count("queries", ["A", "B"])
    other.count("queries", ["AB"])
    assert one.fingerprint == same.fingerprint != other.fingerprint
    assert Notes().fingerprint == ""
