"""The metrics, read with Prometheus's own parser."""

import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.keys import KeyRing, Scope
from service.metrics import band_of

UAC = {"queries": [{"name": "United Aircraft Corporation"}, {"name": "Bakery of Nowhere"}]}


def samples(client, **headers: str) -> dict[tuple, float]:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def counted(client, number: float, *key: str, **headers: str) -> bool:
    """Wait until something was counted so often: a request is counted when its answer is on its way already."""
    for _ in range(500):
        if samples(client, **headers).get(key) == number:
            return True
        time.sleep(0.02)
    return False


def test_questions_answers_refusals_and_lists_are_counted(serving):
    client = serving()
    for _ in range(3):
        client.post("/v1/match", json=UAC)
    client.post("/v1/screen", json={"text": "United Aircraft Corporation flew."})
    client.post("/v1/match", json={"queries": UAC["queries"] * 501})
    client.get("/a/caller/chose/this")
    found = samples(client)
    assert found["xref_requests_total", "/v1/match", "200", "POST"] == 3
    assert found["xref_requests_total", "404", "GET", "other"] == 1
    assert found["xref_request_seconds_count", "/v1/match"] == 4
    assert found["xref_stage_seconds_count", "compute"] == 4
    assert found["xref_stage_seconds_count", "wait"] == 4
    assert found["xref_stage_seconds_count", "candidates"] == 2  # the same names are not looked up again
    assert found["xref_recalled_total",] == 4
    assert found["xref_stage_seconds_count", "mentions"] == 1
    assert found["xref_stage_seconds_sum", "candidates"] < found["xref_stage_seconds_sum", "compute"]
    assert found["xref_items_total", "queries"] == 6
    assert found["xref_items_total", "articles"] == 1
    assert sum(value for key, value in found.items() if key[0] == "xref_matches_total") >= 4
    assert found["xref_refused_total", "too large"] == 1
    assert found["xref_list_entries", "us_ofac_sdn"] == 3
    assert 0 <= found["xref_list_age_seconds", "us_ofac_sdn"] < 3600
    assert found["xref_list_stale", "us_ofac_sdn"] == 0
    assert found["xref_lists_problem",] == 0
    assert not [key for key in found if "chose" in str(key)]


def test_candidates_are_counted_for_each_name_and_told_to_the_request_that_asked(serving):
    client = serving()
    client.post("/v1/match", json=UAC)
    before = samples(client)
    assert before["xref_candidates_count",] == 2
    assert before["xref_candidates_bucket", "0.0"] == 1  # the bakery has none
    assert before["xref_candidates_sum",] >= 1
    client.get("/v1/lists")
    client.post("/v1/match/stream", content="KOMID\nUnited Aircraft\n")
    assert counted(client, 4, "xref_candidates_count")


def test_worker_processes_count_together(serving_process):
    client = serving_process(workers=2).client
    for _ in range(20):
        client.post("/v1/match", json=UAC, headers={"connection": "close"})
    assert counted(client, 20, "xref_requests_total", "/v1/match", "200", "POST", connection="close")
    for _ in range(4):
        found = samples(client, connection="close")
        assert found["xref_requests_total", "/v1/match", "200", "POST"] == 20
        assert found["xref_list_entries", "us_ofac_sdn"] == 3


def test_metrics_need_a_key_where_everything_does(serving, data):
    client = serving()
    _, text = KeyRing(data).create("prometheus", [Scope.MATCH])
    assert client.get("/metrics").status_code == 401
    assert samples(client, authorization=f"Bearer {text}")


@pytest.mark.parametrize(
    ("confidence", "band"), [(0.0, "0.00-0.50"), (0.5, "0.50-0.70"), (0.9, "0.90-1.00"), (1.0, "0.90-1.00")]
)
def test_bands(confidence, band):
    assert band_of(confidence) == band
