"""Parties across lists: which entries denote the same organization, as far as the lists themselves say so.

A silver truth. Two entries are joined where they share (a) a strong identifier, (b) two names, or (c) one
specific name that is the primary name of both or stands on two different lists. Names are compared folded
and without legal form. `group` is wider: entries that share any but the most ordinary name. It decides the
side of a split, so that no name of a test party was seen while fitting; it does not decide whether an
answer is right.

What it can't tell: a party that is listed under disjoint names on two lists counts as two, and an answer
that names the other one counts as wrong. Components that grow too large are left out of the queries and
counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from lists.models import EntitySchema, ListEntry
from service.evaluation.wording import ORGANIZATION_WORDS, core, core_tokens, has_legal_form, tokens

STRONG_IDENTIFIERS = frozenset(
    {"innCode", "leiCode", "swiftBic", "imoNumber", "ogrnCode", "registrationNumber", "ofsiGroupId"}
)
"""Kinds whose equal values mean the same party (a registration number from seven characters on)."""
ORDINARY = 6
"""A name that more entries than this bear is too ordinary to join by."""
LARGEST_PARTY = 25
"""Entries of the largest party that is believed."""

_ORGANIZATIONS = frozenset({EntitySchema.ORGANIZATION, EntitySchema.COMPANY})
Ref = tuple[str, str]


class Forest:
    """Union-find over entry numbers; the root is the smallest number of its tree."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, item: int) -> int:
        """Return the root of an item."""
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join(self, first: int, second: int) -> None:
        """Put two items into one tree."""
        one, two = sorted((self.find(first), self.find(second)))
        self._parent[two] = one


@dataclass(frozen=True, slots=True)
class Party:
    """Entries that denote one organization. `group` names the wider group that decides the split."""

    id: str
    entries: tuple[ListEntry, ...]
    group: str

    @property
    def refs(self) -> frozenset[Ref]:
        """List id and entry id of every entry."""
        return frozenset(entry.ref for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Parties:
    """All parties, which party an entry belongs to, and what was left out."""

    parties: tuple[Party, ...]
    of_ref: dict[Ref, str]
    too_large: tuple[int, ...]
    """Sizes of the components that were not believed."""


def person_tokens(entries: Iterable[ListEntry]) -> frozenset[str]:
    """Return the tokens that persons' names hold over three times more often than organizations' names."""
    persons: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for entry in entries:
        counter = persons if entry.schema_ is EntitySchema.PERSON else others
        if entry.schema_ in _ORGANIZATIONS or entry.schema_ is EntitySchema.PERSON:
            counter.update({token for name in entry.names for token in tokens(name.text)})
    return frozenset(
        token for token, count in persons.items() if len(token) > 1 and count > 3 * others[token]
    )


def _reads_like_a_person(name: str, of_persons: frozenset[str]) -> bool:
    words = core_tokens(name)
    if has_legal_form(name) or not ORGANIZATION_WORDS.isdisjoint(words) or not 2 <= len(words) <= 5:
        return False
    return any(word in of_persons or len(word) == 1 for word in words)


def is_organization(entry: ListEntry, of_persons: frozenset[str]) -> bool:
    """Say whether an entry is an organization; an untyped one is unless it reads like a person's name."""
    if entry.schema_ in _ORGANIZATIONS:
        return True
    return entry.schema_ is EntitySchema.LEGAL_ENTITY and not _reads_like_a_person(entry.name, of_persons)


def _is_specific(name: str) -> bool:
    words = name.split()
    return len(name) >= 12 and len(words) >= 2 and not ORGANIZATION_WORDS.issuperset(words)


def _by_identifier(entries: Sequence[ListEntry]) -> Iterator[list[int]]:
    bearers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        for identifier in entry.identifiers:
            if identifier.kind in STRONG_IDENTIFIERS and (
                identifier.kind != "registrationNumber" or len(identifier.value) >= 7
            ):
                bearers[identifier.kind, identifier.value.casefold()].append(number)
    return (numbers for numbers in bearers.values() if 1 < len(numbers) <= ORDINARY)


def _bearers_of_names(cores: Sequence[frozenset[str]]) -> dict[str, list[int]]:
    bearers: dict[str, list[int]] = defaultdict(list)
    for number, names in enumerate(cores):
        for name in sorted(names):
            bearers[name].append(number)
    return bearers


def _joins(name: str, first: ListEntry, second: ListEntry) -> bool:
    both_primary = core(first.name) == name == core(second.name)
    return _is_specific(name) and (both_primary or first.list_id != second.list_id)


def _join_by_names(forest: Forest, wide: Forest, entries: Sequence[ListEntry]) -> None:
    shared: Counter[tuple[int, int]] = Counter()
    cores = [frozenset(core(name.text) for name in entry.names) - {""} for entry in entries]
    for name, numbers in _bearers_of_names(cores).items():
        if len(numbers) > ORDINARY or len(name) < 4:
            continue
        for pair in combinations(numbers, 2):
            wide.join(*pair)
            shared[pair] += 1
            if shared[pair] == 2 or _joins(name, entries[pair[0]], entries[pair[1]]):
                forest.join(*pair)


def _key(entry: ListEntry) -> str:
    return f"{entry.list_id}/{entry.entry_id}"


def find_parties(entries: Iterable[ListEntry]) -> Parties:
    """Return the parties among the organizations of some entries, in the order of their first entry."""
    every = list(entries)
    of_persons = person_tokens(every)
    members = [entry for entry in every if is_organization(entry, of_persons)]
    forest, wide = Forest(len(members)), Forest(len(members))
    for numbers in _by_identifier(members):
        for number in numbers[1:]:
            forest.join(numbers[0], number)
            wide.join(numbers[0], number)
    _join_by_names(forest, wide, members)
    trees: dict[int, list[int]] = defaultdict(list)
    for number in range(len(members)):
        trees[forest.find(number)].append(number)
    parties = tuple(
        Party(_key(members[root]), tuple(members[number] for number in tree), _key(members[wide.find(root)]))
        for root, tree in trees.items()
    )
    kept = tuple(party for party in parties if len(party.entries) <= LARGEST_PARTY)
    too_large = tuple(len(party.entries) for party in parties if len(party.entries) > LARGEST_PARTY)
    return Parties(kept, {ref: party.id for party in parties for ref in party.refs}, too_large)
