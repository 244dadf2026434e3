"""Offline bundles and verification: every change to a byte is noticed, nothing half-imported is left."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from lists.bundle import export_bundle, import_bundle
from lists.errors import BundleError
from lists.importing import Import, import_files
from lists.store import SnapshotStore
from lists.verifying import verify

Table = Callable[..., Path]
ROWS = ("2,Organization,Beta Bank,,,,,,,,,,,", "10,Vessel,Alpha,,,,,,,,,,,")


@pytest.fixture
def full(store: SnapshotStore, table: Table, now: datetime) -> SnapshotStore:
    for number, list_id in enumerate(("demo", "other"), start=1):
        path = table(*ROWS[:number], name=f"{list_id}.csv")
        import_files(store, [path], Import(list_id, published=date(2026, 7, number)), now)
    return store


@pytest.fixture
def island(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "island")


@pytest.mark.parametrize("key", [None, b"shared secret"])
def test_a_bundle_carries_whole_versions(
    full: SnapshotStore, island: SnapshotStore, tmp_path: Path, key: bytes | None
) -> None:
    sent = export_bundle(full, tmp_path / "lists.sxb", key=key)
    got = import_bundle(island, tmp_path / "lists.sxb", key=key)
    assert (got.snapshots, got.signed, got.sha256) == (sent.snapshots, key is not None, sent.sha256)
    assert island.active() == full.active()
    for snapshot in full.active():
        assert list(island.entries(snapshot)) == list(full.entries(snapshot))
    assert {found.verdict for found in verify(island)} == {"whole"}


def test_equal_versions_give_equal_bundles(full: SnapshotStore, tmp_path: Path) -> None:
    export_bundle(full, tmp_path / "one")
    export_bundle(full, tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_bundle_of_an_older_version_does_not_replace_a_newer_one(
    full: SnapshotStore, island: SnapshotStore, table: Table, now: datetime, tmp_path: Path
) -> None:
    export_bundle(full, tmp_path / "lists.sxb")
    newer = import_files(
        island, [table(*ROWS, name="new.csv")], Import("demo", published=date(2026, 9, 1)), now
    )
    import_bundle(island, tmp_path / "lists.sxb")
    active = {snapshot.list_id: snapshot.version for snapshot in island.active()}
    assert active["demo"] == newer.snapshot.version
    assert len(island.versions("demo")) == 2


def test_every_changed_byte_is_noticed(full: SnapshotStore, tmp_path: Path) -> None:
    bundle = tmp_path / "lists.sxb"
    export_bundle(full, bundle)
    whole = bundle.read_bytes()
    with tarfile.open(bundle) as tar:
        spans = [(member.name, member.offset_data, member.size) for member in tar.getmembers() if member.size]
    for number, (name, start, size) in enumerate(spans):
        changed = bytearray(whole)
        changed[start + size // 2] ^= 1
        bundle.write_bytes(changed)
        island = SnapshotStore(tmp_path / f"island{number}")
        with pytest.raises(BundleError):
            import_bundle(island, bundle)
        assert island.active() == (), name
        assert not list(island.root.glob("*/.building-*")), name


def test_the_key_must_fit(full: SnapshotStore, island: SnapshotStore, tmp_path: Path) -> None:
    bundle = tmp_path / "lists.sxb"
    export_bundle(full, bundle, key=b"one")
    with pytest.raises(BundleError, match="signature does not fit"):
        import_bundle(island, bundle, key=b"two")
    with pytest.raises(BundleError, match="the key is needed"):
        import_bundle(island, bundle)
    export_bundle(full, bundle)
    with pytest.raises(BundleError, match="not signed"):
        import_bundle(island, bundle, key=b"one")


@pytest.mark.parametrize("content", [b"", b"\x00" * 10240, b"PK\x03\x04", b"<html>"])
def test_what_is_no_bundle_is_named(island: SnapshotStore, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(BundleError, match="x"):
        import_bundle(island, tmp_path / "x")
    with pytest.raises(BundleError, match="No such file"):
        import_bundle(island, tmp_path / "nothing")


@pytest.mark.parametrize(
    "name", ["../../escape", "demo/../../escape", "/etc/escape", "demo/2026-07-01-0123456789ab/.x"]
)
def test_a_member_cannot_leave_the_store(
    full: SnapshotStore, island: SnapshotStore, tmp_path: Path, name: str
) -> None:
    bundle = tmp_path / "lists.sxb"
    export_bundle(full, bundle)
    with tarfile.open(bundle, "a") as tar:
        member = tarfile.TarInfo(name)
        member.size = 4
        tar.addfile(member, io.BytesIO(b"evil"))
    with pytest.raises(BundleError, match="not in the manifest"):
        import_bundle(island, bundle)
    assert not list(tmp_path.rglob("escape"))


def test_an_empty_store_has_nothing_to_export(store: SnapshotStore, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="nothing to export"):
        export_bundle(store, tmp_path / "lists.sxb")


def test_verification_reads_everything_again(full: SnapshotStore) -> None:
    assert [(found.list_id, found.verdict) for found in verify(full)] == [
        ("demo", "whole"),
        ("other", "whole"),
    ]


@pytest.mark.parametrize("name", ["entries.jsonl", "entries.offsets", "raw/demo.csv.gz", "snapshot.json"])
def test_damage_is_found_in_every_file(full: SnapshotStore, name: str) -> None:
    snapshot = full.active()[0]
    path = full.directory(snapshot) / name
    content = path.read_bytes()
    if name == "snapshot.json":
        path.write_bytes(content.replace(snapshot.files[0].sha256.encode(), b"0" * 64))
    else:
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    (found,) = verify(full, ("demo",))
    assert (found.verdict, found.version) == ("damaged", snapshot.version)


def test_a_raw_file_that_gives_other_entries_differs(full: SnapshotStore, table: Table) -> None:
    """Raw file and its hash were both exchanged: no hash shows it, reading again does."""
    snapshot = full.active()[0]
    place = full.directory(snapshot)
    other = table("2,Organization,Someone Else,,,,,,,,,,,", name="forged.csv").read_bytes()
    (place / "raw" / "demo.csv.gz").write_bytes(gzip.compress(other))
    text = (place / "snapshot.json").read_text(encoding="utf-8")
    forged = text.replace(snapshot.files[0].sha256, hashlib.sha256(other).hexdigest())
    (place / "snapshot.json").write_text(forged, encoding="utf-8")
    (found,) = verify(full, ("demo",))
    assert found.verdict == "differs"
