"""The inner loops of matching, compiled where a C compiler was at hand when the package was built.

They are words like a word, the names that share most with a query, the features of both, and their score;
`kernel.c` says how. Each stands in numpy as well, in the module that uses it, and gives the same numbers, only slower:
so the package needs no compiler, and an answer does not depend on there having been one.
"""

from __future__ import annotations

import ctypes
import struct
import warnings
from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matchers.index.candidates import Prepared
    from matchers.index.sums import Asked, Otherwise
    from matchers.index.words import Word
    from matchers.scoring.model import Model

LIBRARY = Path(__file__).with_name("kernel.so")
_LAYOUT = 10
"""The layout of structs and signatures that this module speaks; a library with another one is left alone."""
_ROOM = 65_536
"""Numbers that one call can give back."""
_WORD = struct.Struct("=4ifI")
_QUERY = struct.Struct("=2iI")
_TO_FOUR = b"", b"\0\0\0", b"\0\0", b"\0"
"""What follows so many bytes beyond a multiple of four, so that numbers after them stand at one."""
Numbers = NDArray[np.int32]
_Memory = ctypes.c_char * 0
_POINTERS = (
    *("word_text", "plain_text", "squashed_text", "word_start", "plain_start", "squashed_start"),
    *("word_sound", "word_hash", "variant_hash", "word_by_hash", "variant_word", "word_weight", "word_kind"),
    *("posting_start", "posting"),
    *("name_start", "name_token", "name_entry", "name_weight", "name_initial", "name_strength"),
    *("entry_schema", "name_form", "said", "said_start"),
    *("beginning_hash", "ending_hash", "beginning_name", "ending_name", "spelled_hash", "spelled_name"),
)


class _Index(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int64) for name in ("words", "names", "spelled_count")),
        *((name, ctypes.c_void_p) for name in (*_POINTERS, "types", "bucket", "seen", "sums", "touched")),
        ("word_stamp", ctypes.c_uint32),
        ("name_stamp", ctypes.c_uint32),
    ]


class _Model(ctypes.Structure):
    _fields_ = [
        ("start", ctypes.c_double),
        *((name, ctypes.c_int32) for name in ("ramps", "curves", "products")),
        *(
            (name, ctypes.c_void_p)
            for name in ("feature", "low", "slope", "curve_steps", "product_steps", "first", "second")
        ),
    ]


@cache
def _library() -> ctypes.PyDLL | None:
    """Return the library; None where there is none, or one of another layout."""
    try:
        found = ctypes.PyDLL(str(LIBRARY))
    except OSError:
        return None
    if found.kernel_layout() != _LAYOUT:
        warnings.warn(
            f"{LIBRARY} is of another version and not used: install the package again", stacklevel=2
        )
        return None
    pointer, number, text = ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p
    found.find_words.argtypes = [pointer, text, number, pointer]
    found.find_words.restype = None
    found.variants.argtypes = [text, number, text, number, text, number, pointer, pointer]
    found.similar.argtypes = [
        *(pointer, text, number, text, number, text, number, pointer, pointer, pointer, number),
    ]
    found.stand_together.argtypes = [pointer, number, number]
    found.propose.argtypes = [
        *(pointer, text, number, pointer, pointer, number, text, number, ctypes.c_float),
        *(ctypes.c_uint32, ctypes.c_uint32, pointer, number, pointer),
    ]
    found.compare.argtypes = [
        *(pointer, text, text, number, pointer, number, number, pointer, pointer, pointer)
    ]
    found.add_up.argtypes = [pointer, pointer, number, number, pointer]
    return found


def is_compiled() -> bool:
    """Say whether there is a compiled kernel here."""
    return _library() is not None


def _address(array: NDArray[Any]) -> int:
    address: int = array.ctypes.data
    return address


def _argument(array: NDArray[Any]) -> ctypes.Array[ctypes.c_char] | int:
    """Return an array as an argument of a call, which is sooner made than the address of it."""
    return _Memory.from_buffer(array.data) if array.flags.writeable else _address(array)


def packed(
    alike: tuple[Numbers, NDArray[np.float32]],
    texts: tuple[bytes, bytes],
    kind: int,
    weight: float,
    hashed: int,
) -> bytes:
    """Return a word of a query as the kernel reads it.

    `alike` are the words like it and how alike they are, `texts` its plain spelling and itself.
    """
    (numbers, likeness), (plain, text) = alike, texts
    head = _WORD.pack(len(numbers), len(plain), len(text), kind, weight, hashed)
    end = _TO_FOUR[(len(plain) + len(text)) % 4]
    return b"".join((head, numbers.tobytes(), likeness.tobytes(), plain, text, end))


def packed_query(squashed: str, form: int, words: Sequence[bytes]) -> bytes:
    """Return a query as the kernel reads it: its words written as one, its legal form, and its words."""
    text = squashed.encode()
    return b"".join((_QUERY.pack(len(text), len(words), form), text, _TO_FOUR[len(text) % 4], *words))


def variants(word: str, plain: str, consonants: str) -> NDArray[np.uint32] | None:
    """Return the hashes that a word is filed under; see `matchers.index.vocabulary`. None without a kernel."""
    library = _library()
    if library is None:
        return None
    hashes, room = np.empty(40 + len(consonants), np.uint32), np.empty(len(consonants) + 2, np.uint8)
    sized = (part for text in (word, plain, consonants) for part in (text.encode(), len(text)))
    return hashes[: library.variants(*sized, _address(room), _address(hashes))]


