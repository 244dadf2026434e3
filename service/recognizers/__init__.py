"""Optional named-entity models, beside the core that finds mentions without any.

`choose_recognizers` is the one way in. What it is asked for is `auto`, `none`, or languages:

    auto    the models that are installed and verified, each loaded when the first text in its script comes
    none    no model
    en, ru  these, loaded at once; one that is missing or not the checked one is refused with `RecognizerError`
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from matchers.mentions import RecognizedSpan, Recognizer
from service.recognizers import english, russian
from service.recognizers.script import is_cyrillic, is_latin
from service.recognizers.weights import RecognizerError, is_installed

AUTO, NONE = "auto", "none"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be loaded: for which texts, from which packages, and how."""

    name: str
    packages: tuple[str, ...]
    is_for: Callable[[str], bool]
    find: Callable[[], Path]
    """Checks the files; raises `RecognizerError`."""
    load: Callable[[], Recognizer]


MODELS: Mapping[str, Model] = {
    "en": Model(
        english.NAME, ("spacy", english.PACKAGE), is_latin, english.find_english, english.load_english
    ),
    "ru": Model(
        russian.NAME,
        ("slovnet", "navec", russian.PACKAGE),
        is_cyrillic,
        russian.find_russian,
        russian.load_russian,
    ),
}
"""The models by language."""


def choose_recognizers(wanted: Sequence[str], note: Tell) -> tuple[Recognizer, ...]:
    """Return the recognizers that are asked for; `note` is told of installed ones that `auto` refuses."""
    if tuple(wanted) == (AUTO,):
        return installed_recognizers(note)
    if tuple(wanted) in ((), (NONE,)):
        return ()
    return load_recognizers(wanted)


def load_recognizers(languages: Iterable[str]) -> tuple[Recognizer, ...]:
    """Return the recognizers of these languages, or raise `RecognizerError`."""
    wanted = tuple(dict.fromkeys(languages))
    if unknown := [language for language in wanted if language not in MODELS]:
        raise RecognizerError(
            f"there is no model for '{unknown[0]}'; known are {', '.join(MODELS)}, or {AUTO}, or {NONE}, alone"
        )
    return tuple(MODELS[language].load() for language in wanted)


def installed_recognizers(note: Tell) -> tuple[Recognizer, ...]:
    """Return the recognizers that are installed and verified; `note` is told of each that is refused."""
    found = []
    for language, model in MODELS.items():
        if all(map(is_installed, model.packages)):
            try:
                model.find()
                found.append(WhenNeeded(model))
            except RecognizerError as error:
                note(f"the model for '{language}' is not used: {error}")
    return tuple(found)


class WhenNeeded:
    """A recognizer that is loaded when the first text in its script comes: other texts do not wait for it."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self._model = model
        self._loaded: Recognizer | None = None
        self._lock = Lock()

    def recognize(self, texts: Sequence[str]) -> Iterable[Sequence[RecognizedSpan]]:
        """Return the named spans of each text."""
        if not any(map(self._model.is_for, texts)):
            return [() for _ in texts]
        with self._lock:
            self._loaded = self._loaded or self._model.load()
        return self._loaded.recognize(texts)


__all__ = [
    "AUTO",
    "MODELS",
    "NONE",
    "RecognizerError",
    "choose_recognizers",
    "installed_recognizers",
    "load_recognizers",
]
