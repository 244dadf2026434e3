"""The matcher over a small list written here: order, explanation, filters, evidence."""

import pickle
from datetime import UTC, datetime
from itertools import count

import pytest

from lists.models import Designation, Identifier, ListedName, ListEntry, NameKind, Quality, Snapshot
from matchers.index import CandidateIndex, build_index
from matchers.matching import Matcher
from matchers.models import Listing, Options, Query

EVERY = Options(limit=20, min_confidence=0)
SNAPSHOT = Snapshot(
    list_id="one",
    version="1",
    sha256="0" * 64,
    published=None,
    published_basis="none",
    retrieved=datetime(2026, 1, 1, tzinfo=UTC),
    files=(),
    reader="test",
    counts={},
)
_NUMBERS = count(1)


def entry(name, *aliases, weak=(), list_id="one", schema="Organization", **more):
    names = (
        ListedName(text=name),
        *(ListedName(text=text, kind=NameKind.ALIAS, quality=Quality.STRONG) for text in aliases),
        *(ListedName(text=text, kind=NameKind.WEAK, quality=Quality.WEAK) for text in weak),
    )
    return ListEntry(
        list_id=list_id,
        entry_id=str(next(_NUMBERS)),
        schema=schema,
        names=names,
        designations=(Designation(authority="Somebody"),),
        **more,
    )


ENTRIES = [
    entry(
        "PUBLIC JOINT STOCK COMPANY UNITED AIRCRAFT CORPORATION", "PJSC UAC", weak=["MIG"], countries=("ru",)
    ),
    entry("Uralvagonzavod", "UVZ"),
    entry("National Iranian Oil Company", countries=("ir",)),
    entry("Sukhoi Design Bureau", list_id="two"),
    entry("Gagarin Shipping", countries=("pa",)),
    entry("Gagarin Shipping", countries=("cy",)),
    entry("CHON MA SAN", schema="Vessel", identifiers=(Identifier(kind="imoNumber", value="8660313"),)),
    entry("Oyster Trading", "Islamic Revolutionary Guard Corps Trading"),
]


class Listed:
    def __init__(self, entries):
        self.entries = entries

    def __getitem__(self, number):
        return Listing(SNAPSHOT, self.entries[number])

    def __len__(self):
        return len(self.entries)


@pytest.fixture(scope="module")
def matcher():
    return Matcher(CandidateIndex(build_index(ENTRIES)), Listed(ENTRIES))


def first(matcher, name, **more):
    found = matcher.match(Query(name, **more), EVERY)
    return found[0].candidate.listing.entry.name if found else None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("United Aircraft Corp", ENTRIES[0].name),
        ("Corporation United Aircraft", ENTRIES[0].name),
        ("Ural Vagon Zavod", "Uralvagonzavod"),
        ("Uralvagonzawod", "Uralvagonzavod"),
        ("NIOC", "National Iranian Oil Company"),
        ("Suhoi Bureau", "Sukhoi Design Bureau"),
        ("ОКБ Сухой", "Sukhoi Design Bureau"),
    ],
)
def test_a_name_written_otherwise_finds_its_entry(matcher, name, expected):
    assert first(matcher, name) == expected


def test_a_letter_stands_for_the_word_that_it_begins(matcher):
    asked = (Query(name) for name in ("N. Iranian Oil Company", "G. Iranian Oil Company"))
    (right, *_), (wrong, *_) = (matcher.match(query, EVERY) for query in asked)
    assert right.candidate == wrong.candidate
    assert right.score > wrong.score + 1


def test_what_shares_nothing_finds_nothing(matcher):
    assert matcher.match(Query("Bakery of Nowhere")) == ()
    assert matcher.match(Query("")) == ()


def test_the_contributions_sum_to_the_score(matcher):
    queries = [Query("Gagarin Ships", countries=("cy",)), Query("UVZ Holding"), Query("United Aircraft")]
    matches = [match for found in matcher.match_many(queries, EVERY) for match in found]
    assert len(matches) > 3
    for match in matches:
        parts = [feature.contribution for feature in match.comparison.features]
        assert sum(parts) == pytest.approx(match.score, abs=1e-9)
        assert match.comparison.features[0].name == "prior"


def test_the_alignment_is_that_of_the_match_however_late_it_is_looked_at(matcher):
    names = ("United Aircraft Corporatoin Moscow", "Sukhoi", "NIOC")
    asked, *others = matcher.match_many([Query(name) for name in names], EVERY)
    pairs = [(pair.query, pair.listed, pair.how) for pair in asked[0].comparison.alignment]
    assert pairs == [
        ("united", "united", "equal"),
        ("aircraft", "aircraft", "equal"),
        ("moscow", "", "added"),
        ("corporatoin", "public joint stock company corporation", "legal form"),
    ]
    assert others[1][0].comparison.alignment[0].how == "acronym"
    assert pickle.loads(pickle.dumps(asked[0])) == asked[0]


