"""Finding organizations in a text without a model, and reading what stands near them.

Offsets always count code points of the text as given. In order:

    find_mentions(text, spotter, recognizers)   spans that may name an organization, as mentions
    resolve(text, mentions)                     one group of mentions an organization, with its evidence
    settle(claims)                              which mentions stay where matched organizations overlap
"""

from matchers.mentions.context import Surroundings
from matchers.mentions.finding import find_mentions, mentions_in
from matchers.mentions.groups import Connection, Context, MentionGroup, PlaceEvidence, Variant
from matchers.mentions.overlaps import settle
from matchers.mentions.recognizers import RecognizedSpan, Recognizer, recognized
from matchers.mentions.references import references
from matchers.mentions.resolution import group_mentions, resolve
from matchers.mentions.spotter import SPOTTER_FORMAT, AliasSpotter, build_spotter
from matchers.mentions.words import read_words

__all__ = [
    "SPOTTER_FORMAT",
    "AliasSpotter",
    "Connection",
    "Context",
    "MentionGroup",
    "PlaceEvidence",
    "RecognizedSpan",
    "Recognizer",
    "Surroundings",
    "Variant",
    "build_spotter",
    "find_mentions",
    "group_mentions",
    "mentions_in",
    "read_words",
    "recognized",
    "references",
    "resolve",
    "settle",
]
