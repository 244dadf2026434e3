"""The inner loops of matching, compiled where a C compiler was at hand when the package was built.

They are words like a word, the names that share most with a query, and the alignment of words; `kernel.c` says how.
Each stands in numpy as well, in the module that uses it, and gives the same numbers, only slower: so the package
needs no compiler, and an answer does not depend on there having been one.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

LIBRARY = Path(__file__).with_name("kernel.so")
_LAYOUT = 1
"""The layout of structs and signatures that this module speaks; a library with another one is left alone."""
_ROOM = 65_536
"""Words that may be like a word."""
_WORD = struct.Struct("=3Qiiif")


Numbers = NDArray[np.int32]
_NO_NUMBERS = np.empty(0, np.int32)
_POINTERS = (
    *("word_text", "plain_text", "squashed_text", "word_start", "plain_start", "squashed_start"),
    *("word_sound", "variant_hash", "variant_word", "word_weight", "word_kind", "posting_start", "posting"),
    *("name_start", "name_token", "name_entry", "name_weight"),
)
_COLUMNS = (
    *("query_weight", "query_alike", "listed_weight", "listed_alike", "letters", "letters_left"),
    *("query_kind", "listed_kind", "query_place", "listed_token"),
)


class Packed(Protocol):
    """A word of a query as `packed` gives it."""

    @property
    def packed(self) -> bytes:
        """The word as the kernel reads it."""


class Otherwise(Protocol):
    """Names found otherwise than word by word; see `matchers.index.sums`."""

    @property
    def names(self) -> Numbers:
        """The names."""

    @property
    def gains(self) -> NDArray[np.float32]:
        """The weight that counts as found in each."""

    @property
    def beside(self) -> bool:
        """Whether it counts beside what was found."""


class _Index(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int64) for name in ("words", "names", "variants")),
        *((name, ctypes.c_void_p) for name in (*_POINTERS, "seen", "sums", "touched")),
        ("word_stamp", ctypes.c_uint32),
        ("name_stamp", ctypes.c_uint32),
    ]


class _Aligned(ctypes.Structure):
    _fields_ = [
        ("width", ctypes.c_int32),
        ("columns", ctypes.c_int32),
        *((name, ctypes.c_void_p) for name in _COLUMNS),
    ]


@cache
def _library() -> ctypes.PyDLL | None:
    """Return the library; None where there is none, or one of another layout."""
    try:
        found = ctypes.PyDLL(str(LIBRARY))
    except OSError:
        return None
    if found.kernel_layout() != _LAYOUT:
        return None
    pointer, number = ctypes.c_void_p, ctypes.c_int32
    found.similar.argtypes = [
        *(
            pointer,
            ctypes.c_char_p,
            number,
            ctypes.c_char_p,
            number,
            ctypes.c_char_p,
            number,
            ctypes.c_uint32,
        ),
        *(number, pointer, pointer, number),
    ]
    found.propose.argtypes = [
        *(pointer, ctypes.c_char_p, number, pointer, pointer, pointer, number, ctypes.c_char_p, number),
        *(ctypes.c_float, pointer, number, pointer),
    ]
    found.align.argtypes = [
        *(pointer, ctypes.c_char_p, pointer, ctypes.c_char_p, pointer, number, pointer, pointer, pointer),
    ]
    return found


def is_compiled() -> bool:
    """Say whether there is a compiled kernel here."""
    return _library() is not None


def _address(array: NDArray[Any]) -> int:
    address: int = array.ctypes.data
    return address


def packed(numbers: Numbers, alike: NDArray[np.float32], plain: bytes, kind: int, weight: float) -> bytes:
    """Return a word of a query as the kernel reads it; whoever holds it keeps the arrays and `plain` alive."""
    text = ctypes.cast(ctypes.c_char_p(plain), ctypes.c_void_p).value or 0
    return _WORD.pack(_address(numbers), _address(alike), text, len(numbers), len(plain), kind, weight)


class Kernel:
    """The loops over the arrays of one index. Threads may share it."""

    def __init__(self, library: ctypes.PyDLL, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._library = library
        self._lock = Lock()
        self._arrays = {name: np.ascontiguousarray(arrays[name]) for name in _POINTERS}
        words, names = len(arrays["word_start"]) - 1, len(arrays["name_entry"])
        self._scratch = (
            np.zeros(words, np.uint32),
            np.zeros(names, np.dtype("u4, u4, f4, f4")),
            np.empty(names, np.int32),
        )
        self._numbers, self._alike = np.empty(_ROOM, np.int32), np.empty(_ROOM, np.float32)
        self._index = _Index(
            words,
            names,
            len(arrays["variant_hash"]),
            *map(_address, self._arrays.values()),
            *map(_address, self._scratch),
        )
        self._at = ctypes.addressof(self._index)
        self._room = (_address(self._numbers), _address(self._alike), _ROOM)

    def similar(
        self, word: str, plain: str, consonants: str, sound: int, number: int
    ) -> tuple[Numbers, NDArray[np.float32]]:
        """Return the words like a word, by rising number, and how alike they are; see `Vocabulary.similar`."""
        texts = (word.encode(), plain.encode(), consonants.encode())
        sized = (part for text in texts for part in (text, len(text)))
        with self._lock:
            count = _done(self._library.similar(self._at, *sized, sound, number, *self._room))
            return self._numbers[:count].copy(), self._alike[:count].copy()

    def propose(
        self,
        words: Iterable[Packed],
        otherwise: Sequence[Otherwise],
        query: tuple[str, float],
        allowed: NDArray[np.bool_] | None,
        most: int,
    ) -> Numbers:
        """Return the most promising names; the same as `Sums.propose`."""
        packed_words = b"".join(word.packed for word in words)
        squashed = query[0].encode()
        others, gains, relative = _NO_NUMBERS, None, None
        if otherwise:
            others = np.concatenate([other.names for other in otherwise])
            gains = np.concatenate([other.gains for other in otherwise])
            relative = np.repeat(
                np.array([other.beside for other in otherwise], np.uint8),
                [len(other.names) for other in otherwise],
            )
        found = np.empty(most, np.int32)
        with self._lock:
            count = self._library.propose(
                self._at,
                packed_words,
                len(packed_words) // _WORD.size,
                _address(others),
                None if gains is None else _address(gains),
                None if relative is None else _address(relative),
                len(others),
                squashed,
                len(squashed),
                query[1],
                None if allowed is None else _address(allowed),
                most,
                _address(found),
            )
        return found[: _done(count)]

    def align(
        self,
        queries: Sequence[tuple[bytes, bytes]],
        names: Numbers,
        rows: Numbers,
        size: tuple[int, int],
    ) -> dict[str, NDArray[Any]]:
        """Return the matrices of `Aligned`. Queries are their packed words and the name written as one word."""
        height, (width, columns) = len(names), size
        shapes = {
            **dict.fromkeys(("query_weight", "query_alike"), ((height, width), np.float32)),
            **dict.fromkeys(("listed_weight", "listed_alike"), ((height, columns), np.float32)),
            **dict.fromkeys(("letters", "letters_left"), ((height,), np.float32)),
            "query_kind": ((height, width), np.uint8),
            "listed_kind": ((height, columns), np.uint8),
            "query_place": ((height, width), np.int8),
            "listed_token": ((height, columns), np.int32),
        }
        made = {name: np.empty(shape, kind) for name, (shape, kind) in shapes.items()}
        out = _Aligned(width, columns, *map(_address, made.values()))
        counts = np.array([len(words) // _WORD.size for words, _ in queries], np.int32)
        lengths = np.array([len(text) for _, text in queries], np.int32)
        _done(
            self._library.align(
                self._at,
                b"".join(words for words, _ in queries),
                _address(counts),
                b"".join(text for _, text in queries),
                _address(lengths),
                len(queries),
                _address(names),
                _address(rows),
                ctypes.addressof(out),
            )
        )
        return made


def _done(result: int) -> int:
    if result < 0:
        raise MemoryError("there was no memory to compare names")
    return result


def open_kernel(arrays: Mapping[str, NDArray[Any]]) -> Kernel | None:
    """Return the kernel over the arrays of an index; None where none was compiled."""
    library = _library()
    return None if library is None else Kernel(library, arrays)
