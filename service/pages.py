"""Pages that a caller names by their address: fetched from the hosts that the operator allows, and from no other.

The list is empty by default: then nothing is fetched, and what does it is not even loaded.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol

from service.articles.article import Article, Fetched, ReadOptions, Skipped
from service.articles.responses import Response
from service.errors import NotFetched
from service.settings import Settings

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
OFF = "no addresses are fetched here; send the text, or have the host named in SANCTIONS_XREF_FETCH_HOSTS"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was fetched: what came, from the address `response.url`, and when."""

    response: Response
    retrieved: datetime

    @property
    def fetched(self) -> Fetched:
        """Where it came from, and which bytes: with their encoding, without their compression."""
        sha256 = hashlib.sha256(self.response.content).hexdigest()
        return Fetched(self.response.url or "", sha256, self.retrieved)

    def article(self, options: ReadOptions) -> Article:
        """Return the article that the page holds; `NotFetched` where it holds none."""
        found = self.response.article("", options, lambda _: None)
        if isinstance(found, Skipped):
            raise NotFetched(found.reason)
        return found


def is_address(text: str) -> bool:
    """Tell whether a text is the address of a page and nothing else: whoever gives it means the page.

    >>> is_address(" https://news.example/a?b=1 "), is_address("See https://news.example/a")
    (True, False)
    """
    return _ADDRESS.fullmatch(text.strip()) is not None


class Pages(Protocol):
    """Where pages come from."""

    async def fetch(self, address: str) -> Page:
        """Return the page at an address; `NotFetched` where there is none for us."""
        ...


class NoPages:
    """Where none are fetched."""

    async def fetch(self, address: str) -> Page:  # noqa: ARG002 it does not matter which
        """Refuse."""
        raise NotFetched(OFF)


def pages_of(settings: Settings) -> Pages:
    """Return what fetches pages from the hosts of the settings."""
    if not settings.fetch_hosts:
        return NoPages()
    fetcher: Pages = import_module("service.fetching").Fetcher(settings)
    return fetcher
