"""Names of the Swiss list: parts in several spellings, put together to full names.

A name has ordered parts (family name, given name, whole name …), each with a base value and spelling variants
in languages and scripts. Full names are put together within one language and script; a part that is missing
there is taken from the base spelling. At most fifty spellings of a name are kept. Titles are no part of it.
"""

from __future__ import annotations

from itertools import islice, product
from math import prod

from lists.models import ListedName, NameKind, Quality
from lists.records import Record
from lists.sources.party import Party

MAX_SPELLINGS = 50
_KINDS = {
    "primary-name": NameKind.NAME,
    "alias": NameKind.ALIAS,
    "formerly-known-as": NameKind.PREVIOUS,
}
_PARTS_LEFT_OUT = frozenset({"title"})

Spellings = dict[tuple[str, str], list[str]]
"""Full names by (language, script)."""


def add_names(name: Record, party: Party, *, main: bool) -> None:
    """Add the full names of a `name`: the base spelling, which may lead, and one a language and script."""
    with name:
        name.ignore("@ssid")
        label, weak = name.text("@name-type"), name.text("@quality") == "low"
        kind = _KINDS.get(label)
        if kind is None:
            name.warn("unknown alias type", f"{label!r} is kept as an alias")
        spellings = _spellings(list(name.records("name-part")), party)
    leads = main and kind is NameKind.NAME and not weak
    for (lang, script), texts in spellings.items():
        for text in texts:
            listed = ListedName(
                text=text,
                kind=NameKind.WEAK
                if weak
                else NameKind.PREVIOUS
                if kind is NameKind.PREVIOUS
                else NameKind.ALIAS,
                quality=Quality.WEAK
                if weak
                else Quality.UNSTATED
                if kind is NameKind.NAME
                else Quality.STRONG,
                script=script.capitalize() or None,
                lang=lang or None,
                source_kind=label or None,
            )
            party.add_name(listed, primary=leads and not lang and not script)


def _spellings(parts: list[Record], party: Party) -> Spellings:
    values: dict[tuple[str, str], dict[int, list[str]]] = {("", ""): {}}
    for number, part in enumerate(parts):
        with part:
            part.ignore("@ssid")
            stated = part.text("@order")
            order = int(stated) if stated.isdigit() else number
            if part.text("@name-part-type") in _PARTS_LEFT_OUT:
                part.ignore("spelling-variant")
                party.add_feature("Title", part.text("value"))
                continue
            values["", ""].setdefault(order, []).append(part.text("value"))
            for variant in part.records("spelling-variant"):
                with variant:
                    variant.ignore("@ssid")
                    key = variant.text("@lang"), variant.text("@script")
                    values.setdefault(key, {}).setdefault(order, []).append(variant.text("."))
    return {key: _full_names(by_order, values["", ""], party) for key, by_order in values.items()}


def _full_names(by_order: dict[int, list[str]], base: dict[int, list[str]], party: Party) -> list[str]:
    choices = [by_order.get(order) or base[order] for order in sorted(base)]
    texts = (" ".join(text for text in chosen if text) for chosen in islice(product(*choices), MAX_SPELLINGS))
    if prod(len(choice) for choice in choices) > MAX_SPELLINGS:
        party.warn("too many spellings", f"more than {MAX_SPELLINGS} of one name; the first ones are kept")
    return [text for text in dict.fromkeys(texts) if text]
