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
        self._opening = re.compile(rf'"{re.escape(key)}"\s*:\s*\[')
        self._key = key

    def __iter__(self) -> Iterator[tuple[str, dict[str, object]]]:
        chunks = _decoded(self._raw)
        head, text = self._find_array(chunks)
        decoder = json.JSONDecoder(parse_constant=_refuse)
        number = 0
        while True:
            text = text[_end(_SPACE, text) :]
            if not text or len(text) < CHUNK:
                text, ended = _more(text, chunks)
                text = text[_end(_SPACE, text) :]
            else:
                ended = False
            if text.startswith("]"):
                break
            number += 1
            place = f"{self._raw.name}, {self._key}[{number - 1}]"
            value, text = self._record(decoder, text, chunks, place)
            if isinstance(value, dict):
                yield place, value
            else:
                raise ReadError(f"a {type(value).__name__} is no record", where=place)
            if ended and not text:
                break
        self.envelope = self._close(head, text + "".join(chunks))

    def _find_array(self, chunks: Iterator[str]) -> tuple[str, str]:
        text = ""
        for chunk in chunks:
            text += chunk
            found = self._opening.search(text)
            if found:
                return text[: found.end()], text[found.end() :]
            if len(text) > MAX_RECORD:
                break
        raise ReadError(
            f"there is no array {self._key!r}",
            where=self._raw.name,
            hint="this is another format or an error page",
        )

    def _record(
        self, decoder: json.JSONDecoder, text: str, chunks: Iterator[str], place: str
    ) -> tuple[object, str]:
        """Parse the record at the start of the text, with as many chunks as it takes."""
        while True:
            try:
                value, end = decoder.raw_decode(text)
            except json.JSONDecodeError as error:
                longer, ended = _more(text, chunks)
                if ended:
                    raise ReadError(
                        f"not well-formed JSON: {error.msg}",
                        where=place,
                        hint="the file is cut off; fetch it again",
                    ) from error
                if len(longer) > MAX_RECORD:
                    raise HostileFile(
                        f"a record of more than {MAX_RECORD:,} characters", where=place
                    ) from error
                text = longer
                continue
            except (ValueError, RecursionError) as error:
                raise HostileFile(f"a record that cannot be read: {error}", where=place) from error
            return value, text[end:]

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


def _more(text: str, chunks: Iterator[str]) -> tuple[str, bool]:
    """Return the text with the next chunk, and whether there was none."""
    chunk = next(chunks, None)
    return (text, True) if chunk is None else (text + chunk, False)


def _end(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
