"""A party in the making: names in canonical order, countries, numbers, and nothing lost."""

from __future__ import annotations

import pytest

from lists.models import EntitySchema, ListedName, NameKind, Quality
from lists.records import Record
from lists.source import Report
from lists.sources.catalogue import source_for
from lists.sources.party import MAX_NAMES, Party


@pytest.fixture
def party() -> Party:
    return Party(
        source_for("eu_fsf"), Record.of_row({}, "list.xml, 1", Report()), "1", EntitySchema.ORGANIZATION
    )


def test_primary_name_leads_and_others_are_in_canonical_order(party):
    party.add_name(ListedName(text="Zeta", kind=NameKind.ALIAS))
    party.add_name(ListedName(text="Old", kind=NameKind.PREVIOUS))
    party.add_name(ListedName(text="Main"), primary=True)
    party.add_name(ListedName(text="Alpha", kind=NameKind.ALIAS))
    party.add_name(ListedName(text="Alpha", kind=NameKind.ALIAS))
    assert [name.text for name in party.entry().names] == ["Main", "Alpha", "Zeta", "Old"]


def test_without_a_primary_name_the_first_strong_one_leads(party):
    party.add_name(ListedName(text="Weak", kind=NameKind.WEAK, quality=Quality.WEAK))
    party.add_name(ListedName(text="Strong", kind=NameKind.ALIAS))
    entry = party.entry()
    assert (entry.name, entry.names[0].kind) == ("Strong", NameKind.NAME)
    assert entry.warnings == ("no primary name: the source marks none; the first strong one is used",)


@pytest.mark.parametrize(
    ("text", "code", "warned"),
    [
        ("NA", "na", False),
        ("na", None, False),
        ("undetermined", None, False),
        ("Russia (false)", "ru", False),
        ("Region: Northern Mali", None, True),
    ],
)
def test_countries_are_codes_or_said_to_be_unknown(party, text, code, warned):
    assert party.country(text) == code
    assert bool(party.record.warnings) is warned


def test_number_of_a_generic_kind_becomes_what_its_digits_show(party):
    party.add_number("taxNumber", "7708619320", label="taxid", country="ru")
    party.add_number("taxNumber", "7708619321", label="taxid", country="ru")
    party.add_number("leiCode", "12345", label="LEI")
    assert [(found.kind, found.label, found.valid) for found in party.identifiers] == [
        ("innCode", "taxid", True),
        ("taxNumber", "taxid", None),
        ("registrationNumber", "LEI", False),
    ]


def test_names_beyond_the_limit_are_counted(party):
    party.add_name(ListedName(text="Main"), primary=True)
    for number in range(MAX_NAMES + 1):
        party.add_name(ListedName(text=f"Alias {number}", kind=NameKind.ALIAS))
    entry = party.entry()
    assert len(entry.names) == MAX_NAMES + 1
    assert entry.warnings[0].startswith("too many names")
