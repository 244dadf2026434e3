from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from lists.embedded.sample import embedded_versions
from lists.errors import NotStored, StoreDamaged
from lists.models import canonical_json
from matchers.models import Options
from service.articles.article import Article, text_sha256
from service.house_aliases import (
    FOLDER,
    HouseAlias,
    HouseAliases,
    current_house_aliases,
    put_in_force,
    stored_house_aliases,
)
from service.review.replay import MissingVersions
from service.review.screening import find_entry, pinned_to, screen_article
from service.runtime import Runtime, RuntimeHolder, open_runtime

SINCE = datetime(2026, 7, 2, 8, 30, tzinfo=UTC)
DAY = date(2026, 8, 1)
TEXT = "Officials said on Friday that Blue Heron Aeroworks Corporation had signed the contract."
ADDED = "added by ann, approved by cleo, case 7"


def heron(text: str = "Blue Heron Aeroworks Corporation") -> HouseAliases:
    return HouseAliases([HouseAlias("us_ofac_sdn", "36431", text, ADDED)], SINCE)


def screen(runtime: Runtime) -> dict[str, Any]:
    article = Article(id="a", text=TEXT, sha256=text_sha256(TEXT))
    return screen_article(runtime, article, Options(), DAY).model_dump(mode="json", by_alias=True)


def matches(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [m for o in answer["organizations"] for m in o["matches"] if m["entry_id"] == "36431"]


def test_the_matcher_uses_a_house_alias_and_says_whose_it_is(tmp_path: Path) -> None:
    assert matches(screen(open_runtime(tmp_path))) == []
    put_in_force(tmp_path, heron())
    answer = screen(open_runtime(tmp_path))
    match = matches(answer)[0]
    assert match["matched_name"] == {
        "text": "Blue Heron Aeroworks Corporation",
        "kind": "houseAlias",
        "quality": "unstated",
    }
    assert match["provenance"]["field"] == f"house alias, {ADDED}"
    named = {snapshot["list"]: snapshot for snapshot in answer["snapshots"]}
    assert named["house_aliases"]["sha256"] == heron().snapshot.sha256
    assert named["house_aliases"]["stale"] is False


def test_the_entry_stays_as_its_publisher_says_it(tmp_path: Path) -> None:
    put_in_force(tmp_path, heron())
    runtime = open_runtime(tmp_path)
    listing = runtime.holdings.find("us_ofac_sdn", "36431")
    assert listing is not None
    published = next(s for s, _ in embedded_versions() if s.list_id == "us_ofac_sdn")
    plain = find_entry(runtime, "us_ofac_sdn", published.version, "36431")
    assert plain is not None
    assert [name.text for name in listing.entry.names if name.derived == "house"] == [heron().aliases[0].text]
    assert listing.entry.names[: len(plain.names)] == plain.names
    assert listing.entry.record_sha256 == plain.record_sha256
    assert all(name.derived != "house" for name in plain.names)


def test_a_replay_uses_the_set_of_then(tmp_path: Path) -> None:
    put_in_force(tmp_path, heron())
    then = screen(open_runtime(tmp_path))
    put_in_force(tmp_path, HouseAliases([], SINCE))
    assert matches(screen(open_runtime(tmp_path))) == []
    article = Article(id="a", text=TEXT, sha256=text_sha256(TEXT))
    again = pinned_to(tmp_path, then["snapshots"])(article, Options(), DAY)
    assert canonical_json(again.model_dump(mode="json", by_alias=True)) == canonical_json(then)
    (tmp_path / FOLDER / f"{heron().snapshot.sha256}.jsonl").unlink()
    with pytest.raises(MissingVersions, match=r"house_aliases 2026-07-02-.*, model of nowhere"):
        pinned_to(tmp_path, then["snapshots"], ["of nowhere"])


def test_a_running_service_takes_a_new_set_over(tmp_path: Path) -> None:
    holder = RuntimeHolder(tmp_path)
    holder.refresh()
    assert holder.refresh() is False
    put_in_force(tmp_path, heron())
    assert holder.refresh() is True
    assert holder.current is not None
    assert matches(screen(holder.current))
    put_in_force(tmp_path, HouseAliases([], SINCE))
    assert holder.refresh() is True
    assert not matches(screen(holder.current))


def test_a_set_is_kept_once_and_found_again(tmp_path: Path) -> None:
    assert put_in_force(tmp_path, HouseAliases([], SINCE)) is False
    assert current_house_aliases(tmp_path) is None
    assert put_in_force(tmp_path, heron()) is True
    assert put_in_force(tmp_path, heron()) is False
    found = current_house_aliases(tmp_path)
    assert found is not None
    assert found.aliases == heron().aliases
    assert found.snapshot == heron().snapshot
    with pytest.raises(NotStored):
        stored_house_aliases(tmp_path, "0" * 64, SINCE)


def test_a_changed_set_is_refused(tmp_path: Path) -> None:
    put_in_force(tmp_path, heron())
    path = tmp_path / FOLDER / f"{heron().snapshot.sha256}.jsonl"
    changed = json.loads(path.read_text(encoding="utf-8")) | {"text": "Another Corporation"}
    path.write_text(canonical_json(changed) + "\n", encoding="utf-8")
    with pytest.raises(StoreDamaged):
        current_house_aliases(tmp_path)