class Adder:
    """The sum of a model for each row of a table of features. Threads may share it."""

    def __init__(self, library: ctypes.PyDLL, model: Model) -> None:
        self._library = library
        ramps, pairs = model.ramps, model.surfaces.pairs.astype(np.int32)
        self._held = (
            ramps.feature.astype(np.int32),
            *(ramps.low, ramps.slope, model.curves.steps, model.surfaces.steps),
            *map(np.ascontiguousarray, pairs),
        )
        counts = len(ramps.feature), len(model.curves.steps), len(model.surfaces.steps)
        self._model = _Model(model.start, *counts, *map(_address, self._held))
        self._at = ctypes.addressof(self._model)

    def __call__(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the score of each row; the same as `Model.score` in numpy."""
        values, scores = np.ascontiguousarray(table), np.empty(len(table), np.float64)
        _done(self._library.add_up(self._at, _argument(values), *values.shape, _argument(scores)))
        return scores


def open_adder(model: Model) -> Adder | None:
    """Return the sum of a model; None where none was compiled."""
    library = _library()
    return None if library is None else Adder(library, model)


class Kernel:
    """The loops over the arrays of one index. Threads may share it."""

    def __init__(
        self, library: ctypes.PyDLL, arrays: Mapping[str, NDArray[Any]], types: NDArray[np.float32]
    ) -> None:
        self._library = library
        self._lock = Lock()
        self._arrays = {name: np.ascontiguousarray(arrays[name]) for name in _POINTERS}
        words, names = len(arrays["word_start"]) - 1, len(arrays["name_entry"])
        halves = np.arange(65_536, dtype=np.uint32) << np.uint32(16)
        buckets = self._arrays["variant_hash"].searchsorted(halves)
        self._scratch: tuple[NDArray[Any], ...] = (
            types,
            np.append(buckets, len(arrays["variant_hash"])).astype(np.int64),
            np.zeros(words, np.uint32),
            np.zeros(names, np.dtype("u4, u4, f4, f4")),
            np.empty(names, np.int32),
        )
        self._numbers, self._alike = np.empty(_ROOM, np.int32), np.empty(_ROOM, np.float32)
        self._index = _Index(
            words,
            names,
            len(arrays["spelled_hash"]),
            *map(_address, self._arrays.values()),
            *map(_address, self._scratch),
        )
        self._at = ctypes.addressof(self._index)
        self._own = ctypes.c_int32()
        self._own_at = ctypes.addressof(self._own)
        self._room = (_address(self._numbers), _address(self._alike), _ROOM)

    def find(self, words: Sequence[str]) -> list[int]:
        """Return the number of each word, -1 where no listed name has it."""
        if len(words) > _ROOM:
            return self.find(words[:_ROOM]) + self.find(words[_ROOM:])
        lines, count = "\n".join(words).encode(), len(words)
        with self._lock:
            self._library.find_words(self._at, lines, count, self._room[0])
            found: list[int] = self._numbers[:count].tolist()
        return found

    def similar(self, word: str, plain: str, consonants: str) -> tuple[int, Numbers, NDArray[np.float32]]:
        """Return a word's number, the words like it, by rising number, and how alike they are.

        See `Vocabulary.similar`.
        """
        texts = word.encode(), len(word), plain.encode(), len(plain), consonants.encode(), len(consonants)
        with self._lock:
            count = _done(self._library.similar(self._at, *texts, self._own_at, *self._room))
            return self._own.value, self._numbers[:count].copy(), self._alike[:count].copy()

    def stand_together(self, first: int, second: int) -> bool:
        """Say whether a listed name has both of two words."""
        return bool(self._library.stand_together(self._at, first, second))

    def propose(
        self,
        words: Iterable[Word],
        otherwise: Sequence[Otherwise],
        asked: Asked,
        allowed: NDArray[np.bool_] | None,
        most: int,
    ) -> Numbers:
        """Return the most promising names; the same as `Sums.propose`."""
        packed_words = [word.packed for word in words]
        squashed = asked.squashed.encode()
        found: list[NDArray[Any]] = []
        if otherwise:
            found = [
                np.concatenate([other.names for other in otherwise]),
                np.concatenate([other.gains for other in otherwise]),
            ]
        with self._lock:
            count = self._library.propose(
                self._at,
                b"".join(packed_words),
                len(packed_words),
                *(map(_argument, found) if found else (None,) * 2),
                len(found[0]) if found else 0,
                squashed,
                len(squashed),
                asked.weight,
                *asked.edges,
                None if allowed is None else _argument(allowed),
                min(most, _ROOM),
                self._room[0],
            )
            return self._numbers[: _done(count)].copy()

    def compare(
        self, queries: Sequence[Prepared], counts: Sequence[int], names: Numbers, width: int, columns: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int8]]:
        """Compare each query with as many of the names; the same as `matchers.scoring.features.compute` in numpy.

        Returns rows × `columns` features, and rows × `width` how alike each word of the query is and its place.
        """
        rows = len(names)
        values = np.empty((rows, columns), np.float32)
        alike, places = np.empty((rows, width), np.float32), np.empty((rows, width), np.int8)
        _done(
            self._library.compare(
                self._at,
                b"".join([query.packed for query in queries]),
                array("i", counts).tobytes(),
                len(queries),
                _argument(names),
                width,
                columns,
                _argument(values),
                _argument(alike),
                _argument(places),
            )
        )
        return values, alike, places


def _done(result: int) -> int:
    if result < 0:
        raise MemoryError("there was no memory to compare names")
    return result


def open_kernel(arrays: Mapping[str, NDArray[Any]], types: NDArray[np.float32]) -> Kernel | None:
    """Return the kernel over the arrays of an index; None where none was compiled. `types` are those of schemas."""
    library = _library()
    return None if library is None else Kernel(library, arrays, types)
