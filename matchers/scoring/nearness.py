"""What stands near a mention in its text, held against the entry: words of its names, its places, its country.

The weights are set in round numbers, well below the log-likelihood ratios that `tests/benchmarks/evidence.py`
measures between right and wrong parties of labelled sentences and candidates of ordinary news: the labelled
sentences are few, and every one of them is about sanctions. `tests/benchmarks/nearness.py` halves each of them, and
adds a half: they stand where that changes little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lists.models import ListEntry
from matchers.mentions.places import is_country, place
from matchers.mentions.vocabulary import everyday_words, state_words
from matchers.models import Feature, Query
from matchers.names.acronyms import initials
from matchers.names.folding import fold, has_cyrillic
from matchers.names.reading import Kind, read_name

WORD_NEARBY = 0.8
"""A word of the listed name that the mention lacks stands near: "Komsomolsk" beside "Gagarin Aviation Plant"."""
WORDS_NEARBY = 1.2
"""Two and more of them."""
PLACE_NEARBY = 0.8
"""A city or region of the entry's addresses stands near."""
MOST_NEARBY = WORDS_NEARBY
"""Only the strongest of these counts, since they say much the same."""

COUNTRY_BESIDE = 1.2
"""The mention's own sentence speaks of the entry's country."""
COUNTRY_ELSEWHERE = 0.2
"""Only the rest of the text does."""
OTHER_COUNTRY_BESIDE = -0.5
"""The sentence speaks of other countries, and the text never of the entry's."""
OTHER_COUNTRY_ELSEWHERE = -0.3
"""Only the rest of the text speaks of other countries; articles name many."""
OF_NO_OTHER = 2.0
"""Another country counts so many times for a name without any word of its own: "Foreign Trade Bank"."""

OTHER_STATE = -4.0
"""A ministry of a country that the text does not speak of is another ministry."""

SANCTIONS_BESIDE = 2.0
"""The mention's own sentence speaks of sanctions, as sentences about listed parties often do and others hardly."""
SANCTIONS_ELSEWHERE = 0.7
"""The article does, elsewhere."""

OTHER_FULL_NAME = -2.5
"""The text says what an acronym stands for, and no name of the entry is like that."""
BOTH_EXPLAINED = -5.0
"""Nor is it what the entry says that the acronym stands for."""
SHARED = 0.4
"""The part of a full name's words that speaks for one party, whatever else differs: lists translate names."""

NO_OWN_WORD = -1.2
"""Words that many names have, or a short acronym that the text does not explain, and no country near that is the
entry's: in texts they mostly name somebody else."""
_SHORT_ACRONYM = 4

