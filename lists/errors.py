"""What can go wrong with lists. Every error says what happened, where, and what to do about it.

ListsError
├── ReadError            a file is not what its format promises
│   ├── HostileFile      a file that attacks its reader: DOCTYPE, compression bomb, endless nesting
│   └── UnknownFormat    no reader recognises the files
├── StoreError           the directory of versions
│   ├── StoreBusy        another process is writing
│   ├── StoreFull        the disk is full or not writable
│   ├── StoreDamaged     stored bytes are not the bytes that were stored
│   ├── NotStored        no such list, version or entry
│   └── BadListId        a text that cannot be the id of a list
├── DownloadError        a publisher cannot be reached, or does not answer with a list
│   ├── ForbiddenAddress a redirect or name leads where this source may not go
│   ├── TooLarge         more bytes than the source's limit
│   └── TooSlow          more time than the source's limit
├── VersionRefused       a gate refused a version; the last good one stays
└── BundleError          an offline bundle is incomplete, altered, or signed with another key
"""

from __future__ import annotations

__all__ = [
    "BadListId",
    "BundleError",
    "DownloadError",
    "ForbiddenAddress",
    "HostileFile",
    "ListsError",
    "NotStored",
    "ReadError",
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "TooLarge",
    "TooSlow",
    "UnknownFormat",
    "VersionRefused",
]


class ListsError(Exception):
    """Something is wrong with a list: `what` happened, `where` (file, line, URL), a `hint` to a cure."""

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what, where, hint)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        cure = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{cure}"


class ReadError(ListsError):
    """A file is not what its format promises; nothing of it may be published."""


class HostileFile(ReadError):
    """A file that attacks its reader."""


class UnknownFormat(ReadError):
    """No reader recognises the files."""


class StoreError(ListsError):
    """The directory of versions cannot do what was asked."""


class StoreBusy(StoreError):
    """Another process is writing to the store."""


class StoreFull(StoreError):
    """The disk is full or not writable."""


class StoreDamaged(StoreError):
    """Stored bytes are not the bytes that were stored."""


class NotStored(StoreError):
    """The store has no such list, version or entry."""


class BadListId(StoreError):
    """A text cannot be the id of a list."""


class DownloadError(ListsError):
    """A publisher cannot be reached, or does not answer with a list."""


class ForbiddenAddress(DownloadError):
    """A redirect or a name leads where this source may not go."""


class TooLarge(DownloadError):
    """The answer has more bytes than the source's limit."""


class TooSlow(DownloadError):
    """The answer takes more time than the source's limit."""


class VersionRefused(ListsError):
    """Gates refused a version, for `reasons` of a sentence each; `version` is kept beside the active one."""

    def __init__(self, list_id: str, version: str, reasons: tuple[str, ...]) -> None:
        self.list_id = list_id
        self.version = version
        self.reasons = reasons
        super().__init__(
            f"version {version} was refused: {'; '.join(reasons)}",
            where=list_id,
            hint="the last good version stays active; a person may accept it with --accept --reason",
        )


class BundleError(ListsError):
    """An offline bundle is incomplete, altered, or signed with another key."""
