"""Optional named-entity models, beside the core that finds mentions without any.

`load_recognizers(("en", "ru"))` loads what is asked for and raises where it cannot;
`installed_recognizers()` loads what is installed and verified, and says what it refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec

from matchers.mentions import Recognizer
from service.recognizers import english, russian
from service.recognizers.weights import RecognizerError

LOADERS: Mapping[str, Callable[[], Recognizer]] = {"en": english.load_english, "ru": russian.load_russian}
"""How each language's recognizer is loaded."""
_PACKAGES = {"en": ("spacy", english.PACKAGE), "ru": ("slovnet", russian.PACKAGE)}


def load_recognizers(languages: Iterable[str]) -> tuple[Recognizer, ...]:
    """Return the recognizers of these languages, or raise `RecognizerError`."""
    loaded = []
    for language in languages:
        if language not in LOADERS:
            raise RecognizerError(f"no model for '{language}'; known are {', '.join(LOADERS)}")
        loaded.append(LOADERS[language]())
    return tuple(loaded)


def installed_recognizers(note: Callable[[str], None]) -> tuple[Recognizer, ...]:
    """Return the recognizers that are installed and verified; `note` is told of each that is refused."""
    loaded = []
    for language, packages in _PACKAGES.items():
        if all(find_spec(package) for package in packages):
            try:
                loaded.append(LOADERS[language]())
            except RecognizerError as error:
                note(f"the model for '{language}' is not used: {error}")
    return tuple(loaded)


__all__ = ["LOADERS", "RecognizerError", "installed_recognizers", "load_recognizers"]
