"""Where a run keeps its files: a folder, or a prefix in an object store (`s3://…`, through pyarrow).

A file is whole from the moment it has its name. In a folder it is written beside, synced and renamed; an object
store shows an object when its upload is complete.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from lists.durable import sync_directory
from service.articles.optional import MissingPackage, needed
from service.articles.reading import NOT_FETCHED, WEB
from service.errors import DataError, InputError

TEMPORARY = ".writing-"
_COPIED = 1 << 20


def is_url(place: str) -> bool:
    """Whether a place is in an object store.

    >>> is_url("s3://bucket/dump"), is_url("dump")
    (True, False)
    """
    return "://" in place


def shown(place: str) -> str:
    """Return a place as results name it: an address without its parameters.

    >>> shown("s3://bucket/hits.csv?region=x")
    's3://bucket/hits.csv'
    """
    return place.partition("?")[0] if is_url(place) else place


class Storage(Protocol):
    """Named files under one place. Names may hold slashes; they are listed sorted."""

    place: str

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in a folder, without it; empty where there is none."""
        ...

    def reading(self, name: str) -> BinaryIO:
        """Open a file; `FileNotFoundError` where there is none."""
        ...

    def writing(self, name: str) -> Any:
        """Return a context that yields a stream; the file is there, whole, when the context ends well."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file or a folder, if it is there."""
        ...

    def exists(self, name: str) -> bool:
        """Whether there is such a file or folder."""
        ...


class Folder:
    """Files below a folder of this machine, or of one that is mounted by all."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.place = str(root)

    def names(self, folder: str) -> list[str]:
        """Return the names of finished files, sorted."""
        place = self.root / folder
        if not place.is_dir():
            return []
        return sorted(entry.name for entry in os.scandir(place) if not entry.name.startswith(TEMPORARY))

    def reading(self, name: str) -> BinaryIO:
        """Open a file."""
        return (self.root / name).open("rb")

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """Write beside, sync, rename, sync the folder."""
        final = self.root / name
        final.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(prefix=f"{TEMPORARY}{final.name}-", dir=final.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            Path(scratch).chmod(0o644)
            Path(scratch).replace(final)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
        sync_directory(final.parent)

    def remove(self, name: str) -> None:
        """Remove a file or a folder."""
        place = self.root / name
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)

    def exists(self, name: str) -> bool:
        """Whether there is such a file or folder."""
        return (self.root / name).exists()

    def remove_unfinished(self, name: str = "") -> None:
        """Remove what a killed writer left: of the file or folder of this name, or of all below."""
        left = self.root.glob(f"{TEMPORARY}{name}-*") if name else ()
        for scratch in (*left, *(self.root / name).rglob(f"{TEMPORARY}*")):
            scratch.unlink(missing_ok=True)


class ObjectStore:
    """Files below a prefix of an object store, or of any other file system that pyarrow knows."""

    def __init__(self, url: str) -> None:
        self.place = shown(url)
        self._files, self._root = file_system(url)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}" if name else self._root

    def names(self, folder: str) -> list[str]:
        """Return the names of the objects in a folder, sorted."""
        selector = arrow_files().FileSelector(self._path(folder), allow_not_found=True)
        return sorted(found.base_name for found in self._files.get_file_info(selector))

    def reading(self, name: str) -> BinaryIO:
        """Open an object."""
        return opened(self._files, self._path(name))

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """Write a file of this machine, and upload it once it is whole."""
        with tempfile.TemporaryFile() as scratch:
            yield cast(BinaryIO, scratch)
            scratch.seek(0)
            with self._files.open_output_stream(self._path(name), compression=None) as target:
                while chunk := scratch.read(_COPIED):
                    target.write(chunk)

    def remove(self, name: str) -> None:
        """Remove an object, or all below a folder."""
        found = self._files.get_file_info(self._path(name))
        if found.type == arrow_files().FileType.Directory:
            self._files.delete_dir(self._path(name))
        elif found.type == arrow_files().FileType.File:
            self._files.delete_file(self._path(name))

    def exists(self, name: str) -> bool:
        """Whether there is such an object or folder."""
        kind = self._files.get_file_info(self._path(name)).type
        return bool(kind != arrow_files().FileType.NotFound)


def storage_at(place: str) -> Storage:
    """Return the storage at a path or address."""
    return ObjectStore(place) if is_url(place) else Folder(Path(place))


def beside(place: str, ending: str) -> str:
    """Return a place with something added to its name; the parameters of an address stay at its end.

    >>> beside("s3://bucket/hits.csv?region=x", ".run")
    's3://bucket/hits.csv.run?region=x'
    """
    path, mark, parameters = place.partition("?") if is_url(place) else (place, "", "")
    return path.rstrip("/") + ending + mark + parameters


def arrow_files() -> Any:
    """Return pyarrow's file systems; `InputError` where pyarrow is not installed."""
    try:
        return needed("pyarrow.fs", "an object store")
    except MissingPackage as error:
        raise InputError(str(error)) from None


@lru_cache(maxsize=64)
def file_system(url: str) -> tuple[Any, str]:
    """Return pyarrow's file system of an address, and the path in it; an address that holds a secret is refused."""
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise InputError(
            "credentials belong into the environment, not into an address: it is kept in the manifest"
        )
    if url.startswith(WEB):
        raise InputError(f"{shown(url)}: {NOT_FETCHED}")
    try:
        files, path = arrow_files().FileSystem.from_uri(url)
    except (ValueError, OSError) as error:
        raise InputError(f"{shown(url)}: {error}") from error
    return files, path.rstrip("/")


class _Raw(io.RawIOBase):
    """A file of pyarrow as a raw stream."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self._inner = inner

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return int(self._inner.seek(offset, whence))

    def tell(self) -> int:
        return int(self._inner.tell())

    def readinto(self, buffer: Any) -> int:
        return int(self._inner.readinto(buffer))

    def close(self) -> None:
        self._inner.close()
        super().close()


def opened(files: Any, path: str) -> io.BufferedReader:
    """Open a file of pyarrow's for reading and seeking, in blocks of a megabyte."""
    return io.BufferedReader(_Raw(files.open_input_file(path)), _COPIED)


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def written(what: str) -> Iterator[None]:
    """Say what could not be written and what to do about it."""
    try:
        yield
    except OSError as error:
        cure = "make room" if error.errno in _NO_ROOM else "mend that, or name another place"
        raise DataError(
            f"{what} cannot be written: {error.strerror or error}; {cure}, and run the same command again: "
            "it goes on where it stopped"
        ) from error
