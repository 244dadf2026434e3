"""Russian (and, with less recall, Ukrainian) entities by slovnet, with the weights that natasha ships.

natasha itself is not imported: slovnet and navec load the two files, whose digests are checked first.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from matchers.mentions import RecognizedSpan
from service.recognizers.script import share_of_cyrillic
from service.recognizers.weights import RUSSIAN, RecognizerError, package_folder, verify

EXTRA = "ner-ru"
PACKAGE = "natasha"


class RussianRecognizer:
    """Finds persons, places and organizations in texts that are mostly in Cyrillic letters."""

    name = "slovnet_ner_news 1"

    def __init__(self, tagger: Any) -> None:
        self._tagger = tagger

    def recognize(self, text: str) -> Iterator[RecognizedSpan]:
        """Yield the named spans of a text; none of a text in another script."""
        if share_of_cyrillic(text) < 0.5:
            return
        for span in self._tagger(text).spans:
            yield RecognizedSpan(span.start, span.stop, span.type)


def load_russian(folder: Path | None = None) -> RussianRecognizer:
    """Return the recognizer, or raise `RecognizerError` where it is not installed or not the checked one."""
    place = folder or package_folder(PACKAGE, EXTRA)
    verify(place, RUSSIAN)
    try:
        navec, slovnet = import_module("navec"), import_module("slovnet")
    except ImportError as error:
        raise RecognizerError(f'slovnet is not installed: pip install "sanctions-xref[{EXTRA}]"') from error
    embeddings, tagger = (place / name for name in RUSSIAN)
    loaded = slovnet.NER.load(str(tagger))
    loaded.navec(navec.Navec.load(str(embeddings)))
    return RussianRecognizer(loaded)
