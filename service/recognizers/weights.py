"""Which files of a model must have which SHA-256 before it is loaded.

The packages are re-uploads or bundles, so a version number alone is no proof. The digests of the English
files are those of the model's official release 3.8.0; those of the Russian ones of the files that the
authors ship in natasha 1.6.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from service.errors import InputError

ENGLISH: Mapping[str, str] = {
    "config.cfg": "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79",
    "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
    "ner/moves": "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4",
    "tokenizer": "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
    "vocab/strings.json": "b1966d1f07a05b68576df07f43f40203b4e11124ad82cc839e8312ad8d7fdae7",
}
RUSSIAN: Mapping[str, str] = {
    "data/emb/navec_news_v1_1B_250K_300d_100q.tar": "f07270833d78523edc5781538d67038e95b43975e4a7ae757c693b687f9cbfca",
    "data/model/slovnet_ner_news_v1.tar": "16c3343a6572ddf0e2b2fc1923113de15a7f5ca5bde90e780dd590418665603e",
}


class RecognizerError(InputError):
    """A model is not installed, or its files are not the ones that were checked."""


def is_installed(name: str) -> bool:
    """Say whether a package can be imported, without running its code."""
    return find_spec(name) is not None


def package_folder(name: str, extra: str) -> Path:
    """Return the folder of an installed package without running its code, or raise with the way to install it."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise RecognizerError(f'the package {name} is not installed: pip install "sanctions-xref[{extra}]"')
    return Path(spec.submodule_search_locations[0])


def verify(folder: Path, expected: Mapping[str, str]) -> None:
    """Raise `RecognizerError` unless each file is there and has its digest."""
    for name, digest in expected.items():
        path = folder / name
        if not path.is_file():
            raise RecognizerError(f"the model in {folder} lacks {name}; install the pinned version again")
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
        if actual != digest:
            raise RecognizerError(
                f"{path} is not the file that was checked (SHA-256 {actual[:12]}…, expected {digest[:12]}…); "
                "it is not loaded. Remove the package and install the pinned version"
            )
