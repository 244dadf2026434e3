"""The records of an array inside a JSON object, one at a time: `{…, "results": [record, record, …], …}`.

The file is never held as a whole: text is decoded as it comes, and a record is parsed when it is complete.
What stands around the array is small and is given at the end as `envelope`. NaN and Infinity are refused, and
a record of more than eight million characters.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import NoReturn

from lists.errors import HostileFile, ReadError
from lists.source import RawFile

CHUNK = 1 << 16
MAX_RECORD = 8_000_000
"""Characters of one record, or of the text before the array."""
_SPACE = re.compile(r"[\s,]*")


class JsonRecords:
    """Iterate over the records with their places; `envelope` is complete when the iteration ends."""

    def __init__(self, raw: RawFile, key: str) -> None:
        self.envelope: dict[str, object] = {}
        self._raw = raw
        self._key = key
        self._decoder = json.JSONDecoder(parse_constant=_refuse)

    def __iter__(self) -> Iterator[tuple[str, dict[str, object]]]:
        text = _Text(_decoded(self._raw))
        head = self._read_head(text)
        number = 0
        while not text.at("]"):
            place = f"{self._raw.name}, {self._key}[{number}]"
            value = self._record(text, place)
            if not isinstance(value, dict):
                raise ReadError(f"a {type(value).__name__} is no record", where=place)
            yield place, value
            number += 1
        self.envelope = self._close(head, text.rest())

    def _read_head(self, text: _Text) -> str:
        """Return everything up to the opening bracket of the array."""
        opening = re.compile(rf'"{re.escape(self._key)}"\s*:\s*\[')
        while (found := opening.search(text.held)) is None:
            if len(text.held) > MAX_RECORD or not text.grow():
                hint = "this is another format or an error page"
                raise ReadError(f"there is no array {self._key!r}", where=self._raw.name, hint=hint)
        text.position = found.end()
        return text.held[: found.end()]

    def _record(self, text: _Text, place: str) -> object:
        """Parse the record at the position, with as many chunks as it takes."""
        while True:
            try:
                value, text.position = self._decoder.raw_decode(text.held, text.position)
            except json.JSONDecodeError as error:
                if not text.grow():
                    raise ReadError(
                        f"not well-formed JSON: {error.msg}",
                        where=place,
                        hint="the file is cut off; fetch it again",
                    ) from error
                if len(text.held) > MAX_RECORD:
                    raise HostileFile(
                        f"a record of more than {MAX_RECORD:,} characters", where=place
                    ) from error
            except (ValueError, RecursionError) as error:
                raise HostileFile(f"a record that cannot be read: {error}", where=place) from error
            else:
                return value

    def _close(self, head: str, tail: str) -> dict[str, object]:
        try:
            envelope = json.loads(head + tail)
        except ValueError as error:
            raise ReadError(
                f"not well-formed JSON after the records: {error}",
                where=self._raw.name,
                hint="the file is cut off; fetch it again",
            ) from error
        return {name: value for name, value in envelope.items() if name != self._key}


class _Text:
    """The part of a text that is held while it is read: grows by chunks, forgets what was read."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self.held = ""
        self.position = 0
        self._chunks = chunks

    def grow(self) -> bool:
        """Take the next chunk and drop what was read; return whether there was one."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self.held = self.held[self.position :] + chunk
        self.position = 0
        return True

    def at(self, character: str) -> bool:
        """Skip spaces and commas, and tell whether the character comes next."""
        while True:
            found = _SPACE.match(self.held, self.position)
            self.position = found.end() if found else self.position
            if self.position < len(self.held):
                return self.held[self.position] == character
            if not self.grow():
                return False

    def rest(self) -> str:
        """Return everything from the position on."""
        return self.held[self.position :] + "".join(self._chunks)


def _decoded(raw: RawFile) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with raw.open() as stream:
        try:
            while chunk := stream.read(CHUNK):
                yield decoder.decode(chunk)
            yield decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise ReadError(
                f"not UTF-8: {error.reason}", where=raw.name, hint="fetch the file again"
            ) from error


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
