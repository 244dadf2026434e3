"""Writing that survives a power cut: file, then directory, then one rename that makes all of it visible.

POSIX promises that a rename is atomic; that it happens after the bytes are on disk is what `fsync` of the
file and of its directory is for. Whoever is killed at any point leaves the old state or the new one.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lists.errors import StoreError, StoreFull

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LOCKED = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn the operating system's errors about writing into `StoreFull` or `StoreError` with the place."""
    try:
        yield
    except OSError as error:
        where = str(error.filename or place)
        if error.errno in _FULL:
            raise StoreFull("the disk is full", where=where, hint="free some space and repeat") from error
        if error.errno in _LOCKED:
            raise StoreFull("cannot write here", where=where, hint="check the owner and mode") from error
        raise StoreError(error.strerror or str(error), where=where) from error


@contextmanager
def durable_file(path: Path) -> Iterator[BinaryIO]:
    """Open a new file for writing and put its bytes on disk before it is closed."""
    with path.open("xb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def sync_directory(path: Path) -> None:
    """Put a directory's entries on disk; nothing on systems that cannot open a directory."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish_directory(building: Path, final: Path) -> None:
    """Make a finished directory visible under its final name, which must not exist yet."""
    sync_directory(building)
    os.rename(building, final)  # noqa: PTH104 - the plain call, as the crash tests count it
    sync_directory(final.parent)


def replace_json(path: Path, value: object) -> None:
    """Replace a small JSON file atomically; a reader sees the old value or the new one."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.unlink(missing_ok=True)
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    with durable_file(scratch) as stream:
        stream.write(text.encode())
    os.replace(scratch, path)  # noqa: PTH105 - as above
    sync_directory(path.parent)
