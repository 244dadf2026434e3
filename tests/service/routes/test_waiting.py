"""What waits for a person is said by every door: a refused version, an old one, one that cannot be opened."""

import time
from datetime import UTC, datetime, timedelta

from lists.importing import Import, draft_of
from service.holdings import store_of


def test_a_refused_version_is_said_and_does_not_answer(data, serving, tmp_path):
    path = tmp_path / "half.csv"
    path.write_text("entry_id,name\n1,HALF OF IT\n")
    store, now = store_of(data), datetime.now(UTC)
    with store.writing():
        draft = draft_of([path], Import("us_ofac_sdn", published=now.date()), now)
        store.refuse(store.stage(draft), ("2 of 3 entries are gone",))
    client = serving()
    assert "x-stale-lists" not in client.get("/v1/lists").headers
    assert client.get("/readyz").json()["refused"] == ["us_ofac_sdn"]
    (state,) = client.get("/v1/lists").json()["lists"]
    assert (state["refused"], state["refused_reason"]) == (1, "2 of 3 entries are gone")
    assert state["counts"]["entries"] == 3


def test_a_version_past_its_limit_is_said_in_every_answer(data, serving, loading):
    long_ago = datetime.now(UTC).date() - timedelta(days=400)
    loading("un_sc", published=long_ago.isoformat())
    client = serving()
    ready = client.get("/readyz").json()
    assert (ready["stale"], ready["age_days"]["un_sc"]) == (["un_sc"], 400)
    asked = {"queries": [{"name": "KOMID"}, {"name": "Bakery of Nowhere"}]}
    answer = client.post("/v1/match", json=asked).json()
    assert [one["list"] for one in answer["snapshots"] if one["stale"]] == ["un_sc"]
    assert [result["stale"] for result in answer["results"]] == [["un_sc"], ["un_sc"]]
    screened = client.post("/v1/screen", json={"text": "KOMID said no."}).json()
    assert [(one["list"], one["age_days"]) for one in screened["snapshots"] if one["stale"]] == [
        ("un_sc", 400)
    ]
    entry = client.get("/v1/entries/un_sc/3").json()
    assert (entry["snapshot"]["stale"], entry["snapshot"]["age_days"]) == (True, 400)
    for path in ("/catalog", "/entities/un-sc-3", "/search/default?q=KOMID", "/v1/lists"):
        assert client.get(path).headers["x-stale-lists"] == "un_sc", path
    example = {"queries": {"q": {"schema": "Company", "properties": {"name": ["KOMID"]}}}}
    assert client.post("/match/default", json=example).headers["x-stale-lists"] == "un_sc"
    only = client.post("/v1/match", json={**asked, "lists": ["us_ofac_sdn"]}).json()
    assert "stale" not in only["results"][0], "the old list was not asked"


def test_a_version_that_cannot_be_opened_is_a_problem_and_the_last_one_answers(data, serving):
    client = serving(watch_seconds=0.02)
    (data / "lists/active.json").write_text("{")
    for _ in range(500):
        if client.get("/readyz").json()["problem"]:
            break
        time.sleep(0.02)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["entries"]) == (200, 3)
    assert "active.json" in ready.json()["problem"]


def test_two_axes_of_time_over_http(data, serving, loading):
    """Listed in the version of March 2024, not in that of January 2022; the two questions are different ones."""
    header = "1,Vessel,STAYS,,,,,,,,,,,\n"
    loading("eu_fsf", header, published="2022-01-31")
    loading("eu_fsf", header, "2,Vessel,CAME LATER,,,,,,,,,,,\n", published="2024-03-24")
    loading("eu_fsf", header, published="2026-07-31")
    client = serving()

    def entry(**days: str) -> dict:
        return client.get("/v1/entries/eu_fsf/2", params=days).json()

    assert (entry()["status"], entry()["entry"]["names"][0]["text"]) == ("not_listed", "CAME LATER")
    assert entry(as_of="2024-03-24")["status"] == "listed"
    assert entry(as_of="2022-01-31")["status"] == "not_listed"
    assert entry(as_of="2024-03-24", known_as_of="2025-01-01")["snapshot"]["version"].startswith("2024-03-24")
    assert client.get("/v1/entries/eu_fsf/2", params={"known_as_of": "2023-01-01"}).status_code == 404
    assert client.get("/v1/entries/eu_fsf/2", params={"known_as_of": "2021-01-01"}).status_code == 404
    query = {"queries": [{"name": "CAME LATER", "schema": "Vessel"}], "min_confidence": 0.01}

    def matched(**days: str) -> list[tuple[str, str]]:
        results = client.post("/v1/match", json={**query, **days}).json()["results"]
        return [(m["entry_id"], m["status"]["now"]) for m in results[0]["matches"] if m["list"] == "eu_fsf"]

    assert ("2", "not_listed") in matched()
    assert ("2", "listed") in matched(as_of="2024-03-24")
    assert ("2", "listed") in matched(known_as_of="2025-01-01")
    assert "2" not in dict(matched(known_as_of="2023-01-01"))
