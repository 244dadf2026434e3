"""One file from one publisher: conditional, bounded, retried, with redirects followed by hand.

The order for each attempt: check the address, ask with `If-None-Match` and `If-Modified-Since`, follow at
most five redirects of which each is checked like the first, then write the decoded bytes to a file while
they are counted and hashed. What is refused: other encodings than gzip, a body shorter than its
`Content-Length`, more bytes or seconds than allowed, an HTML page in place of a list. A signed redirect's
query is a secret: it is not stored, not shown in an error, and cut out of what httpx logs.
"""

from __future__ import annotations

import hashlib
import logging
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar

import httpx

from lists.addresses import AddressPolicy, bare
from lists.durable import disk_errors
from lists.errors import DownloadError, TooLarge, TooSlow
from lists.source import Download

USER_AGENT = "sanctions-xref/0.1"
_HEADERS = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"}
T = TypeVar("T")
_RETRIED = {408, 425, 429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}
_ENCODINGS = {"", "identity", "gzip", "x-gzip"}
_PAGE = re.compile(rb"\s*(?:<!doctype\s+html|<html)", re.IGNORECASE)
_QUERY = re.compile(r"\?[^\s'\",)]*")
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often to try; seconds."""

    connect: float = 15.0
    read: float = 180.0
    total: float = 900.0
    attempts: int = 5
    hops: int = 5
    backoff: float = 2.0
    """The first wait; it doubles with each attempt, plus up to as much again at random."""
    longest_wait: float = 120.0
    """A publisher that asks for a longer wait (`Retry-After`) is left alone until the next refresh."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What the publisher's server said about the version that we have."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers of a conditional request."""
        both = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in both.items() if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that has arrived. `url` is the one asked for, without its query."""

    path: Path
    url: str
    sha256: str
    size: int
    etag: str | None
    last_modified: str | None


class RedactedQueries(logging.Filter):
    """Cuts queries out of log records: a signed redirect is a secret for as long as it is valid."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace every query of the message by an ellipsis."""
        record.msg, record.args = _QUERY.sub("?…", record.getMessage()), ()
        return True


_REDACTED = RedactedQueries()


