import multiprocessing
import time
from pathlib import Path

import numpy as np
import pytest

from service.index_files import KEPT, open_or_build, save_parts


def parts(number: int = 1):
    return {
        "names": {"offsets": np.arange(number), "nothing": np.zeros(0, dtype=np.uint8)},
        "spotter": {"bytes": np.frombuffer(b"abc", dtype=np.uint8)},
    }


def test_what_is_built_is_opened_mapped_and_read_only(tmp_path):
    built = open_or_build(tmp_path, "key", lambda: parts(3))
    assert built["names"]["offsets"].tolist() == [0, 1, 2]
    assert built["names"]["nothing"].size == 0
    assert bytes(built["spotter"]["bytes"]) == b"abc"
    assert isinstance(built["names"]["offsets"].base, np.memmap)
    assert type(built["names"]["offsets"]) is np.ndarray, "cutting a memmap is slow"
    with pytest.raises(ValueError, match="read-only"):
        built["names"]["offsets"][0] = 7


def test_a_second_opening_builds_nothing(tmp_path):
    open_or_build(tmp_path, "key", parts)
    assert open_or_build(tmp_path, "key", lambda: pytest.fail("built twice"))["names"]["offsets"].size == 1


def test_a_damaged_index_is_built_again(tmp_path):
    open_or_build(tmp_path, "key", lambda: parts(1))
    (tmp_path / "key" / "names" / "offsets.npy").write_bytes(b"cut")
    assert open_or_build(tmp_path, "key", lambda: parts(2))["names"]["offsets"].size == 2


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path):
    place = tmp_path / "file"
    place.write_text("no folder")
    assert open_or_build(place / "index", "key", lambda: parts(2))["names"]["offsets"].size == 2


def test_nothing_is_left_of_a_build_that_fails(tmp_path):
    with pytest.raises(ValueError, match="Object arrays"):
        save_parts(tmp_path / "key", {"names": {"good": np.arange(2), "bad": None}})
    assert list(tmp_path.iterdir()) == []


def test_old_indexes_and_unfinished_ones_go(tmp_path):
    (tmp_path / ".building-left").mkdir()
    for number in range(KEPT + 3):
        open_or_build(tmp_path, f"key{number}", parts)
    assert len([place for place in tmp_path.iterdir() if place.is_dir()]) == KEPT
    assert (tmp_path / f"key{KEPT + 2}").is_dir()


def build_slowly(folder: Path, log: Path) -> None:
    def build():
        with log.open("a") as stream:
            stream.write("built\n")
        time.sleep(0.3)
        return parts()

    open_or_build(folder, "key", build)


def test_two_processes_build_once(tmp_path):
    context = multiprocessing.get_context("fork")
    both = [
        context.Process(target=build_slowly, args=(tmp_path / "index", tmp_path / "log")) for _ in range(2)
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(20)
    assert [process.exitcode for process in both] == [0, 0]
    assert (tmp_path / "log").read_text() == "built\n"
