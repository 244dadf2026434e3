"""The hosts whose pages may be fetched: names of the public internet, as an operator writes them in a setting.

`example.org` is that host, `*.example.org` every host below it and not itself. Each may have a port; without one it is
443 for https and 80 for http. An address of numbers is no name, and a name without a dot is one of the own network:
neither can be allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ENTRY = re.compile(rf"(\*\.)?((?:{_LABEL}\.)+(?!\d+(?::|$)){_LABEL})(?::(\d{{1,5}}))?")
_USUAL = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """One entry of the list; `port` is None where it is the usual one of the scheme."""

    name: str
    below: bool
    port: int | None

    def allows(self, scheme: str, host: str, port: int | None) -> bool:
        """Tell whether an address is of this entry; its port is None where it does not say one."""
        usual = _USUAL[scheme]
        named = host.endswith(f".{self.name}") if self.below else host == self.name
        return named and (port or usual) == (self.port or usual)


def read_allowed(entries: Iterable[str]) -> tuple[AllowedHost, ...]:
    """Return the entries of a setting; `ValueError` names the one that is not a host.

    >>> read_allowed(["*.Example.org:8443"])
    (AllowedHost(name='example.org', below=True, port=8443),)
    """
    return tuple(map(_read, entries))


def is_allowed(allowed: Iterable[AllowedHost], scheme: str, host: str, port: int | None) -> bool:
    """Tell whether an address is of any entry; `host` is in small letters, as it goes over the wire.

    >>> is_allowed(read_allowed(["example.org"]), "https", "example.org", None)
    True
    >>> is_allowed(read_allowed(["example.org", "*.example.org"]), "https", "www.example.org", 8443)
    False
    """
    return scheme in _USUAL and any(entry.allows(scheme, host, port) for entry in allowed)


def _read(entry: str) -> AllowedHost:
    found = _ENTRY.fullmatch(entry.lower()) if entry.isascii() else None
    if found is None:
        known = "example.org, *.example.org or example.org:8443, and letters beyond a to z as xn--…"
        raise ValueError(f"{entry!r} is no host: write {known}")
    below, name, port = found.groups()
    return AllowedHost(name, bool(below), int(port) if port else None)
