"""Packages that not everybody needs: loaded where they are installed, else named with the way to get them."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

EXTRA = "articles"


class MissingPackage(Exception):
    """A format needs a package that is not installed; the message says how to install it."""


@lru_cache(maxsize=32)
def found(module: str) -> Any:
    """Return a module, or None where its package is not installed."""
    try:
        return import_module(module)
    except ImportError:
        return None


def needed(module: str, what: str) -> Any:
    """Return a module, or raise `MissingPackage`; `what` is the format that needs it."""
    loaded = found(module)
    if loaded is None:
        raise MissingPackage(f'{what} needs a package: pip install "sanctions-xref[{EXTRA}]"')
    return loaded
