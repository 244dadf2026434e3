"""Killed at random moments, out of room, workers shot: the same command goes on to the result of an unbroken run."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from filelock import FileLock

MadeDump = Callable[..., Path]
KILLS = int(os.environ.get("BATCH_KILLS", "6"))
"""How often the run is killed; `BATCH_KILLS=200` for a long look."""


def children(pid: int) -> list[int]:
    """Return the worker processes of a process."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return [child for child in found if b"spawn_main" in command_line(child)]


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def parts(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("parts/[0-9]*")}


def same_files(desk, one: str, other: str) -> None:
    assert desk.read(one) == desk.read(other)
    assert desk.manifest(one) == desk.manifest(other)
    assert desk.read(f"{one}.run/outcomes.jsonl.gz") == desk.read(f"{other}.run/outcomes.jsonl.gz")


@pytest.mark.parametrize("seed", [7])
def test_killed_at_random_moments(desk, dump: MadeDump, seed: int) -> None:
    dump(600)
    for name in ("more.jsonl", "third.jsonl"):
        dump(600, name)
    inputs = ("dump.jsonl", "more.jsonl", "third.jsonl")
    begun = time.monotonic()
    assert desk("screen", *inputs, "--output", "whole.csv", "--processes", 2).code == 1
    length = time.monotonic() - begun
    chance = random.Random(seed)
    kills = grew = 0
    kept: set[str] = set()
    while kills < KILLS:
        process = desk.start("screen", *inputs, "--output", "killed.csv", "--processes", 2)
        if kills % 2:  # somewhere in the work, which the first kills may never reach
            while parts(desk.folder / "killed.csv.run") <= kept and process.poll() is None:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.2))
        else:
            time.sleep(chance.uniform(0, length * 0.9))
        if process.poll() is not None:
            desk.folder.joinpath("killed.csv").unlink()  # it was done: once more from the beginning
            kept = set()
            continue
        workers = children(process.pid)
        process.kill()
        process.wait()
        kills += 1
        for worker in workers:  # those that are left end by themselves
            for _ in range(600):
                if b"spawn_main" not in command_line(worker):
                    break
                time.sleep(0.1)
            assert b"spawn_main" not in command_line(worker)
        now = parts(desk.folder / "killed.csv.run")
        grew += not now <= kept
        kept = now
    done = desk("screen", *inputs, "--output", "killed.csv", "--processes", 2)
    assert done.code == 1, done.err
    print(f"killed {kills} times, {grew} of them with new parts; an unbroken run takes {length:.1f} s")
    assert grew
    same_files(desk, "whole.csv", "killed.csv")
    assert not list(desk.folder.rglob(".writing-*"))
    assert sorted(
        path.name for path in (desk.folder / "killed.csv.run").iterdir() if path.name != ".lock"
    ) == [
        "manifest.json",
        "outcomes.jsonl.gz",
        "summary.json",
    ]


def test_a_worker_that_is_shot_is_replaced(desk, dump: MadeDump) -> None:
    inputs = ("a.jsonl", "b.jsonl", "c.jsonl")
    for name in inputs:
        dump(600, name)
    desk("screen", *inputs, "--output", "whole.csv", "--processes", 1)
    process = desk.start("screen", *inputs, "--output", "shot.csv", "--processes", 2)
    assert shoot_worker(process)
    while not parts(desk.folder / "shot.csv.run") and process.poll() is None:
        time.sleep(0.02)
    shoot_worker(process)  # unless all was done by then
    assert process.wait(300) == 1
    same_files(desk, "whole.csv", "shot.csv")


SHOT = """
import os, signal, sys
from multiprocessing.context import SpawnProcess
from service.cli.main import main

start, left = SpawnProcess.start, [2]

def start_and_shoot(process):
    start(process)
    if left[0]:
        left[0] -= 1
        os.kill(process.pid, signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

SpawnProcess.start = start_and_shoot
if __name__ == "__main__":
    main()
"""
"""The command, whose workers are dead before they are given anything, twice."""


