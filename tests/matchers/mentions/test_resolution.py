"""Which mentions come together, and what is known of them."""

# ruff: noqa: E501 - a case is a line, however long

from __future__ import annotations

import pytest

from matchers.mentions import MentionGroup, find_mentions, resolve, settle
from matchers.models import Mention

ARTICLE = (
    "Putin visits the Gagarin plant in Komsomolsk-on-Amur\n\n"
    "Leaders visited the Yuri Gagarin Aviation Plant, a branch of United Aircraft Corporation (UAC), on Friday. "
    "The Gagarin plant builds fighters for Iran. UAC also owns the Yakovlev plant."
)


def group_of(text: str, name: str) -> MentionGroup:
    groups = [
        group for group in resolve(text, find_mentions(text)) if name in {m.text for m in group.mentions}
    ]
    assert len(groups) == 1, [(group.name, [m.text for m in group.mentions]) for group in groups]
    return groups[0]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Comdata Network <CDN> accepts a bid", "symbol"),
        ("Comdata Network <CDN.O> accepts a bid", "symbol"),
        ("Comdata Network (NYSE: CDN) accepts a bid", "symbol"),
        ("Comdata Data Network (CDN) accepts a bid", "acronym"),
        ("Comdata Network accepts, <CDN> does not", "as written"),
        ("Comdata Network <CDN> accepts. The bid for CDN was high.", "acronym"),
    ],
)
def test_a_symbol_at_a_stock_exchange_is_that_of_the_name_before_it(text: str, how: str) -> None:
    assert [variant.how for variant in group_of(text, "CDN").variants_of("CDN")] == [how]


def test_a_short_form_joins_its_longer_name() -> None:
    group = group_of(ARTICLE, "Yuri Gagarin Aviation Plant")
    assert [mention.text for mention in group.mentions] == [
        "Gagarin plant",
        "Yuri Gagarin Aviation Plant",
        "Gagarin plant",
    ]
    assert group.variants[0].text == "Yuri Gagarin Aviation Plant"


@pytest.mark.parametrize(
    ("text", "long", "other"),
    [
        ("Iran Aviation Industries Organization (IAIO) said", "Iran Aviation Industries Organization", "IAIO"),
        ("The Minsk Automobile Plant, or MAZ, sells. Minsk Automobile Zavod.", "Minsk Automobile Zavod", "MAZ"),
        ("Korea Cholsan General Trading Corp., also known as Chkholsan, is there.", "Korea Cholsan General Trading Corp.", "Chkholsan"),
        ("Acme Shipping LLC, formerly Bluewave, moved.", "Acme Shipping LLC", "Bluewave"),
        ("Концерн «Роствертол» вырос. О «Роствертоле» говорят.", "Роствертол", "Роствертоле"),
        ("Rosneft rose. Rosneft's output fell.", "Rosneft", "Rosneft"),
        ("Russian Technologies State Corporation (Rostec) grew.", "Russian Technologies State Corporation", "Rostec"),
        ("Limited Liability Company DM (OOO DM) grew.", "Limited Liability Company DM", "OOO DM"),
    ],
)  # fmt: skip
def test_names_of_one_organization_come_together(text: str, long: str, other: str) -> None:
    assert other in {mention.text for mention in group_of(text, long).mentions}


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("Sukhoi Design Bureau met Sukhoi Civil Aircraft. Sukhoi grew.", "Sukhoi", "Sukhoi Design Bureau"),
        ("Bank Melli and Bank Sepah closed.", "Bank Melli", "Bank Sepah"),
    ],
)
def test_what_may_be_two_organizations_stays_apart(text: str, one: str, other: str) -> None:
    assert other not in {mention.text for mention in group_of(text, one).mentions}


def test_inflected_names_are_asked_for_in_their_plain_form_too() -> None:
    variants = group_of("Сделка с «Ростехом» сорвана.", "Ростехом").variants
    assert {"Ростехом", "Ростех"} <= {variant.text for variant in variants}
    variants = group_of("О делах Уральской корпорации молчат.", "Уральской корпорации").variants
    assert "Уральская корпорация" in {variant.text for variant in variants}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("He met Analyst Hine and President Reagan.", set()),
        ("Available votes, Minister Roger Douglas said so.", set()),
        ("Moscow, Siberia and the Far East.", set()),
        ("Minister Roger Douglas met Rosneft.", {"Rosneft"}),
    ],
)
def test_persons_with_titles_everyday_words_and_places_are_not_asked_for(text: str, asked: set[str]) -> None:
    groups = resolve(text, find_mentions(text))
    assert {v.text for group in groups for v in group.variants if v.how != "no name"} == asked


def test_a_name_with_its_place_is_one_mention_with_a_longer_reading() -> None:
    text = "They saw the Yuri Gagarin Aviation Plant in Komsomolsk-on-Amur."
    group = group_of(text, "Yuri Gagarin Aviation Plant")
    assert "Yuri Gagarin Aviation Plant in Komsomolsk-on-Amur" in {v.text for v in group.variants}


def test_places_near_a_name_are_evidence() -> None:
    context = group_of(ARTICLE, "Yuri Gagarin Aviation Plant").context
    assert context.countries == ("ru", "ir")
    assert {(place.text, place.nearness) for place in context.places} >= {("Komsomolsk-on-Amur", "sentence")}
    assert all(ARTICLE[place.start : place.end] == place.text for place in context.places)


def test_a_parent_is_a_connection_and_no_mention() -> None:
    (connection,) = group_of(ARTICLE, "Yuri Gagarin Aviation Plant").context.connections
    assert connection.relation == "a branch of"
    assert connection.mention.text == "United Aircraft Corporation"
    assert ARTICLE[connection.start : connection.end] == connection.relation


def test_countries_are_no_organizations() -> None:
    text = "Iran, North Korea and the United States met Russian officials."
    assert [group.name for group in resolve(text, find_mentions(text)) if "Iran" in group.name] == []


def test_the_better_claim_keeps_the_words() -> None:
    whole = Mention(0, 19, "Gazprom and Rosneft")
    parts = Mention(0, 7, "Gazprom"), Mention(12, 19, "Rosneft")
    assert settle([(0.4, [whole]), (0.9, [parts[0]]), (0.8, [parts[1]])]) == ((), (parts[0],), (parts[1],))
    assert settle([(0.9, [whole]), (0.9, [parts[0]])]) == ((whole,), ())
