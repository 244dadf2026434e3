"""The 50 Percent Rule as OFAC's FAQs 398 to 402 describe it, computed over stated shares.

An entity is treated as blocked where blocked persons own, directly or indirectly, individually or in the aggregate,
50 percent or more of it (FAQ 399, 401). Ownership counts through an entity only where that entity is itself owned
50 percent or more; a smaller stake leads nowhere (FAQ 401). Control is not ownership (FAQ 398), nor is an office that
a blocked person holds (FAQ 400). A stake that was sold no longer counts, though property that was blocked before
stays blocked (FAQ 402).

The answer is never "blocked": shares change, publishers rarely state them, and a lawyer decides. It is one of

- `may be blocked`: the stated shares reach 50 percent; the path says how
- `cannot be told`: they do not, but a share is missing that might
- `not by the stated shares`: they do not, and none is missing
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

THRESHOLD = 50.0 - 1e-9
"""Percent; thirds that a publisher rounds must add up in spite of binary fractions."""
Verdict = Literal["may be blocked", "cannot be told", "not by the stated shares"]


@dataclass(frozen=True, slots=True)
class Stake:
    """That one party owns a share of another. `percentage` is None where the publisher states none."""

    owner: str
    asset: str
    percentage: float | None = None
    former: bool = False
    control_only: bool = False
    """Whether the publisher speaks of control, or of an office, and not of ownership."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the stated shares say about one party."""

    asset: str
    verdict: Verdict
    total: float
    """Percent owned by listed parties and by parties that they own 50 percent or more of."""
    path: tuple[Stake, ...]
    """The stakes that count, from the listed parties down to this one."""
    gaps: tuple[str, ...]
    """What is missing or was left out, one sentence each."""


def find_owned(listed: Collection[str], stakes: Iterable[Stake]) -> dict[str, Finding]:
    """Return a finding for every party that somebody owns a share of and that is not itself listed.

    A stake that is stated twice counts once, with its greatest percentage.
    """
    owners = _by_asset(stakes)
    owned = _closure(listed, owners)
    return {
        asset: _finding(asset, owners, _Owned(frozenset(listed), owned))
        for asset in sorted(owners)
        if asset not in listed
    }


@dataclass(frozen=True, slots=True)
class _Owned:
    """The listed parties, and those that the stated shares reach."""

    listed: frozenset[str]
    reached: Mapping[str, int]

    def __contains__(self, party: str) -> bool:
        return party in self.listed or party in self.reached


def _by_asset(stakes: Iterable[Stake]) -> dict[str, list[Stake]]:
    best: dict[tuple[str, str, bool, bool], Stake] = {}
    for stake in stakes:
        key = (stake.owner, stake.asset, stake.former, stake.control_only)
        if key not in best or (stake.percentage or 0.0) > (best[key].percentage or 0.0):
            best[key] = stake
    owners: dict[str, list[Stake]] = defaultdict(list)
    for _, stake in sorted(best.items()):
        owners[stake.asset].append(stake)
    return owners


def _closure(listed: Collection[str], owners: Mapping[str, list[Stake]]) -> dict[str, int]:
    """Return the unlisted parties that reach the threshold, with the round in which they do.

    A party that was reached passes all of its stakes on in the next round.
    """
    stakes_of: dict[str, list[Stake]] = defaultdict(list)
    for stakes in owners.values():
        for stake in stakes:
            stakes_of[stake.owner].append(stake)
    rounds: dict[str, int] = {}
    totals: dict[str, float] = defaultdict(float)
    known, newest, number = set(listed), set(listed), 0
    while newest:
        number += 1
        for owner in sorted(newest):
            for stake in _counting(stakes_of[owner], newest):
                totals[stake.asset] += stake.percentage or 0.0
        touched = {stake.asset for owner in newest for stake in stakes_of[owner]}
        newest = {asset for asset in touched - known if totals[asset] >= THRESHOLD}
        rounds |= dict.fromkeys(newest, number)
        known |= newest
    return rounds


def _counting(stakes: Iterable[Stake], known: Collection[str] | _Owned) -> list[Stake]:
    return [
        stake
        for stake in stakes
        if stake.owner in known
        and stake.percentage is not None
        and not stake.former
        and not stake.control_only
    ]


def _total(stakes: Iterable[Stake]) -> float:
    return min(100.0, sum(stake.percentage or 0.0 for stake in stakes))


def _finding(asset: str, owners: Mapping[str, list[Stake]], known: _Owned) -> Finding:
    counting = _counting(owners[asset], known)
    total = _total(counting)
    gaps, open_ends = _gaps(owners[asset], known)
    verdict: Verdict = "not by the stated shares"
    if total >= THRESHOLD:
        verdict = "may be blocked"
    elif open_ends:
        verdict = "cannot be told"
    return Finding(asset, verdict, total, _path(asset, owners, known), gaps)


def _gaps(stakes: Iterable[Stake], known: _Owned) -> tuple[tuple[str, ...], bool]:
    """Return what is missing, and whether it might matter."""
    gaps, is_open = [], False
    for stake in stakes:
        if stake.owner not in known:
            continue
        if stake.control_only:
            gaps.append(f"{stake.owner} is said to control it; control is not ownership (FAQ 398)")
        elif stake.former:
            gaps.append(f"{stake.owner} is a former owner; what was blocked before stays blocked (FAQ 402)")
        elif stake.percentage is None:
            gaps.append(f"the share of {stake.owner} is not stated")
            is_open = True
    return tuple(gaps), is_open


def _path(asset: str, owners: Mapping[str, list[Stake]], known: _Owned) -> tuple[Stake, ...]:
    """Return the counting stakes of a party and of those above it, the ones next to listed parties first."""
    found: set[Stake] = set()
    seen, waiting = {asset}, [asset]
    while waiting:
        for stake in _counting(owners.get(waiting.pop(), []), known):
            found.add(stake)
            if stake.owner not in known.listed and stake.owner not in seen:
                seen.add(stake.owner)
                waiting.append(stake.owner)
    last = len(known.reached) + 1
    return tuple(
        sorted(found, key=lambda stake: (known.reached.get(stake.asset, last), stake.asset, stake.owner))
    )
