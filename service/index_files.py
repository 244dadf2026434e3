"""Indexes on disk: arrays saved once per set of list versions, opened by every process without reading them.

    DATA/index/{key}/{part}/{array}.npy     key = hash of the versions and of the index format

A folder is complete from the moment it has its name: it is written beside, synced, and renamed. One process
builds at a time; the others wait and open what it built. Where the folder cannot be written, the index is
built in memory. Folders that no version of the lists needs any more are removed, the latest few kept.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from filelock import FileLock

Arrays = dict[str, np.ndarray]
Parts = Mapping[str, Arrays]
"""Arrays by part of the index (`names`, `spotter`) and by name."""

KEPT = 4
"""Indexes that stay on disk: switching back to a version is instant."""


def open_or_build(folder: Path, key: str, build: Callable[[], Parts]) -> Parts:
    """Return the memory-mapped arrays of a key; built, saved and then opened where they are not there yet."""
    place = folder / key
    if (found := _open_sound(place)) is not None:
        return found
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            if _open_sound(place) is None:
                shutil.rmtree(place, ignore_errors=True)
                save_parts(place, build())
                remove_old(folder, keep=place)
    except OSError:  # read-only, full, or no folder at all: the index of this process then lives in memory
        return build()
    return open_parts(place)


def _open_sound(place: Path) -> Parts | None:
    try:
        return open_parts(place) if place.is_dir() else None
    except (OSError, ValueError, EOFError):  # cut short or overwritten: it is built again
        return None


def open_parts(place: Path) -> Parts:
    """Return the arrays under a folder, mapped into memory and read-only."""
    return {
        part.name: {file.stem: _mapped(file) for file in sorted(part.glob("*.npy"))}
        for part in sorted(place.iterdir())
    }


def _mapped(file: Path) -> np.ndarray:
    """Return an array as it lies on disk; a plain one, since a `memmap` does work of its own whenever it is cut."""
    found: np.ndarray = np.load(file, mmap_mode="r").view(np.ndarray)
    return found


def save_parts(place: Path, parts: Parts) -> None:
    """Write arrays beside and rename the folder to its name, so that it is whole or not there."""
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=place.parent))
    try:
        for part, arrays in parts.items():
            (building / part).mkdir()
            for name, array in arrays.items():
                _save_array(building / part / f"{name}.npy", array)
        building.chmod(0o755)
        building.rename(place)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def _save_array(path: Path, array: np.ndarray) -> None:
    with path.open("wb") as stream:
        np.save(stream, array, allow_pickle=False)
        stream.flush()
        os.fsync(stream.fileno())


def remove_old(folder: Path, keep: Path) -> None:
    """Remove what a killed builder left, and all indexes but the latest few."""
    for unfinished in folder.glob(".building-*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    places = [place for place in folder.iterdir() if place.is_dir() and place != keep]
    places.sort(key=lambda place: place.stat().st_mtime, reverse=True)
    for place in places[KEPT - 1 :]:
        shutil.rmtree(place, ignore_errors=True)