CALLED_ORGANIZATION = 0.3
"""A model calls the mention an organization, as it does most of them."""
CALLED_OTHER = -0.2
"""Models call the mention a person, a place or a product; they do so with many foreign companies too."""
ORGANIZATION_LABELS = frozenset({"ORG", "FAC"})
OTHER_LABELS = frozenset(
    {"PERSON", "PER", "GPE", "LOC", "NORP", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"}
)
HOME_SCRIPT = 1.0
"""A text in the script of the entry's country, which it does not name: half of its parties are from there, or more."""
CYRILLIC = frozenset({"ru", "by", "ua", "kz", "kg", "tj", "rs", "bg", "mk", "mn", "su"})
"""Countries whose news is written in Cyrillic letters."""
SANCTIONING = frozenset({"us", "gb", "eu", "ca", "au", "ch", "jp"})
"""Countries, and the union, that impose sanctions of their own."""
_TOKEN = re.compile("[a-z0-9]+")


@lru_cache(maxsize=8_192)
def tokens(text: str) -> frozenset[str]:
    """Return the folded words of a text.

    >>> sorted(tokens("Komsomolsk-on-Amur"))
    ['amur', 'komsomolsk', 'on']
    """
    return frozenset(_TOKEN.findall(fold(text)))


@lru_cache(maxsize=8_192)
def is_telling(token: str) -> bool:
    """Say whether a folded word tells parties apart: neither short, a number, common, a country nor a people."""
    is_common = token in everyday_words() or token.isdigit() or is_country(token)
    return len(token) > 3 and not is_common


@lru_cache(maxsize=8_192)
def is_generic(name: str) -> bool:
    """Say whether a name has no word of its own in the language that it is written in.

    Only a country tells whose it is then.

    >>> is_generic("Ministry of Industry and Trade"), is_generic("Ministry of Gagarin")
    (True, False)
    """
    foreign = not name.isascii()
    return all(
        token.kind >= Kind.NUMBER
        or token.text in everyday_words()
        or (foreign and token.kind is not Kind.WORD)
        or place(token.text) is not None
        for token in read_name(name).tokens
    )


@lru_cache(maxsize=1_024)
def _telling_tokens(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(token for text in texts for token in tokens(text) if is_telling(token))


def words_nearby(query: Query, entry: ListEntry) -> tuple[str, ...]:
    """Return the words of the entry's name that the query lacks and that stand near it, for the best such name."""
    near = _telling_tokens(query.context)
    own = tokens(query.name)
    found: tuple[str, ...] = ()
    for name in entry.names if near else ():
        words = tokens(name.text)
        if not words.isdisjoint(near) and any(map(is_telling, words & own)):
            found = max(found, tuple(sorted((words - own) & near)), key=len)
    return found


def places_nearby(query: Query, entry: ListEntry) -> tuple[str, ...]:
    """Return the places near the mention that stand in the entry's addresses; countries are no such places."""
    own = tokens(query.name)
    known = frozenset().union(
        *(
            tokens(part)
            for address in entry.addresses
            for part in (address.full, address.city, address.region)
            if part
        )
    )
    return tuple(
        text
        for text in query.context
        if (words := tokens(text)) and words <= known and not words & own and any(map(is_telling, words))
    )


def nearby(query: Query, entry: ListEntry) -> Iterator[Feature]:
    """Yield the strongest of what stands near and belongs to the entry."""
    if not query.context:
        return
    if words := words_nearby(query, entry):
        weight = WORD_NEARBY if len(words) == 1 else WORDS_NEARBY
        yield Feature("words nearby", len(words), weight, ", ".join(words[:4]))
    elif places := places_nearby(query, entry):
        yield Feature("place nearby", len(places), PLACE_NEARBY, ", ".join(places[:3]))


def named_countries(entry: ListEntry) -> set[str]:
    """Return the countries that the names of a listed party speak of: where it is from, if nothing else says so."""
    words = {
        token.key for name in entry.names for token in read_name(name.text).core if token.kind is Kind.PLACE
    }
    return {found.country for found in map(place, words) if found and found.country}


def country_nearby(query: Query, theirs: Iterable[str]) -> Iterator[Feature]:
    """Yield what the countries around the mention say of the countries of the entry.

    Beside words about sanctions, a country that imposes them says nothing against a party of another.
    """
    known, near, far = frozenset(theirs), frozenset(query.near_countries), frozenset(query.article_countries)
    imposed = SANCTIONING if query.cues or query.article_cues else frozenset()
    agrees = not known.isdisjoint(near | far)
    if not known or not (agrees or (near | far) - imposed):
        return
    if agrees:
        weight = COUNTRY_ELSEWHERE if known.isdisjoint(near) else COUNTRY_BESIDE
    elif _is_written_there(query.name, known):
        return
    else:
        weight = OTHER_COUNTRY_BESIDE if near - imposed else OTHER_COUNTRY_ELSEWHERE
    if not agrees and is_generic(query.name):
        weight *= OF_NO_OTHER
    if not agrees and state_words() & tokens(query.name):
        weight = OTHER_STATE
    spoken_of = ", ".join((*query.near_countries, *query.article_countries)[:6])
    detail = f"the text speaks of {spoken_of}; the party is from {', '.join(sorted(known))}"
    yield Feature("country nearby", 1 if agrees else -1, weight, detail)


def _is_written_there(name: str, countries: Iterable[str]) -> bool:
    return has_cyrillic(name) and not CYRILLIC.isdisjoint(countries)


def home(query: Query, theirs: Iterable[str]) -> Iterator[Feature]:
    """Yield what the script of a text says of a party from where it is written: news names its own country least."""
    spoken_of = frozenset((*query.near_countries, *query.article_countries))
    if query.context and spoken_of.isdisjoint(theirs) and _is_written_there(query.name, theirs):
        yield Feature("home script", 1, HOME_SCRIPT, "written in the script of the listed party's country")


def cues(query: Query) -> Iterator[Feature]:
    """Yield what words about sanctions say."""
    if query.cues:
        yield Feature("sanctions nearby", 1, SANCTIONS_BESIDE, ", ".join(query.cues[:3]))
    elif query.article_cues:
        yield Feature("sanctions in article", 1, SANCTIONS_ELSEWHERE, ", ".join(query.article_cues[:3]))


def label(query: Query) -> Iterator[Feature]:
    """Yield what models call the mention: an organization speaks for, a person or a place against; none vetoes."""
    labels = frozenset(query.labels)
    if labels & ORGANIZATION_LABELS:
        yield Feature("label", 1, CALLED_ORGANIZATION, ", ".join(query.labels))
    elif labels & OTHER_LABELS:
        yield Feature("label", -1, CALLED_OTHER, ", ".join(query.labels))


def stands_for(query: Query, entry: ListEntry) -> Iterator[Feature]:
    """Yield what the full name of an acronym says where no name of the entry has a fair part of its words."""
    full = _word_keys(query.stands_for) if query.stands_for else frozenset()
    if not full:
        return
    shared = max(len(full & _word_keys(name.text)) for name in entry.names)
    if shared < len(full) * SHARED:
        acronym = "".join(token.text for token in read_name(query.name).core)
        explained = any(acronym in initials(read_name(name.text)) for name in entry.names)
        weight = BOTH_EXPLAINED if explained else OTHER_FULL_NAME
        yield Feature("stands for", -1, weight, f"the text means {query.stands_for}")


@lru_cache(maxsize=8_192)
def _word_keys(name: str) -> frozenset[str]:
    return frozenset(token.key for token in read_name(name).core)


def _is_short_acronym(name: str) -> bool:
    return len(name) <= _SHORT_ACRONYM and name.isalpha() and name.isupper()


def no_own_word(query: Query, entry: ListEntry, theirs: Iterable[str]) -> Iterator[Feature]:
    """Yield what it says that a mention in a text has no word of its own, and nothing near says whose it is."""
    spoken_of = frozenset((*query.near_countries, *query.article_countries))
    shared = is_generic(query.name) or (_is_short_acronym(query.name) and not query.stands_for)
    if not (query.context and shared and spoken_of.isdisjoint(theirs)):
        return
    if not any(nearby(query, entry)):
        yield Feature("no own word", 1, NO_OWN_WORD, "many parties are called that, and nothing near agrees")


def most_nearness(query: Query) -> float:
    """Return the most that what stands near could add to a score."""
    speaks_of_countries = bool(query.near_countries or query.article_countries)
    return (
        MOST_NEARBY * bool(query.context)
        + max(COUNTRY_BESIDE * speaks_of_countries, HOME_SCRIPT * has_cyrillic(query.name))
        + CALLED_ORGANIZATION * bool(query.labels)
        + (SANCTIONS_BESIDE if query.cues else SANCTIONS_ELSEWHERE * bool(query.article_cues))
    )
