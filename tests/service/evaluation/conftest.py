"""A corpus of a few invented parties on two lists."""

from collections.abc import Sequence

import pytest

from lists.models import Designation, EntitySchema, Identifier, ListedName, ListEntry, NameKind


def listed(
    list_id: str, entry_id: str, names: Sequence[str], *, inn: str = "", schema: str = "Organization"
) -> ListEntry:
    kinds = [NameKind.NAME] + [NameKind.ALIAS] * (len(names) - 1)
    return ListEntry(
        list_id=list_id,
        entry_id=entry_id,
        schema=EntitySchema(schema),
        names=tuple(ListedName(text=text, kind=kind) for text, kind in zip(names, kinds, strict=True)),
        designations=(Designation(authority="Test"),),
        identifiers=(Identifier(kind="innCode", value=inn),) if inn else (),
    )


@pytest.fixture
def entries() -> tuple[ListEntry, ...]:
    return (
        listed("xa", "1", ["Karmat Research Ventures", "Karmat Ventures LLC", "KRV"], inn="7700000001"),
        listed("xa", "2", ["Zelenodar Shipyard", "Zelenodar Sudoverf"]),
        listed("xa", "3", ["Lantern Bank", "Fonar Bank"]),
        listed("xa", "4", ["Fonar Bank Holding", "Fonar Bank"]),
        listed("xa", "5", ["Petrov, Ivan", "Vanya Petrov"], schema="Person"),
        listed("xb", "1", ["OOO KARMAT VENTURES", "Karmat Invest"], inn="7700000001"),
        listed("xb", "2", ["Zelenodar Shipyard JSC"]),
        listed("xb", "3", ["Ivan Petrov"], schema="LegalEntity"),
        listed("xb", "4", ["Ivan Petrov Trading LLC"], schema="LegalEntity"),
    )
