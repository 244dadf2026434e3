"""The whole path: what is remembered about names changes no answer, and connections yield related parties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from lists.models import Address, Designation, ListedName, ListEntry, NameKind, Quality, Snapshot
from matchers.index import CandidateIndex, build_index
from matchers.matching import Matcher
from matchers.mentions import AliasSpotter, MentionGroup, build_spotter, find_mentions, resolve
from matchers.models import Listing, Match, Mention, Options, Organization
from matchers.pages import query_of
from matchers.screening import SCREENED, Screener, screen

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
NAMES = (
    ("United Aircraft Corporation", "UAC"),
    ("Branch of AO Company Sukhoi Yuri Gagarin Komsomolsk on Amur Aircraft Plant",),
    ("PJSC Yakovlev",),
    ("Korea Mining Development Trading Corporation", "KOMID"),
    ("Foreign Trade Bank",),
    ("Rosneft Trading",),
    ("Kalashnikov Concern", "Kalashnikov"),
)
ENTRIES = [
    ListEntry(
        list_id="one",
        entry_id=str(number),
        schema="Organization",
        names=tuple(
            ListedName(text=text, kind=NameKind.ALIAS if place else NameKind.NAME, quality=Quality.UNSTATED)
            for place, text in enumerate(names)
        ),
        designations=(Designation(authority="Somebody"),),
        addresses=(Address(full="Moscow, Russia", country="ru", city="Moscow"),),
    )
    for number, names in enumerate(NAMES)
]
TEXTS = (
    "MOSCOW - Leaders visited the Yuri Gagarin Aviation Plant in Komsomolsk-on-Amur, a branch of United Aircraft "
    "Corporation (UAC), which is under sanctions. The Gagarin plant builds fighters. The Yakovlev plant does not.",
    "The Foreign Trade Bank and Bakery of Nowhere spoke with Rosneft of Moscow.",
    "Bakery of Nowhere opened. Nobody spoke of a Foreign Trade Bank.",
    "",
    "Plainville Widgets LLC, a subsidiary of Kalashnikov Concern, makes rifles. KOMID was designated.",
)


class Listed:
    def __getitem__(self, number: int) -> Listing:
        return Listing(SNAPSHOT, ENTRIES[number])

    def __len__(self) -> int:
        return len(ENTRIES)


def make_screener() -> Screener:
    return Screener(
        Matcher(CandidateIndex(build_index(ENTRIES)), Listed()), AliasSpotter(build_spotter(ENTRIES))
    )


class Known(dict[str, float]):
    """What others have learned."""

    put = dict.__setitem__


class Counting(Matcher):
    """Counts the names that it is asked to look up by themselves."""

    looked_up = 0

    def reach(self, names: Sequence[str], options: Options) -> list[float]:
        self.looked_up += len(names)
        return super().reach(names, options)


def shown(organizations: tuple[Organization, ...]) -> list[tuple[str, list[tuple[str, float]]]]:
    return [
        (one.name, [(match.candidate.listing.entry.entry_id, round(match.score, 4)) for match in one.matches])
        for one in organizations
    ]


Answers = list[tuple[MentionGroup, dict[str, float]]]


def best_without_memory(screener: Screener, text: str, options: Options) -> Answers:
    """Ask for every reading of every group with all its evidence, which is slow and obviously right."""
    found: Answers = []
    for group in resolve(text, find_mentions(text, screener.spotter)):
        best: dict[str, float] = {}
        for variant in group.variants:
            if variant.how not in ("short form", "symbol", "no name"):
                for match in screener.matcher.match(query_of(variant.text, group.context), options):
                    entry = match.candidate.listing.entry.entry_id
                    best[entry] = max(best.get(entry, -99.0), round(match.score, 4))
        found.append((group, best))
    return found


def overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def test_a_symbol_at_a_stock_exchange_is_not_asked_for() -> None:
    screener = make_screener()
    assert screener.screen("Analysts like UAC shares.")
    assert not screener.screen("Analysts like Umbrella Widgets <UAC> shares.")
    said = "Analysts like Umbrella Widgets <UAC> shares. UAC builds fighters in Komsomolsk, Russia."
    assert screener.screen(said, Options(min_confidence=0.01))


@pytest.mark.parametrize("least", [0.0, 0.2, 0.5, 0.9])
def test_what_is_remembered_changes_no_answer(least: float) -> None:
    screener = make_screener()
    options = Options(limit=50, min_confidence=least, schemas=SCREENED)
    together = screener.screen_many(TEXTS, options)
    assert [shown(one) for one in together] == [shown(make_screener().screen(t, options)) for t in TEXTS]
    assert [shown(screener.screen(text, options)) for text in TEXTS] == [shown(one) for one in together]
    for text, organizations in zip(TEXTS, together, strict=True):
        for group, best in best_without_memory(screener, text, options):
            own = [one for one in organizations if one.matches and group.variants_of(one.name)]
            taken = [mention for one in organizations if one not in own for mention in one.mentions]
            assert [dict(matches) for _, matches in shown(tuple(own))] == ([best] if own else [])
            if best and not own:  # a better claim has all its words
                assert all(any(overlap(mention, other) for other in taken) for mention in group.mentions)


def test_another_way_of_asking_has_its_own_memory() -> None:
    screener = make_screener()
    text = "They spoke with Rosneft."
    assert not screener.screen(text, Options(min_confidence=0.999))
    assert screener.screen(text, Options(min_confidence=0.0))
    assert not screener.screen(text, Options(min_confidence=0.0, list_ids=frozenset({"two"})))


def test_both_mentions_of_the_plant_are_one_organization() -> None:
    (plant,) = [one for one in make_screener().screen(TEXTS[0]) if "Gagarin" in one.name]
    assert [mention.text for mention in plant.mentions] == ["Yuri Gagarin Aviation Plant", "Gagarin plant"]


def related(text: str) -> list[tuple[str, str, str]]:
    def name(match: Match) -> str:
        return match.candidate.listing.entry.name

    return [
        (one.name, link.relation, name(link.match))
        for one in make_screener().screen(text)
        for link in one.related
    ]


def test_a_mention_is_cut_to_the_reading_that_matches() -> None:
    text = "Lawyers for KOMID met the President of Kalashnikov Concern."
    found = {one.name: one.mentions[0] for one in make_screener().screen(text)}
    assert {name: text[at.start : at.end] for name, at in found.items()} == {
        "KOMID": "KOMID",
        "Kalashnikov Concern": "Kalashnikov Concern",
    }


def test_a_party_that_the_text_connects_is_related_and_no_match() -> None:
    assert ("Yuri Gagarin Aviation Plant", "a branch of", "United Aircraft Corporation") in related(TEXTS[0])


def test_an_unlisted_party_with_a_listed_parent_is_shown() -> None:
    assert ("Plainville Widgets LLC", "a subsidiary of", "Kalashnikov Concern") in related(TEXTS[4])
    (widgets,) = [one for one in make_screener().screen(TEXTS[4]) if "Widgets" in one.name]
    assert widgets.matches == ()


def test_one_text_may_be_screened_by_itself() -> None:
    screener = make_screener()
    assert shown(screen(TEXTS[0], screener.matcher, screener.spotter)) == shown(screener.screen(TEXTS[0]))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "UAC is under sanctions. The company said nothing; the company's\nhead did.",
            ["The company", "the company"],
        ),
        ("The Yakovlev plant closed. UAC said the plant would open.", ["the plant"]),
        ("UAC is under sanctions. Acme Shipping Ltd grew. The company said so.", []),
        ("The company said so. UAC is under sanctions.", []),
        ("UAC spoke." + " Nothing more was said by anybody." * 12 + " The company was silent.", []),
        ("UAC is there, beside the company Bakery.", []),
        ("Концерн «Калашников» вырос. Компания молчит.", ["Компания"]),
    ],
)
def test_words_that_stand_for_a_matched_organization_are_mentions_of_it(text: str, meant: list[str]) -> None:
    found = make_screener().screen(text, Options(min_confidence=0.2))
    references = [m for one in found for m in one.mentions if m.found_by == ("reference",)]
    assert [mention.text for mention in references] == meant
    for mention in references:
        assert mention.text == text[mention.start : mention.end]
        assert mention.sentence is not None
        low, high = mention.sentence
        assert low <= mention.start < mention.end <= high
        assert "Nothing" not in text[low:high]
    for one in found:
        starts = [mention.start for mention in one.mentions]
        assert starts == sorted(starts)


def test_what_another_screener_has_learned_is_not_looked_up_again() -> None:
    known, spotter = Known(), AliasSpotter(build_spotter(ENTRIES))
    first, second = (Counting(CandidateIndex(build_index(ENTRIES)), Listed()) for _ in range(2))
    alone = make_screener().screen_many(TEXTS)
    assert Screener(first, spotter, scores=known).screen_many(TEXTS) == alone
    assert first.looked_up == len(known) > 0
    assert Screener(second, spotter, scores=known).screen_many(TEXTS) == alone
    assert second.looked_up == 0


def test_what_was_learned_of_another_question_does_not_count() -> None:
    known, spotter = Known(), AliasSpotter(build_spotter(ENTRIES))
    matcher = Counting(CandidateIndex(build_index(ENTRIES)), Listed())
    screener = Screener(matcher, spotter, scores=known)
    screener.screen_many(TEXTS)
    for options in (Options(min_confidence=0.9), Options(prior=0.5), Options(list_ids=frozenset({"two"}))):
        before = matcher.looked_up
        assert screener.screen_many(TEXTS, options) == make_screener().screen_many(TEXTS, options)
        assert matcher.looked_up - before == len(known) - before
