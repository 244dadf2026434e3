"""Fetching a page for a caller, from inside a network that the caller must not get into.

The order for each hop: the address is read once, by the client that will ask; its scheme, its host and its port must be
allowed; the name is resolved once, and every address that it has must be of the public internet; the connection goes
to such an address, as numbers, so that no second look can find another; TLS verifies the name. A redirect is a further
hop. No proxy is used, and no cookie or credential sent. A page that is too large, too slow, packed in another way than
was asked for, or neither HTML nor plain text is refused. What went wrong is said in general, never with an address that
was found.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter

import httpx

from lists.addresses import is_public
from service.admission import Turns
from service.allowed_hosts import is_allowed, read_allowed
from service.articles.responses import KINDS, MediaType, Response, media_type
from service.errors import NotFetched
from service.notes import CURRENT
from service.pages import Page
from service.settings import Settings

AT_A_TIME = 4
WAITING = 64
"""Pages that a process fetches at a time, and that may wait for it."""
HOPS = 5
"""Redirects that are followed."""
_HEADERS = {
    "User-Agent": "sanctions-xref/0.1",
    "Accept": "text/html, application/xhtml+xml, text/plain;q=0.9",
    "Accept-Encoding": "gzip",
}
_GZIP = 31
"""`wbits` of zlib for the gzip format."""
_log = logging.getLogger(__name__)


async def resolve(host: str) -> Sequence[str]:
    """Return the addresses of a name, in the order in which to try them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True)
class Network:
    """What names, addresses and certificates are good."""

    resolve: Callable[[str], Awaitable[Sequence[str]]] = resolve
    is_public: Callable[[str], bool] = is_public
    tls: ssl.SSLContext = field(default_factory=httpx.create_ssl_context)


class Fetcher:
    """Fetches pages from the hosts that the settings allow, a few at a time."""

    def __init__(self, settings: Settings, network: Network | None = None) -> None:
        self._allowed = read_allowed(settings.fetch_hosts)
        self._seconds = settings.fetch_seconds
        self._most = settings.max_page
        self._network = network or Network()
        self._turns = Turns(AT_A_TIME, WAITING)

    async def fetch(self, address: str) -> Page:
        """Return the page at an address; `NotFetched` says why there is none, `Unavailable` that too many wait."""
        url, begun = _read(address), perf_counter()
        self._check(url)
        try:
            async with self._turns:
                page = await self._in_time(url)
        except NotFetched as refusal:
            _log.info("%s; asked of %s", refusal, url.host)
            raise
        finally:
            if (notes := CURRENT.get()) is not None:
                notes.spend("fetch", perf_counter() - begun)
        said = "fetched %d bytes with the SHA-256 %s, asked of %s"
        _log.info(said, len(page.response.content), page.fetched.sha256, url.host)
        return page

    async def _in_time(self, url: httpx.URL) -> Page:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(url)
        except (TimeoutError, httpx.TimeoutException):
            raise NotFetched(f"it did not arrive within {self._seconds:g} seconds") from None
        except httpx.HTTPError:
            raise NotFetched("its server could not be spoken with") from None

    async def _follow(self, url: httpx.URL) -> Page:
        for _ in range(HOPS + 1):
            found = await self._ask(url, await self._addresses(url))
            if isinstance(found, Page):
                return found
            url = found
            self._check(url, "it leads on to an address")
        raise NotFetched(f"it leads on more than {HOPS} times")

    def _check(self, url: httpx.URL, what: str = "its address is one") -> None:
        """Refuse an address that is not of the allowed hosts, before anything is asked."""
        if url.userinfo:
            raise NotFetched(f"{what} with credentials")
        if not is_allowed(self._allowed, url.scheme, _host(url), url.port):
            raise NotFetched(
                f"{what} of a host, port or scheme that SANCTIONS_XREF_FETCH_HOSTS does not allow"
            )

    async def _addresses(self, url: httpx.URL) -> Sequence[str]:
        try:
            found = await self._network.resolve(_host(url))
        except (OSError, UnicodeError):
            found = ()
        if not found or not all(map(self._network.is_public, found)):
            raise NotFetched("the name of its host leads to no place on the public internet")
        return found

    async def _ask(self, url: httpx.URL, addresses: Sequence[str]) -> Page | httpx.URL:
        """Return the page, or where it leads on; the client knows no proxy and keeps no cookie for the next hop."""
        async with httpx.AsyncClient(
            verify=self._network.tls, trust_env=False, timeout=self._seconds
        ) as client:
            answer = await _connected(client, url, addresses)
            try:
                if answer.has_redirect_location:
                    return _read(answer.headers["location"], url)
                return Page(await self._received(answer, url), datetime.now(UTC))
            finally:
                await answer.aclose()

    async def _received(self, answer: httpx.Response, url: httpx.URL) -> Response:
        if answer.status_code != 200:
            raise NotFetched(f"its server answered {answer.status_code}")
        kind = media_type(answer.headers.get("content-type", ""))
        if kind.kind not in KINDS:
            raise NotFetched(f"it is {_named(kind)}, neither HTML nor plain text")
        return Response(await self._content(answer), kind, str(url))

    async def _content(self, answer: httpx.Response) -> bytes:
        """Return the body without its compression, neither larger than the limit, whatever it was packed from."""
        packed = bytearray()
        async for chunk in answer.aiter_raw():
            packed += chunk
            self._check_size(packed)
        encoding = answer.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"gzip", "x-gzip", "identity", ""}:
            raise NotFetched("it is packed in another way than was asked for")
        content = _unpacked(packed, self._most + 1) if encoding.endswith("gzip") else bytes(packed)
        self._check_size(content)
        return content

    def _check_size(self, content: bytes | bytearray) -> None:
        if len(content) > self._most:
            raise NotFetched(f"it is larger than {self._most:,} bytes")


def _read(address: str, base: httpx.URL | None = None) -> httpx.URL:
    try:
        return base.join(address) if base else httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        raise NotFetched("its address cannot be read") from None


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii")


def _named(kind: MediaType) -> str:
    return f"'{kind.kind[:50]}'" if kind.kind else "of no stated type"


async def _connected(client: httpx.AsyncClient, url: httpx.URL, addresses: Sequence[str]) -> httpx.Response:
    """Ask the first address that takes the connection; it stands in the URL, the name in the header and in TLS."""
    failure: httpx.TransportError | None = None
    for address in addresses:
        request = client.build_request(
            "GET",
            url.copy_with(host=address),
            headers={**_HEADERS, "Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": _host(url)},
        )
        try:
            return await client.send(request, stream=True)
        except httpx.ConnectError as error:
            failure = error
    raise failure or httpx.ConnectError("no address")


def _unpacked(packed: bytes | bytearray, most: int) -> bytes:
    """Return at most so many bytes of what was packed; nothing beyond is unpacked."""
    unpacking = zlib.decompressobj(_GZIP)
    try:
        content = unpacking.decompress(packed, most)
    except zlib.error:
        raise NotFetched("it is not packed as its server says") from None
    if not unpacking.eof and len(content) < most:
        raise NotFetched("it broke off")
    return content
