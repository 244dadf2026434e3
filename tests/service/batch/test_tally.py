"""Counting outcomes: the most confident hits, one an entry; the reasons for skipping, each with its first place."""

from __future__ import annotations

import random

from service.batch.records import HitOut, Outcome
from service.batch.tally import MOST, REASONS, Tally


def outcome(number: int, *hits: tuple[str, float]) -> Outcome:
    found = tuple(HitOut(list_id="l", entry_id=entry, name=entry, confidence=sure) for entry, sure in hits)
    return Outcome(id=f"a{number}", place=f"dump line {number}", outcome="hit", hits=found)


def test_the_most_confident_hit_of_each_entry_is_kept_and_the_first_of_equal_ones() -> None:
    chance, tally = random.Random(3), Tally()
    best: dict[str, tuple[float, str]] = {}
    for number in range(500):
        entry, sure = f"e{chance.randrange(40)}", round(chance.random(), 2)
        tally.count(outcome(number, (entry, sure)))
        if entry not in best or sure > best[entry][0]:
            best[entry] = (sure, f"a{number}")
    expected = sorted((-sure, int(record[1:]), entry) for entry, (sure, record) in best.items())[:MOST]
    kept = [(-float(str(one.hit["confidence"])), one.record, str(one.hit["entry_id"])) for one in tally.top]
    assert [one[0] for one in kept] == [one[0] for one in expected]
    assert all(best[entry] == (-sure, record) for sure, record, entry in kept)


def test_reasons_are_counted_by_kind_with_their_first_place() -> None:
    tally = Tally()
    for number in range(3):
        reason = f"not JSON: column {number}"
        tally.count(Outcome(place=f"dump line {number}", outcome="skipped", reason=reason))
    totals = tally.totals()
    assert totals.skipped_because == {"not JSON": 3}
    assert totals.skipped_at == {"not JSON": "dump line 0"}


def test_very_many_reasons_do_not_grow_the_tally() -> None:
    tally = Tally()
    for number in range(1_000):
        tally.count(Outcome(place="p", outcome="skipped", reason=f"reason {number} of many"))
    totals = tally.totals()
    assert len(totals.skipped_because) == len(totals.skipped_at) == REASONS + 1
    assert totals.skipped_because["other reasons"] == 1_000 - REASONS
