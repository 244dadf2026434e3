"""The 50 Percent Rule for the parties around one entry, over the shares that publishers state.

Parties are named as people read them, `NAME (list entry id)`, so that a path and its gaps are sentences. A party counts
as blocked where it is on a list whose listing freezes assets, or does not say; parties that only older versions have
do not count. The answer is `may be blocked`, `cannot be told`, or `not by the stated shares`; see `lists.ownership`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lists.ownership import Finding, Stake, find_owned
from lists.relations import fold
from service.holdings import Holdings
from service.relations import Edge, RelationIndex

FARTHEST = 500
"""Parties above an entry that are looked at."""
Party = int | str
"""The number of an entry, or the name of a party that is not listed."""
Share = tuple[Party, Party, Edge]
"""Owner, asset, and the edge that says so."""


def findings_about(index: RelationIndex, number: int) -> list[Finding]:
    """Return what the stated shares say about an entry, and about the unlisted parties that it owns shares of."""
    unlisted = {fold(name): name for edge in index.stated_by(number) if (name := _unlisted_asset(edge))}
    named = (
        [edge for edge in index.unresolved() if fold(_unlisted_asset(edge)) in unlisted] if unlisted else []
    )
    shares: list[Share] = [(edge.source, unlisted[fold(_unlisted_asset(edge))], edge) for edge in named]
    shares += _shares_above(index, [number, *(edge.source for edge in named)])
    listed = {label(party, index.holdings) for party in _numbers(shares) if is_blocked(party, index.holdings)}
    found = find_owned(listed, [_stake(share, index.holdings) for share in shares])
    return [found[asset] for asset in (label(number, index.holdings), *unlisted.values()) if asset in found]


def label(party: Party, holdings: Holdings) -> str:
    """Return a party as people read it."""
    if isinstance(party, str):
        return party
    entry = holdings[party].entry
    return f"{entry.name} ({entry.list_id} {entry.entry_id})"


def is_blocked(number: int, holdings: Holdings) -> bool:
    """Tell whether an entry counts as blocked itself: listed now, and no act says that nothing is frozen."""
    acts = holdings[number].entry.designations
    return number < holdings.current and any(
        act.asset_freeze is not False and act.end_date is None for act in acts
    )


def _unlisted_asset(edge: Edge) -> str:
    """Return the name of a party that is not listed and that the edge's entry owns a share of, else nothing."""
    said = edge.relation
    is_asset = edge.target is None and said.kind == "Ownership" and said.direction == "out"
    return said.target_name or "" if is_asset else ""


def _shares_above(index: RelationIndex, numbers: Iterable[int]) -> Iterator[Share]:
    """Yield the shares in these entries, and in all that own shares of them."""
    waiting = list(dict.fromkeys(numbers))
    seen = set(waiting)
    while waiting:
        asset = waiting.pop()
        for owner, edge in _owners(index, asset):
            yield owner, asset, edge
            if isinstance(owner, int) and owner not in seen and len(seen) < FARTHEST:
                seen.add(owner)
                waiting.append(owner)


def _owners(index: RelationIndex, asset: int) -> Iterator[tuple[Party, Edge]]:
    for edge in index.stated_by(asset):
        owner = edge.relation.target_name if edge.target is None else edge.target
        if edge.relation.kind == "Ownership" and edge.relation.direction == "in" and owner is not None:
            yield owner, edge
    for edge in index.stated_about(asset):
        if edge.relation.kind == "Ownership" and edge.relation.direction == "out":
            yield edge.source, edge


def _numbers(shares: Iterable[Share]) -> set[int]:
    return {party for owner, asset, _ in shares for party in (owner, asset) if isinstance(party, int)}


def _stake(share: Share, holdings: Holdings) -> Stake:
    owner, asset, edge = share
    role = edge.relation.role.casefold()
    return Stake(
        owner=label(owner, holdings),
        asset=label(asset, holdings),
        percentage=edge.relation.percentage,
        former=edge.relation.former,
        control_only="control" in role and "own" not in role,
    )