@dataclass(frozen=True)
class Downloader:
    """Fetches files with an injected client, policy and clock."""

    client: httpx.Client
    policy: AddressPolicy = field(default_factory=AddressPolicy)
    patience: Patience = field(default_factory=Patience)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(_REDACTED)

    def fetch(self, download: Download, target: Path, condition: Condition | None = None) -> Fetched | None:
        """Write a file to `target` and return its record; None where it has not changed since `condition`."""
        headers = {**_HEADERS, **dict(download.headers), **(condition.headers() if condition else {})}

        def use(answer: httpx.Response) -> Fetched | None:
            return None if answer.status_code == 304 else self._receive(answer, download, target)

        return self._attempt("GET", download, headers, use)

    def post_json(self, download: Download, url: str) -> bytes:
        """Return the answer of a publisher's catalogue, which is asked by POST with an empty object."""
        asked = Download(download.name, url, download.hosts, max_bytes=20_000_000)
        headers = {**_HEADERS, "Content-Type": "application/json"}
        return self._attempt("POST", asked, headers, lambda answer: b"".join(self._chunks(answer, asked)))

    def _attempt(
        self, method: str, download: Download, headers: Mapping[str, str], use: Callable[[httpx.Response], T]
    ) -> T:
        """Return what `use` makes of a good answer; errors that may pass are tried again."""
        for attempt in range(1, self.patience.attempts + 1):
            wait = self.patience.backoff * 2 ** (attempt - 1) * (1 + self.jitter())
            try:
                with self._answer(method, download, headers) as answer:
                    if answer.status_code not in _RETRIED:
                        _check_status(answer, download)
                        return use(answer)
                    wait = self._asked_wait(answer, download, wait)
                    failure: DownloadError = DownloadError(_said(answer), where=bare(download.url))
            except httpx.TransportError as error:
                failure = _failure(error, download)
            if attempt < self.patience.attempts:
                self.sleep(min(wait, self.patience.longest_wait))
        raise failure

    @contextmanager
    def _answer(
        self, method: str, download: Download, headers: Mapping[str, str]
    ) -> Iterator[httpx.Response]:
        """Send a request and follow its redirects; the body is not read yet."""
        url = httpx.URL(download.url)
        timeout = httpx.Timeout(self.patience.read, connect=self.patience.connect)
        for _ in range(self.patience.hops + 1):
            self.policy.check(url, download)
            body = b"{}" if method == "POST" else None
            asked = self.client.build_request(
                method, url, headers=dict(headers), content=body, timeout=timeout
            )
            answer = self.client.send(asked, stream=True, follow_redirects=False)
            try:
                self.policy.check_peer(answer)
                if answer.status_code not in _REDIRECTS:
                    yield answer
                    return
                url = url.join(answer.headers.get("location", ""))
            finally:
                answer.close()
        raise DownloadError(f"more than {self.patience.hops} redirects", where=bare(download.url))

    def _receive(self, answer: httpx.Response, download: Download, target: Path) -> Fetched:
        digest, size, first = hashlib.sha256(), 0, b""
        with disk_errors(target), target.open("wb") as stream:
            for chunk in self._chunks(answer, download):
                stream.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                first = first or chunk[:512]
        if _PAGE.match(first):
            hint = "the publisher may be asking for a log-in, or be out of order"
            raise DownloadError("an HTML page came in place of the list", where=bare(download.url), hint=hint)
        headers = answer.headers
        return Fetched(
            target,
            bare(download.url),
            digest.hexdigest(),
            size,
            headers.get("etag"),
            headers.get("last-modified"),
        )

    def _chunks(self, answer: httpx.Response, download: Download) -> Iterator[bytes]:
        """Yield the decoded body within the limits of bytes and time."""
        deadline = self.clock() + self.patience.total
        encoding = answer.headers.get("content-encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            raise DownloadError(f"the encoding {encoding} was not asked for", where=bare(download.url))
        size = 0
        for chunk in _decoded(answer, download):
            size += len(chunk)
            if size > download.max_bytes:
                limit = f"more than {download.max_bytes} bytes"
                raise TooLarge(
                    limit, where=bare(download.url), hint="a compression bomb, or the limit is too low"
                )
            if self.clock() > deadline:
                raise TooSlow(f"not done in {self.patience.total:.0f} seconds", where=bare(download.url))
            yield chunk
        length = answer.headers.get("content-length", "")
        if encoding in {"", "identity"} and length.isdigit() and int(length) != size:
            raise DownloadError(f"{size} bytes came, {length} were promised", where=bare(download.url))

    def _asked_wait(self, answer: httpx.Response, download: Download, wait: float) -> float:
        asked = _retry_after(answer)
        if asked > self.patience.longest_wait:
            hint = "it is left alone until the next refresh"
            raise DownloadError(
                f"the publisher asks to wait {asked:.0f} s", where=bare(download.url), hint=hint
            )
        return max(asked, wait)


def _failure(error: httpx.TransportError, download: Download) -> DownloadError:
    """Return our error for one of the transport; its text holds no address."""
    if isinstance(error, httpx.TimeoutException):
        return TooSlow("the publisher does not answer in time", where=bare(download.url))
    return DownloadError(f"the connection broke: {error}", where=bare(download.url), hint="try again later")


def _decoded(answer: httpx.Response, download: Download) -> Iterator[bytes]:
    try:
        yield from answer.iter_bytes(1 << 16)
    except httpx.DecodingError as error:
        raise DownloadError("the body is not what its encoding says", where=bare(download.url)) from error


def _check_status(answer: httpx.Response, download: Download) -> None:
    if answer.status_code in {200, 304}:
        return
    hint = ""
    if answer.status_code in {401, 403}:
        hint = "the publisher may refuse this program's User-Agent or this network"
    if answer.status_code in {404, 410}:
        hint = f"the list may have moved; see {download.hosts[0]}"
    raise DownloadError(_said(answer), where=bare(download.url), hint=hint)


def _said(answer: httpx.Response) -> str:
    return f"the publisher answered {answer.status_code} {answer.reason_phrase}".rstrip()


def _retry_after(answer: httpx.Response) -> float:
    """Return the seconds that `Retry-After` asks for, given as seconds or as a date; 0 where it does not."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        asked, said = (parsedate_to_datetime(value) for value in (text, answer.headers.get("date", "")))
    except ValueError:
        return 0.0
    return max(0.0, (asked - said).total_seconds())
