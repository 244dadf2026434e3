"""Every answer names the engine, its calibration and the versions that it comes from: in its body, or in headers."""

from __future__ import annotations

import pytest

LOOKED_AT = (
    "/v1/lists",
    "/v1/entries/us_ofac_sdn/36431",
    "/search/default?q=aircraft",
    "/entities/us-ofac-sdn-36431",
    "/entities/ofac-36431",
    "/entities/us-ofac-sdn-36431/adjacent",
    "/entities/us-ofac-sdn-36431/adjacent/sanctions",
    "/catalog",
    "/algorithms",
    "/reconcile/default",
    '/reconcile/default?queries={"q0":{"query":"KOMID"}}',
    '/reconcile/default?extend={"ids":["us-ofac-sdn-36431"],"properties":[{"id":"sanctions"}]}',
    "/reconcile/default/suggest/entity?prefix=komid",
    "/reconcile/default/suggest/type?prefix=comp",
    "/reconcile/default/suggest/property?prefix=na",
    "/reconcile/default/extend/property?type=Company",
)
ASKED = (
    ("/v1/match", {"queries": [{"name": "KOMID"}]}),
    ("/v1/screen", {"text": "KOMID met officials."}),
    ("/v1/screen/batch", {"articles": [{"text": "KOMID met officials."}]}),
    ("/match/default", {"queries": {"q": {"schema": "Company", "properties": {"name": ["KOMID"]}}}}),
)


def named_in(answer: dict) -> tuple[str, str]:
    """Return what a body names, as the headers say it."""
    engine = answer["engine"]
    versions = ", ".join(f"{one['list']}={one['version']}" for one in answer["snapshots"])
    shown = (
        f"sanctions-xref/{engine['version']} matcher/{engine['matcher']} calibration/{engine['calibration']}"
    )
    return shown, versions


@pytest.fixture
def named(client) -> tuple[str, str]:
    """What the service answers with."""
    return named_in(client.post("/v1/match", json={"queries": [{"name": "KOMID"}]}).json())


@pytest.mark.parametrize("path", LOOKED_AT)
def test_what_is_looked_at_names_its_source_in_headers(path, client, named):
    headers = client.get(path).headers
    assert (headers["x-engine"], headers["x-snapshots"]) == named


@pytest.mark.parametrize(("path", "body"), ASKED)
def test_what_is_asked_is_answered_with_its_source(path, body, client, named):
    assert named_in(client.post(path, json=body).json()) == named


def test_a_question_about_a_past_day_names_the_versions_of_that_day(serving, loading):
    loading("un_sc", published="2020-01-01")
    loading("un_sc", "7,Organization,NEWER COMPANY,,,,,,,,,,,\n", published="2024-01-01")
    client = serving()
    now = client.get("/v1/entries/un_sc/7").headers["x-snapshots"]
    then = client.get("/v1/entries/un_sc/36431?known_as_of=2021-01-01").headers["x-snapshots"]
    assert (now.count("un_sc=2024"), now.count("un_sc=2020")) == (1, 0)
    assert (then.count("un_sc=2024"), then.count("un_sc=2020")) == (0, 1)
