"""Find the mentions of organizations in a text.

The order: cut the text into words → runs of capitals, quotations and brackets, listed names, models' spans
→ one mention a span, with everything that found it. Recall comes first: what is no organization falls away
when no listed name fits it. Spans that hold nothing but a title or a date are left out here; countries and
peoples stay, found by `place`: they are evidence, and `resolve` asks for no match to them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from matchers.mentions.capitals import capital_spans
from matchers.mentions.keys import is_distinctive
from matchers.mentions.numbered import numbered_spans
from matchers.mentions.places import is_country
from matchers.mentions.quoted import quoted_spans
from matchers.mentions.recognizers import RecognizedSpan, Recognizer, recognized
from matchers.mentions.sentences import Sentences
from matchers.mentions.spans import Span
from matchers.mentions.spotter import AliasSpotter
from matchers.mentions.tokens import particle_length, piece_tokens
from matchers.mentions.words import Words, read_words
from matchers.models import Mention

_ARTICLE = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")
MAX_CHARACTERS = 400
"""A longer span is no name."""


def find_mentions(
    text: str, spotter: AliasSpotter | None = None, recognizers: Sequence[Recognizer] = ()
) -> tuple[Mention, ...]:
    """Return every span of a text that may name an organization, in order; spans may overlap.

    Offsets count code points of the text as given, so `text[mention.start:mention.end] == mention.text`.

    >>> [mention.text for mention in find_mentions("He left the Gagarin plant for Rostec.")]
    ['Gagarin plant', 'Rostec']
    """
    words = read_words(text)
    listed = spotter.spot(words) if spotter else ()
    return mentions_in(words, listed, recognized([text], recognizers)[0])


def mentions_in(
    words: Words, listed: Sequence[Span] = (), labelled: Sequence[RecognizedSpan] = ()
) -> tuple[Mention, ...]:
    """Do what `find_mentions` does, for a text in which listed names, and what models label, are found already."""
    runs = list(capital_spans(words))
    spans = [*runs, *quoted_spans(words), *numbered_spans(words, runs)]
    if listed:
        spans += _apart(words, spans, listed)
    found = merge(words, spans)
    if labelled:
        found = _with_labelled(words, found, labelled)
    return tuple(found)


def _apart(words: Words, runs: Sequence[Span], listed: Iterable[Span]) -> Iterator[Span]:
    """Leave out listed one-word names inside a longer run of another name: "Yuri" in "Yuri Gagarin"."""
    inside = {
        number: run for run in runs if run.found_by != "joined" for number in range(run.first, run.last)
    }
    for span in listed:
        run = inside.get(span.first)
        if span.last - span.first == 1 and run is not None and run.last - run.first > 1:
            others = (number for number in range(run.first, run.last) if number != span.first)
            if any(words.classes[number] in "CA" and _is_own(words.pieces[number]) for number in others):
                continue
        yield span


def _is_own(piece: str) -> bool:
    return any(map(is_distinctive, piece_tokens(piece)))


def merge(words: Words, spans: Iterable[Span]) -> list[Mention]:
    """Turn spans of words into mentions, one for each place, in order of place."""
    sentences = Sentences(words)
    found: dict[tuple[int, int], Mention] = {}
    for span in spans:
        mention = _mention(words, sentences, span)
        if mention is None:
            continue
        place = (mention.start, mention.end)
        other = found.get(place)
        found[place] = mention if other is None else _joined(other, mention)
    return [found[place] for place in sorted(found)]


def _mention(words: Words, sentences: Sentences, span: Span) -> Mention | None:
    text, starts = words.text, words.starts
    start, end = starts[span.first], words.end(span.last - 1)
    found_by = span.found_by
    if found_by == "compound":
        end = start + text[start:end].rindex("-")
        found_by = "place" if is_country(text[start:end]) else found_by
    content = text[start:end]
    if cut := particle_length(content):
        end, content = end - cut, content[:-cut]
    if not 2 <= end - start <= MAX_CHARACTERS:
        return None
    return Mention(
        start,
        end,
        content,
        (found_by,),
        tuple((starts[first], words.end(last - 1)) for first, last in span.alternatives),
        sentences.offsets(sentences.number(span.first)),
        span.listed,
        span.ambiguity,
    )


def _joined(one: Mention, other: Mention) -> Mention:
    return Mention(
        one.start,
        one.end,
        one.text,
        tuple(dict.fromkeys((*one.found_by, *other.found_by))),
        tuple(dict.fromkeys((*one.alternatives, *other.alternatives))),
        one.sentence,
        tuple(sorted({*one.listed, *other.listed})),
        max(one.ambiguity, other.ambiguity),
    )


def _with_labelled(
    words: Words, mentions: list[Mention], labelled: Sequence[RecognizedSpan]
) -> list[Mention]:
    found = {(mention.start, mention.end): mention for mention in mentions}
    for mention in _labelled(words, labelled):
        other = found.get((mention.start, mention.end))
        found[mention.start, mention.end] = mention if other is None else _joined(other, mention)
    return [found[place] for place in sorted(found)]


def _labelled(words: Words, labelled: Iterable[RecognizedSpan]) -> Iterator[Mention]:
    sentences = Sentences(words)
    for span in labelled:
        start, end = _bare(words.text, span.start, span.end)
        if 0 <= start < end <= len(words.text):
            content = words.text[start:end]
            found_by = ("place",) if is_country(content) else (f"ner:{span.label}",)
            number = sentences.number(bisect_right(words.starts, start) - 1)
            yield Mention(start, end, content, found_by, (), sentences.offsets(number))


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a model's span without an article before it and a possessive after it."""
    article = _ARTICLE.match(text, start, end)
    possessive = _POSSESSIVE.search(text, start, end)
    return article.end() if article else start, possessive.start() if possessive else end
