"""The catalogue of lists: sound in itself, as the documentation says, and true of the real lists."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from lists.addresses import AddressPolicy
from lists.drafts import read_draft
from lists.gates import judge, profile
from lists.importing import Import, draft_of
from lists.source import Source
from lists.sources.catalogue import SOURCES, source_for
from lists.sources.registry import READERS

GUIDE = Path(__file__).parents[2] / "docs" / "lists.md"


def row(source: Source) -> str:
    """Return the row of a list in the guide's table."""
    formats = ", ".join(f"`{name}`" for name in source.formats if name != "entry-table")
    fetched = "yes" if source.enabled and source.downloads else "on request" if source.downloads else "no"
    licence = (
        source.licence if source.licence != "unstated" else "not stated by the publisher; check before use"
    )
    return (
        f"| `{source.list_id}` | [{source.title}]({source.page}) | {source.authority} | {formats} | {fetched} | "
        f"{source.stale_after_days} days | {licence} |"
    )


def test_the_guide_lists_every_source_as_it_is() -> None:
    rows = [line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert rows == [row(source) for source in SOURCES]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.list_id)
def test_a_source_is_sound(source: Source) -> None:
    assert source.title
    assert source.authority
    assert httpx.URL(source.page).scheme == "https"
    assert set(source.formats) <= {reader.format for reader in READERS}
    for download in source.downloads:
        policy = AddressPolicy(resolver=lambda _: ["8.8.8.8"])
        policy.check(httpx.URL(download.url), download)
        if download.catalogue_url:
            policy.check(httpx.URL(download.catalogue_url), download)
    if source.enabled:
        assert source.downloads


def test_list_ids_are_unique_and_others_are_internal_lists() -> None:
    assert len({source.list_id for source in SOURCES}) == len(SOURCES)
    assert source_for("our_watchlist").authority == "internal list"
    assert not source_for("our_watchlist").enabled


def test_formats_are_unique() -> None:
    assert len({reader.format for reader in READERS}) == len(READERS)


@pytest.mark.shared
@pytest.mark.parametrize("list_id", ["eu_fsf", "un_sc", "gb_uksl"])
def test_real_lists_pass_their_gates(shared: Path, list_id: str) -> None:
    path = shared / "data" / "import" / f"{list_id}.csv"
    now = datetime(2026, 11, 20, tzinfo=UTC)
    snapshot, entries, _ = read_draft(draft_of([path], Import(list_id), now))
    assert judge(source_for(list_id), profile(snapshot, entries), None, date(2026, 11, 20)) == ()
