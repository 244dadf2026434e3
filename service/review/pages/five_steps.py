"""OFAC's five steps for a potential match (FAQ 5), prefilled with what the match itself says.

The page proposes what it sees in each step; the reviewer answers `fits`, `conflicts` or `unknown`. Nothing is
decided here.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.review.hits import conflicts
from service.review.judgements import steps
from service.schemas import MatchOut

ANSWERS = ("fits", "conflicts", "unknown")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its question, what the match says about it, and the answer that is proposed."""

    number: str
    question: str
    source: str
    seen: str
    proposed: str


def five_steps(match: MatchOut) -> tuple[Step, ...]:
    """Return the five steps for a match."""
    against = conflicts(match)
    shared = [pair for pair in match.alignment if pair[0] and pair[1]]
    wanted = [pair for pair in match.alignment if pair[1]]
    programmes = sorted({p for d in match.designations for p in d.programmes})
    strong = [f.name for f in match.features if f.contribution > 1 and f.name not in ("prior", "tokens")]
    seen = {
        "1": (f"{match.list_id}: {', '.join(programmes) or 'no programme stated'}", "fits"),
        "2": (f"listed as {match.schema_}", "conflicts" if "kind" in against else "fits"),
        "3": (
            f"{len(shared)} of {len(wanted)} words of the listed name",
            "fits" if wanted and len(shared) == len(wanted) else "unknown",
        ),
        "4": (
            "country conflicts" if "country" in against else "compare below: place, numbers, dates, aliases",
            "conflicts" if "country" in against else "unknown",
        ),
        "5": (f"speaks for it: {', '.join(strong)}" if strong else "nothing but the name", "unknown"),
    }
    return tuple(Step(number, question, source, *seen[number]) for number, question, source in steps())
