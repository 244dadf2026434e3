"""Connections of listed parties: in matches, in entries, and what the 50 Percent Rule makes of stated shares."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lists.importing import Import, import_files
from lists.ownership import Finding
from service.answering import answer_queries
from service.holdings import store_of
from service.owners import findings_about
from service.runtime import Runtime, open_runtime
from service.schemas import MatchOptions, QueryIn
from service.schemas.connections import all_relations

LINKS = """entry_id,schema,name,aliases,programmes,listing_date,remarks
1,Organization,BIG HOLDING,BH,RUSSIA,2014-03-20,
2,Organization,SMALL WORKS,,RUSSIA,2022-06-28,Linked To: BIG HOLDING
3,Organization,TINY SHOP,,RUSSIA,,Linked To: BIG HOLDING; Linked To: NOBODY KNOWN
4,Organization,TWIN,,,,
5,Organization,TWIN,,,,
6,Organization,TWIN FRIEND,,,,Linked To: TWIN
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Runtime]:
    """Load files as lists, and open a runtime over them."""

    def opened(**lists: tuple[str, str]) -> Runtime:
        for list_id, (name, content) in lists.items():
            path = tmp_path / name
            path.write_text(content, encoding="utf-8")
            import_files(store_of(tmp_path), [path], Import(list_id), datetime.now(UTC))
        return open_runtime(tmp_path)

    return opened


def said(runtime: Runtime, entry_id: str, list_id: str = "demo") -> list[tuple[str, str, str, str | None]]:
    found = all_relations(runtime.relations, (list_id, entry_id))
    return [(one.stated_by, one.direction, one.name, one.entry_id) for one in found]


def test_both_ends_of_a_link_are_shown(load):
    runtime = load(demo=("links.csv", LINKS))
    assert said(runtime, "2") == [("this", "out", "BIG HOLDING", "1")]
    assert said(runtime, "1") == [("other", "in", "SMALL WORKS", "2"), ("other", "in", "TINY SHOP", "3")]
    assert said(runtime, "3")[1] == ("this", "out", "NOBODY KNOWN", None)
    assert said(runtime, "4") == []
    (ambiguous,) = all_relations(runtime.relations, ("demo", "6"))
    assert (ambiguous.resolution, ambiguous.namesakes, ambiguous.list_id) == ("ambiguous", 2, None)


def test_a_match_says_what_its_entry_states(load):
    runtime = load(demo=("links.csv", LINKS))
    options = MatchOptions(min_confidence=0.1)
    (answer,) = answer_queries(runtime, [QueryIn(name="SMALL WORKS")], options, date(2026, 1, 1))
    (found,) = [match for match in answer.matches if match.entry_id == "2"]
    (link,) = found.relations
    assert (link.role, link.list_id, link.entry_id, link.listing_date) == (
        "Linked To",
        "demo",
        "1",
        "2014-03-20",
    )
    assert 0.9 < link.confidence < 1


def test_the_edges_outlive_the_process_that_built_them(load, tmp_path, monkeypatch):
    monkeypatch.setattr("service.runtime.SMALL", 0)
    before = said(load(demo=("links.csv", LINKS)), "1")
    assert list((tmp_path / "index").glob("*/relations/edges.npy"))
    assert said(open_runtime(tmp_path), "1") == before


def test_a_list_without_relations(load, monkeypatch):
    monkeypatch.setattr("service.runtime.SMALL", 0)
    runtime = load(demo=("links.csv", "entry_id,name\n1,ALONE\n"))
    assert said(runtime, "1") == []
    assert findings_about(runtime.relations, 0) == []


# Shares. OWNS gives FollowTheMoney ownerships: owner, asset, percentage.


def entity(identity: str, name: str, *, target: bool = True) -> str:
    value = {"id": identity, "schema": "Company", "caption": name, "target": target}
    return json.dumps({**value, "properties": {"name": [name]}})


def owns(owner: str, asset: str, percentage: str | None, **more: list[str]) -> str:
    share = {"percentage": [percentage]} if percentage else {}
    properties = {"owner": [owner], "asset": [asset], **share, **more}
    return json.dumps({"id": f"{owner}-{asset}", "schema": "Ownership", "properties": properties})


PARTIES = (entity("x", "X"), entity("y", "Y"), entity("a", "A Works", target=False))


def judged(load: Callable[..., Runtime], *shares: str, of: str = "x") -> list[Finding]:
    runtime = load(opensanctions=("entities.ftm.json", "\n".join((*PARTIES, *shares)) + "\n"))
    number = runtime.holdings.number("opensanctions", of)
    assert number is not None
    return findings_about(runtime.relations, number)


def test_what_two_blocked_parties_own_adds_up(load):
    (found,) = judged(load, owns("x", "a", "25"), owns("y", "a", "25"))
    assert (found.asset, found.verdict, found.total) == ("A Works", "may be blocked", 50)
    assert {stake.owner for stake in found.path} == {"X (opensanctions x)", "Y (opensanctions y)"}


def test_less_than_half_is_not_enough_and_an_unstated_share_is_a_gap(load):
    (found,) = judged(load, owns("x", "a", "25"), owns("y", "a", None))
    assert (found.verdict, found.total) == ("cannot be told", 25)
    assert found.gaps == ("the share of Y (opensanctions y) is not stated",)


def test_a_former_owner_does_not_count(load):
    (found,) = judged(load, owns("x", "a", "60", endDate=["2020-01-01"]))
    assert found.verdict == "not by the stated shares"
    assert "former owner" in found.gaps[0]


def test_a_party_on_a_list_that_freezes_nothing_is_judged_by_its_owners(load):
    """The owner stands in a blocking list; the asset on one that restricts exports only."""
    exports = "entry_id,name,remarks\n7,A Works,\n"
    owners = "\n".join((*PARTIES, owns("x", "a", "50"))) + "\n"
    runtime = load(opensanctions=("e.ftm.json", owners), us_bis_entity_list=("el.csv", exports))
    number = runtime.holdings.number("us_bis_entity_list", "7")
    assert number is not None
    (found,) = findings_about(runtime.relations, number)
    assert (found.asset, found.verdict) == ("A Works (us_bis_entity_list 7)", "may be blocked")