def test_a_worker_that_is_shot_before_it_has_a_share(desk, dump: MadeDump) -> None:
    dump(20)
    desk("screen", "dump.jsonl", "--output", "whole.csv", "--processes", 1)
    shot = subprocess.run(
        [sys.executable, "-c", SHOT, "screen", "dump.jsonl", "--output", "shot.csv", "--processes", "2"],
        cwd=desk.folder,
        env=desk.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert shot.returncode == 0, shot.stderr
    assert "a worker died (SIGKILL); its share is begun again" in shot.stderr
    same_files(desk, "whole.csv", "shot.csv")


def heed_interrupts() -> None:
    """Let a command be interrupted also where the tests run in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_stopped_by_hand_it_says_how_to_go_on(desk, dump: MadeDump) -> None:
    for name in ("a.jsonl", "b.jsonl", "c.jsonl"):
        dump(600, name)
    asked = ("screen", "a.jsonl", "b.jsonl", "c.jsonl", "--output", "hits.csv", "--processes", 2)
    process = subprocess.Popen(
        [desk_command(), *map(str, asked)],
        cwd=desk.folder,
        env=desk.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,  # noqa: PLW1509  # no thread of the tests holds a lock here
    )
    while not children(process.pid):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=300)
    assert process.returncode == 130
    assert told.decode() == "stopped; the same command goes on from here\n"
    assert desk(*asked).summary["resumed"]


def shoot_worker(process: subprocess.Popen[bytes]) -> bool:
    """Kill the first worker of a command as soon as there is one; False where the command has ended before."""
    for _ in range(6_000):
        if process.poll() is not None:
            return False
        for worker in children(process.pid)[:1]:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
                return True
        time.sleep(0.01)
    raise AssertionError("no worker came")


def test_a_full_disk_is_said_and_the_run_goes_on_when_there_is_room(desk, dump: MadeDump) -> None:
    dump(600)
    desk("screen", "dump.jsonl", "--output", "whole.csv")

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))

    for processes in (1, 2):
        full = subprocess.run(
            [desk_command(), "screen", "dump.jsonl", "--output", "full.csv", "--processes", str(processes)],
            cwd=desk.folder,
            env=desk.environment,
            capture_output=True,
            text=True,
            preexec_fn=little_room,
            check=False,
            timeout=300,
        )
        assert full.returncode == 1
        assert "cannot be written" in full.stderr
        assert "run the same command again" in full.stderr
        assert "Traceback" not in full.stderr
        assert not (desk.folder / "full.csv").exists()
        assert not list(desk.folder.rglob(".writing-*"))
    done = desk("screen", "dump.jsonl", "--output", "full.csv")
    assert done.summary["resumed"]
    same_files(desk, "whole.csv", "full.csv")


def test_a_file_system_without_room(desk, dump: MadeDump) -> None:
    room = desk.folder / "room"
    room.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(room)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        dump(600)
        full = desk("screen", "dump.jsonl", "--output", "room/hits.csv")
        assert full.code == 1
        assert "No space left" in full.err
        remount = ["mount", "-o", "remount,size=50m", str(room)]
        subprocess.run(remount, capture_output=True, check=True)
        assert desk("screen", "dump.jsonl", "--output", "room/hits.csv").summary["resumed"]
        desk("screen", "dump.jsonl", "--output", "whole.csv")
        same_files(desk, "whole.csv", "room/hits.csv")
    finally:
        subprocess.run(["umount", str(room)], capture_output=True, check=False)


def test_an_input_that_changed_in_between_is_said(desk, dump: MadeDump) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        dump(600, name)
    desk.killed(1, "screen", "a.jsonl", "b.jsonl", "--output", "hits.csv")
    assert len(parts(desk.folder / "hits.csv.run")) == 1
    with (desk.folder / "b.jsonl").open("a") as stream:
        stream.write('{"id": "late", "text": "KOMID came late."}\n')
    done = desk("screen", "a.jsonl", "b.jsonl", "--output", "hits.csv")
    assert done.code == 2
    assert "b.jsonl has changed" in done.err
    other = desk("screen", "a.jsonl", "--output", "hits.csv", "--limit", 1)
    assert other.code == 2
    assert "--restart" in other.err
    assert desk("screen", "a.jsonl", "b.jsonl", "--output", "hits.csv", "--restart").code == 1
    assert "late" in desk.read("hits.csv").decode()


def test_an_unfinished_run_goes_on_with_its_own_lists(desk, dump: MadeDump) -> None:
    dump(600)
    desk("screen", "dump.jsonl", "--output", "whole.csv")
    desk.killed(1, "screen", "dump.jsonl", "--output", "hits.csv")
    desk.load("1", day="2026-03-01")
    done = desk("screen", "dump.jsonl", "--output", "hits.csv")
    assert "the lists and the day that the run was begun with" in done.err
    same_files(desk, "whole.csv", "hits.csv")


def test_a_run_that_another_version_began_is_not_mixed_with_this_one(desk, dump: MadeDump) -> None:
    dump(600)
    desk.killed(1, "screen", "dump.jsonl", "--output", "hits.csv")
    plan = desk.folder / "hits.csv.run" / "plan.jsonl"
    question, *files = plan.read_text().splitlines()
    engine = json.loads(question)["engine"]["matcher"]
    plan.write_text("\n".join([question.replace(engine, "6+abc"), *files]) + "\n")
    done = desk("screen", "dump.jsonl", "--output", "hits.csv")
    assert done.code == 2
    assert "with matcher 6+abc, and this is" in done.err
    assert f"with matcher {engine}" in done.err
    assert "--restart" in done.err


def test_two_commands_at_one_run_do_not_meet(desk, dump: MadeDump) -> None:
    dump(20)
    (desk.folder / "hits.csv.run").mkdir()
    with FileLock(desk.folder / "hits.csv.run" / ".lock"):
        second = desk("screen", "dump.jsonl", "--output", "hits.csv")
    assert second.code == 2
    assert "another command is at work" in second.err
    assert desk("screen", "dump.jsonl", "--output", "hits.csv").code == 0


def desk_command() -> str:
    """Return the path of the command."""
    return str(Path(sys.executable).with_name("sanctions-xref"))
