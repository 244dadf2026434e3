"""Where a download may go: https, hosts of an allow-list, no private network, no credentials in an address.

A redirect is a stranger's word. Each hop is checked before it is followed, by name and by every address
that the name has; the address that was really connected to is checked again, since a name may change
between the two.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import httpx

from lists.errors import DownloadError, ForbiddenAddress
from lists.source import Download

Resolver = Callable[[str], Iterable[str]]
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def resolve(host: str) -> Iterable[str]:
    """Return the addresses of a host name."""
    return {str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What is allowed. The defaults suit the internet; a mirror inside a company needs `private`."""

    private: bool = False
    """Whether addresses of a private network may be connected to."""
    http: bool = False
    """Whether unencrypted addresses, and ports other than 443, may be used."""
    proxy: bool = False
    """Whether a proxy makes the connections: names are then the proxy's to resolve."""
    resolver: Resolver = resolve

    def check(self, url: httpx.URL, download: Download) -> None:
        """Raise `ForbiddenAddress` where a request may not go."""
        where = bare(url)
        if url.scheme != "https" and not (self.http and url.scheme == "http"):
            raise ForbiddenAddress(f"{url.scheme or 'no scheme'} is not https", where=where)
        if url.userinfo:
            raise ForbiddenAddress("the address holds credentials", where=where)
        if url.port not in {None, 443} and not self.http:
            raise ForbiddenAddress(f"port {url.port} is not 443", where=where)
        if not is_allowed(url.host, download.hosts):
            allowed = ", ".join(download.hosts)
            raise ForbiddenAddress(f"{url.host} is not among the source's hosts", where=where, hint=allowed)
        if not self.proxy and not self.private:
            self._check_addresses(url.host, where)

    def check_peer(self, response: httpx.Response) -> None:
        """Raise `ForbiddenAddress` where the connection went to a private address after all."""
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if peer and not self.proxy and not self.private and not is_public(str(peer[0])):
            raise ForbiddenAddress("the connection went to a private address", where=bare(response.url))

    def _check_addresses(self, host: str, where: str) -> None:
        try:
            found = list(self.resolver(host))
        except OSError as error:
            raise DownloadError(f"the name {host} has no address", where=where) from error
        if not all(is_public(address) for address in found):
            hint = "a publisher's list is never there"
            raise ForbiddenAddress(f"{host} has a private address", where=where, hint=hint)


def is_allowed(host: str, hosts: tuple[str, ...]) -> bool:
    """Tell whether a host is of an allow-list, where a leading dot allows every subdomain.

    >>> is_allowed("a.windows.net", (".windows.net",)), is_allowed("evil.net", ("un.org",))
    (True, False)
    """
    name = host.lower().rstrip(".")
    return any(name == allowed or (allowed.startswith(".") and name.endswith(allowed)) for allowed in hosts)


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet, also where it wraps one of version 4.

    >>> is_public("8.8.8.8"), is_public("169.254.169.254"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = _wrapped(found)
        if inner is None and found not in _GLOBAL_UNICAST:
            return False
        found = inner or found
    return found.is_global and not found.is_multicast


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the address of version 4 that one of version 6 leads to: mapped, 6to4 (RFC 3056), NAT64 (RFC 6052)."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def bare(url: httpx.URL | str) -> str:
    """Return an address without its query and fragment, which may hold a signature: for messages and storage.

    >>> bare("https://user:secret@example.org/list.xml?X-Amz-Signature=abc#x")
    'https://example.org/list.xml'
    """
    return str(httpx.URL(url).copy_with(query=None, fragment=None, userinfo=b""))
