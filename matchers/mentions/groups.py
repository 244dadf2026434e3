"""What `resolve` returns: the mentions of one organization, how to ask for it, and what is known."""

from __future__ import annotations

from dataclasses import dataclass

from matchers.mentions.cues import Cue
from matchers.models import Mention


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to ask for an organization. The first of a group is its longest name in the text."""

    text: str
    how: str
    """`as written`, `alternative`, `short form`, `acronym`, `symbol`, `also known as`, `formerly`, `uninflected`, or
    `no name` for a person with a title and for an everyday word. Neither these nor symbols are asked for."""
    start: int
    end: int
    """Where the words stand that it was read from; an uninflected form is not itself in the text."""


@dataclass(frozen=True, slots=True)
class PlaceEvidence:
    """A place that stands near an organization's name and points to a country."""

    text: str
    start: int
    end: int
    kind: str
    """`country`, `people` or `city`."""
    country: str
    nearness: str
    """`name` (inside the name), `sentence`, `next` (the sentence before or after) or `article`."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Words of the text that connect an organization with another one: "a subsidiary of", "formerly"."""

    relation: str
    start: int
    end: int
    mention: Mention
    """The other organization."""


@dataclass(frozen=True, slots=True)
class Context:
    """What stands near an organization's mentions."""

    places: tuple[PlaceEvidence, ...] = ()
    names: tuple[Mention, ...] = ()
    """Other names in the same sentences."""
    connections: tuple[Connection, ...] = ()
    cues: tuple[Cue, ...] = ()
    """Words of the same sentences that say what the text is about."""
    article_cues: tuple[Cue, ...] = ()
    """Such words elsewhere in the text."""

    @property
    def countries(self) -> tuple[str, ...]:
        """The country codes of the places, the nearest first."""
        order = {"name": 0, "sentence": 1, "next": 2, "article": 3}
        nearest = sorted(self.places, key=lambda found: order[found.nearness])
        return tuple(dict.fromkeys(found.country for found in nearest))


@dataclass(frozen=True, slots=True)
class MentionGroup:
    """The mentions of a text that name one organization, in order of place."""

    name: str
    mentions: tuple[Mention, ...]
    variants: tuple[Variant, ...]
    context: Context = Context()
    """What stands near; empty where only `group_mentions` was asked."""
    spans: tuple[Mention, ...] = ()
    """All mentions, with those that are inside another one."""

    def variants_of(self, text: str) -> tuple[Variant, ...]:
        """Return the ways to ask that are this text."""
        return tuple(variant for variant in self.variants if variant.text == text)
