"""Russian (and, with less recall, Ukrainian) entities by slovnet, with the weights that natasha ships.

natasha itself is not imported: slovnet and navec load the two files, whose digests are checked first.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from matchers.mentions import RecognizedSpan
from service.recognizers.script import is_cyrillic
from service.recognizers.weights import RUSSIAN, RecognizerError, package_folder, verify

EXTRA = "ner-ru"
PACKAGE = "natasha"
NAME = "slovnet_ner_news 1"


class RussianRecognizer:
    """Finds persons, places and organizations in texts that are mostly in Cyrillic letters."""

    def __init__(self, tagger: Any) -> None:
        self.name = NAME
        self._tagger = tagger
        self._lock = Lock()

    def recognize(self, texts: Sequence[str]) -> list[list[RecognizedSpan]]:
        """Return the named spans of each text; none of a text in another script."""
        with self._lock:
            return [self._spans(text) if is_cyrillic(text) else [] for text in texts]

    def _spans(self, text: str) -> list[RecognizedSpan]:
        return [RecognizedSpan(span.start, span.stop, span.type) for span in self._tagger(text).spans]


def find_russian(folder: Path | None = None) -> Path:
    """Return the folder of the model, the installed one where none is given, after checking its files.

    Raises `RecognizerError` where it is not installed or not the one that was checked.
    """
    place = folder or package_folder(PACKAGE, EXTRA)
    verify(place, RUSSIAN)
    return place


def load_russian(folder: Path | None = None) -> RussianRecognizer:
    """Return the recognizer, or raise `RecognizerError` where it is not installed or not the checked one."""
    place = find_russian(folder)
    try:
        navec, slovnet = import_module("navec"), import_module("slovnet")
    except ImportError as error:
        raise RecognizerError(f'slovnet is not installed: pip install "sanctions-xref[{EXTRA}]"') from error
    embeddings, tagger = (place / name for name in RUSSIAN)
    loaded = slovnet.NER.load(str(tagger))
    loaded.navec(navec.Navec.load(str(embeddings)))
    return RussianRecognizer(loaded)