def test_equal_matches_stand_in_the_order_of_list_and_entry(matcher):
    found = matcher.match(Query("Gagarin Shipping"), EVERY)
    refs = [match.candidate.listing.entry.ref for match in found if match.score == found[0].score]
    assert len(refs) == 2
    assert refs == sorted(refs)


def test_country_and_identifier_decide_between_namesakes(matcher):
    found = matcher.match(Query("Gagarin Shipping", countries=("cy",)), EVERY)
    assert found[0].candidate.listing.entry.countries == ("cy",)
    found = matcher.match(Query("Chon San", identifiers=(("imoNumber", "IMO 8660313"),)), EVERY)
    assert found[0].confidence > 0.9


def test_only_the_named_lists_answer(matcher):
    found = matcher.match(Query("Sukhoi"), Options(min_confidence=0, list_ids=frozenset({"one"})))
    assert all(match.candidate.listing.entry.list_id == "one" for match in found)
    assert matcher.match(Query("Sukhoi"), Options(min_confidence=0, list_ids=frozenset({"two"})))


def test_one_by_one_and_together_give_the_same(matcher):
    queries = [Query(name) for name in ("Sukhoi", "", "United Aircraft", "Gagarin", "NIOC")] * 30
    assert matcher.match_many(queries, EVERY) == [matcher.match(query, EVERY) for query in queries]


def test_a_higher_prior_gives_a_higher_confidence(matcher):
    low, high = (
        matcher.match(Query("UVZ"), Options(min_confidence=0, prior=prior))[0] for prior in (0.01, 0.5)
    )
    assert low.confidence < high.confidence
    assert low.score == high.score


@pytest.mark.parametrize(
    ("first_name", "second_name", "is_rival"),
    [("Al-Nusra Front", "AL-NUSRAH FRONT", False), ("Ruslan Plant 8", "Ruslan Plant 9", True)],
)
def test_a_party_on_two_lists_is_no_rival_of_itself(first_name, second_name, is_rival):
    entries = [entry(first_name), entry(second_name, list_id="two")]
    found = Matcher(CandidateIndex(build_index(entries)), Listed(entries)).match(Query(first_name), EVERY)
    assert [match.candidate.listing.entry.name for match in found] == [first_name, second_name]
    assert any(feature.name == "rival" for feature in found[1].comparison.features) is is_rival


def test_the_evidence_is_shown_word_by_word(matcher):
    found = matcher.match(Query("AO Obedinennaya Aircraft Holding"), EVERY)[0]
    pairs = {(pair.query, pair.listed): pair.how for pair in found.comparison.alignment}
    assert pairs["obedinennaya", "united"] == "translated"
    assert pairs["aircraft", "aircraft"] == "equal"
    assert pairs["holding", ""] == "added"
    assert pairs["ao", "public joint stock company corporation"] == "legal form"


def test_an_acronym_is_shown_as_one(matcher):
    found = matcher.match(Query("NIOC"), EVERY)[0]
    assert found.comparison.alignment[0].how == "acronym"


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        ("Ruslan Works", "Bell Foundry Limited (also known as Ruslan Works)"),
        ("Ruslan Works", "Ruslan Works / Werke von Nirgendwo"),
        ("Ruslan Works; and any successor, sub-unit, or subsidiary thereof", "Ruslan Works"),
        ("Institut von Nirgendwo/Ruslan Research Institute", "Ruslan Research Institute"),
    ],
)
def test_each_of_several_names_is_read(listed, asked):
    entries = [entry(listed), entry("Another Works")]
    matches = Matcher(CandidateIndex(build_index(entries)), Listed(entries)).match(Query(asked), EVERY)
    assert matches[0].candidate.listing.entry.name == listed
    assert matches[0].comparison.features[0].name == "prior"
    assert {pair.how for pair in matches[0].comparison.alignment} == {"equal"}


@pytest.mark.parametrize("compiled", [True, False])
def test_names_that_only_a_number_parts_are_not_the_same(compiled):
    entries = [entry("Zavod Stroitelnykh Materialov 1")]
    matcher = Matcher(CandidateIndex(build_index(entries), compiled=compiled), Listed(entries))
    same, other = (
        matcher.match(Query(f"Zavod Stroitelnykh Materialov {number}"), EVERY)[0] for number in (1, 2)
    )
    numbers = {row.name: row.value for row in other.comparison.features}["numbers"]
    assert numbers > 2
    assert other.score < same.score - 2
