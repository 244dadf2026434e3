"""The explanation of a confidence in a terminal: a waterfall from the prior to the score, and evidence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from service.cli.console import printable
from service.schemas import FeatureOut, MentionOut

BAR = 20
"""Columns of the longest bar."""
SHOWN = 10
"""Features that have a row of their own."""
HOW_STYLES = {
    "equal": "bold green",
    "translated": "green",
    "joined": "green",
    "acronym": "green",
    "similar": "yellow",
    "initial": "yellow",
    "legal form": "dim",
    "added": "red",
    "missing": "red",
}


def probability(log_odds: float) -> float:
    """Return the probability of a score in log-odds.

    >>> probability(0.0)
    0.5
    """
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, log_odds))))


def waterfall(features: Sequence[FeatureOut], score: float, confidence: float) -> Table:
    """Return the weightiest features in order, the rest in one row, and the score, with the running sum."""
    table = Table(box=None, padding=(0, 1), pad_edge=False, show_edge=False)
    for name, justify in (("comparison", "left"), ("adds", "right"), ("sum", "right"), ("", "left")):
        table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]  # two of rich's words
    table.add_column("evidence")
    shown = _weightiest(features)
    total, longest = 0.0, max((abs(feature.contribution) for feature in shown), default=1.0) or 1.0
    for feature in shown:
        total += feature.contribution
        table.add_row(
            printable(feature.name),
            f"{feature.contribution:+.2f}",
            f"{total:+.2f}",
            _bar(feature.contribution / longest),
            printable(feature.detail),
        )
    table.add_row(
        Text("score", "bold"), "", Text(f"{score:+.2f}", "bold"), "", f"confidence {confidence:.2f}"
    )
    return table


def _weightiest(features: Sequence[FeatureOut]) -> list[FeatureOut]:
    """Return the features that move the score most, in their order, and what all others add as the last."""
    floor = sorted((abs(feature.contribution) for feature in features), reverse=True)[:SHOWN]
    shown = [feature for feature in features if abs(feature.contribution) >= max(floor[-1:], default=0.0)]
    rest = [feature for feature in features if feature not in shown]
    added = sum(feature.contribution for feature in rest)
    detail = f"each below {floor[-1]:.2f}; --format json lists them" if floor else ""
    more = FeatureOut(name=f"{len(rest)} others", value=len(rest), contribution=added, detail=detail)
    return [*shown, more] if rest else shown


def _bar(share: float) -> Text:
    width = round(abs(share) * BAR)
    return Text("█" * width or "·", "green" if share > 0 else "red" if share < 0 else "dim")


def evidence(alignment: Iterable[tuple[str, str, str]]) -> tuple[Text, Text]:
    """Return both names, token by token, coloured by how the tokens stand to each other."""
    left, right = Text(), Text()
    for query, listed, how in alignment:
        style = HOW_STYLES.get(how, "")
        for text, token in ((left, query), (right, listed)):
            if token:
                text.append((" " if text else "") + printable(token), style)
    return left, right


def passage(mention: MentionOut, features: Iterable[FeatureOut]) -> Text:
    """Return the sentence of a mention: the mention highlighted, and the words near it that moved the score."""
    if mention.sentence is None:
        return Text("text    " + printable(mention.text))
    words = mention.sentence.text
    start, end = mention.start - mention.sentence.start, mention.end - mention.sentence.start
    before, after = printable(words[:start] + "|")[:-1], printable("|" + words[end:])[1:]
    sides = [Text(before), Text(printable(words[start:end]), "bold reverse"), Text(after)]
    for word in _moving(features):
        for side in (sides[0], sides[2]):
            side.highlight_regex(rf"(?i)(?<!\w){re.escape(word)}", "bold underline")
    return Text.assemble("text    ", *sides)


def _moving(features: Iterable[FeatureOut]) -> list[str]:
    """Return the words of the text that stand in the details of what was near."""
    near = ("words nearby", "place nearby", "sanctions nearby")
    return [word for one in features if one.name in near for word in one.detail.split(", ") if word]


def legend(alignment: Iterable[tuple[str, str, str]]) -> str:
    """Return in words what the colours say: every pair of tokens that is not simply equal."""
    return "; ".join(
        f"{printable(query) or '–'} ~ {printable(listed) or '–'} ({how})"
        for query, listed, how in alignment
        if how != "equal"
    )
