"""Inputs: paths and addresses → files, each read once to hash it and to find where its sections begin.

JSON lines are cut into sections, so that any number of processes may share a file. Other formats do not say where a
record begins without being read from the start; small files of them are taken together, and large ones are read by
every process that works on them.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from service.articles.article import ReadOptions
from service.articles.formats import format_of
from service.articles.json_records import is_lines
from service.articles.source import Source
from service.batch.storage import arrow_files, file_system, is_url, opened, shown
from service.errors import InputError

SECTION = (400_000, 64_000_000)
"""Least and most bytes of a section of JSON lines; between them a four-thousandth of all inputs."""
STANDARD_INPUT = "standard input"
_BLOCK = 1 << 20
_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read: the name that results show, where it is, its size in bytes, when it changed last (ns).

    The rest is known once it was surveyed: its SHA-256, and the (offset, line number) at which its sections begin,
    where it holds JSON lines; or what the problem is.
    """

    place: str
    path: str
    size: int
    changed: int
    sha256: str = ""
    cuts: tuple[tuple[int, int], ...] = ()
    problem: str | None = None

    @property
    def stamp(self) -> tuple[str, int, int]:
        """What tells whether it is still the same file without reading it."""
        return self.place, self.size, self.changed


def find_files(paths: Iterable[str], without: Iterable[str] = ()) -> Iterator[InputFile]:
    """Yield the files of all paths in canonical order; those in `without`, or below one of them, are left out.

    A path that is not there is an error: a run over nothing would look like a run without hits.
    """
    hidden = {str(Path(place).resolve()) for place in without if not is_url(place)}
    for path in paths:
        found = _objects(path) if is_url(path) else _local(Path(path), hidden)
        yield from found


def _local(path: Path, hidden: set[str]) -> Iterator[InputFile]:
    if str(path.resolve()) in hidden:
        return
    if path.is_dir():
        for member in sorted(path.iterdir()):
            if not member.name.startswith("."):
                yield from _local(member, hidden)
        return
    try:
        stat = path.stat()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    yield InputFile(str(path), str(path.absolute()), stat.st_size, stat.st_mtime_ns)


def _objects(url: str) -> Iterator[InputFile]:
    files, root = file_system(url)
    scheme = url.partition("://")[0]
    ending = "".join(url.partition("?")[1:])
    fs = arrow_files()
    found = files.get_file_info(root)
    if found.type == fs.FileType.NotFound:
        raise InputError(f"{shown(url)}: there is no such object or prefix")
    if found.type == fs.FileType.Directory:
        below = files.get_file_info(fs.FileSelector(root, recursive=True))
        infos = sorted((info for info in below if info.type == fs.FileType.File), key=lambda info: info.path)
    else:
        infos = [found]
    for info in infos:
        if not PurePosixPath(info.path).name.startswith("."):
            place = f"{scheme}://{info.path}"
            yield InputFile(place, place + ending, info.size, info.mtime_ns or 0)


def open_file(file: InputFile) -> io.BufferedReader:
    """Open an input file for reading and seeking."""
    if is_url(file.path):
        return opened(*file_system(file.path))
    return Path(file.path).open("rb")


def section_size(total: int) -> int:
    """Return the bytes of a section for inputs of `total` bytes: many enough to share out, few enough to keep."""
    return min(max(total // 4_000, SECTION[0]), SECTION[1])


@dataclass(frozen=True, slots=True)
class Cutting:
    """How files are cut: how articles are read, and the bytes of a section."""

    options: ReadOptions
    section: int


def survey(file: InputFile, cutting: Cutting | None) -> InputFile:
    """Read a file once: hash it, and cut it into sections where it holds JSON lines. None: it is not cut."""
    try:
        with open_file(file) as stream:
            if cutting is not None and _holds_lines(Source(file.place, stream), cutting.options):
                digest, cuts = _cut(stream, cutting.section)
                return replace(file, sha256=digest, cuts=cuts)
            return replace(file, sha256=hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError as error:
        return replace(file, problem=f"cannot be opened: {error.strerror or error}")


def _holds_lines(source: Source, options: ReadOptions) -> bool:
    beginning = source.beginning()
    if beginning.startswith(_COMPRESSED) or beginning[257:262] == b"ustar":
        return False
    return (options.format or format_of(source)) == "json" and is_lines(source)


def _cut(stream: BinaryIO, section: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the hash of a stream, and where sections begin: at the first line after so many bytes."""
    digest = hashlib.sha256()
    cuts, offset, line, wanted = [(0, 1)], 0, 1, section
    while block := stream.read(_BLOCK):
        digest.update(block)
        while offset + len(block) > wanted and (end := block.find(b"\n", max(wanted - offset, 0))) >= 0:
            cuts.append((offset + end + 1, line + block.count(b"\n", 0, end + 1)))
            wanted = offset + end + 1 + section
        offset += len(block)
        line += block.count(b"\n")
    return digest.hexdigest(), tuple(cuts[:-1] if len(cuts) > 1 and cuts[-1][0] >= offset else cuts)
