"""Lists for sites without a network: one file with whole versions, which shows any change to it.

    export_bundle(store, Path("lists.sxb"), key=b"…")     on the connected side
    import_bundle(store, Path("lists.sxb"), now, key=b"…")  on the other

A bundle is an uncompressed tar whose first member, `manifest.json`, names every other member with its SHA-256 and the
snapshots that they belong to; `signature` holds the manifest's SHA-256 or, with a key that both sides share, its
HMAC-SHA-256. Equal versions give equal bytes. Nothing is unpacked under a name from the bundle that the manifest does
not name, and a version is published only after each of its files was hashed and its entries were hashed again.
Publishing is as atomic as any other.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from lists.durable import disk_errors, durable_file, sync_directory
from lists.entry_file import LINES
from lists.errors import BundleError
from lists.models import Snapshot
from lists.source import Report
from lists.store import SNAPSHOT, SnapshotStore, Staged

FORMAT = "sanctions-xref bundle 1"
MANIFEST, SIGNATURE = "manifest.json", "signature"
_MEMBER = re.compile(
    r"[a-z0-9][a-z0-9_.-]*/\d{4}-\d{2}-\d{2}-[0-9a-f]{12}/(?:raw/)?[A-Za-z0-9_][A-Za-z0-9._-]*"
)
_MAX_MANIFEST = 64_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Bundled:
    """What a bundle holds, or what was imported from it."""

    snapshots: tuple[Snapshot, ...]
    signed: bool
    """Whether a shared key vouches for it; else its own hash shows accidents only, not intent."""
    sha256: str
    """The manifest's, to be compared over another channel."""


def export_bundle(
    store: SnapshotStore, target: Path, snapshots: Sequence[Snapshot] = (), key: bytes | None = None
) -> Bundled:
    """Write the snapshots named, else the active ones, to a new file. Raises `BundleError` where there are none."""
    chosen = tuple(snapshots) or store.active()
    if not chosen:
        raise BundleError("there is nothing to export", where=str(store.root), hint="load a list first")
    members = {name: path for snapshot in chosen for name, path in _members(store, snapshot)}
    manifest = _manifest(members)
    scratch = target.with_name(f".{target.name}.part")
    with disk_errors(target):
        scratch.unlink(missing_ok=True)
        with (
            durable_file(scratch) as stream,
            tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            _add(tar, MANIFEST, io.BytesIO(manifest), len(manifest))
            signature = _sign(manifest, key).encode()
            _add(tar, SIGNATURE, io.BytesIO(signature), len(signature))
            for name, path in sorted(members.items()):
                with path.open("rb") as content:
                    _add(tar, name, content, path.stat().st_size)
        scratch.replace(target)
        sync_directory(target.parent)
    return Bundled(chosen, key is not None, hashlib.sha256(manifest).hexdigest())


def import_bundle(store: SnapshotStore, source: Path, key: bytes | None = None) -> Bundled:
    """Check a bundle and publish its versions; those that are newer than the active ones answer from now on.

    Raises `BundleError` where anything is missing, altered, or signed with another key; nothing is published then.
    """
    try:
        with tarfile.open(source, mode="r:") as tar, store.writing():
            files, digest, signed = _read_manifest(tar, source, key)
            staged = _unpack(tar, store, files, source)
            try:
                snapshots = tuple(store.publish(version) for version in staged)
            finally:
                for version in staged:
                    shutil.rmtree(version.directory, ignore_errors=True)
    except (tarfile.TarError, EOFError) as error:
        raise BundleError(f"not a bundle: {error}", where=str(source)) from error
    except OSError as error:
        raise BundleError(error.strerror or str(error), where=str(source)) from error
    return Bundled(snapshots, signed, digest)


def _members(store: SnapshotStore, snapshot: Snapshot) -> Iterator[tuple[str, Path]]:
    place = store.directory(snapshot)
    for path in sorted(place.rglob("*")):
        if path.is_file():
            yield f"{snapshot.list_id}/{snapshot.version}/{path.relative_to(place).as_posix()}", path


def _manifest(members: dict[str, Path]) -> bytes:
    hashes = {}
    for name, path in members.items():
        with path.open("rb") as stream:
            hashes[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return json.dumps({"format": FORMAT, "files": hashes}, sort_keys=True, indent=1).encode()


def _sign(manifest: bytes, key: bytes | None) -> str:
    if key is None:
        return f"sha256 {hashlib.sha256(manifest).hexdigest()}"
    return f"hmac-sha256 {hmac.new(key, manifest, 'sha256').hexdigest()}"


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    """Add a member without time, owner or mode of this machine."""
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o644
    tar.addfile(member, content)


def _read_manifest(tar: tarfile.TarFile, source: Path, key: bytes | None) -> tuple[dict[str, str], str, bool]:
    """Return the files with their hashes, the manifest's hash, and whether a shared key vouches for it."""
    manifest = _small(tar, MANIFEST, source)
    signature = _small(tar, SIGNATURE, source).decode("ascii", errors="replace")
    signed = signature.startswith("hmac-sha256 ")
    if key is None and signed:
        raise BundleError("the bundle is signed; the key is needed", where=str(source), hint="--key-file")
    if key is not None and not signed:
        raise BundleError("the bundle is not signed, but a key was given", where=str(source))
    if not hmac.compare_digest(signature, _sign(manifest, key)):
        raise BundleError("the signature does not fit", where=str(source), hint="altered, or another key")
    try:
        value = json.loads(manifest)
        files = {str(name): str(sha256) for name, sha256 in value["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError("the manifest cannot be read", where=str(source)) from error
    if value.get("format") != FORMAT or not all(_MEMBER.fullmatch(name) for name in files):
        raise BundleError("the manifest is of another format", where=str(source), hint=f"expected {FORMAT}")
    return files, hashlib.sha256(manifest).hexdigest(), signed


def _small(tar: tarfile.TarFile, name: str, source: Path) -> bytes:
    member = tar.next()
    content = tar.extractfile(member) if member is not None and member.name == name else None
    if member is None or content is None or member.size > _MAX_MANIFEST:
        raise BundleError(f"{name} is missing", where=str(source), hint="is this a bundle?")
    return content.read()


def _unpack(tar: tarfile.TarFile, store: SnapshotStore, files: dict[str, str], source: Path) -> list[Staged]:
    """Write every member below a directory without a name, hashing it on the way."""
    places: dict[str, Path] = {}
    found = set()
    try:
        while (member := tar.next()) is not None:
            content = tar.extractfile(member) if member.isfile() else None
            if member.name not in files or content is None or member.name in found:
                raise BundleError(f"{member.name} is not in the manifest", where=str(source))
            found.add(member.name)
            list_id, version, path = member.name.split("/", 2)
            places.setdefault(f"{list_id}/{version}", store.root / list_id / f".building-{version}")
            if _write(places[f"{list_id}/{version}"] / path, content) != files[member.name]:
                raise BundleError(
                    f"{member.name} was altered", where=str(source), hint="copy the bundle again"
                )
        if missing := sorted(files.keys() - found):
            raise BundleError(f"{missing[0]} is missing", where=str(source), hint="copy the bundle again")
        return [_staged(name, place, source) for name, place in places.items()]
    except BaseException:
        for place in places.values():
            shutil.rmtree(place, ignore_errors=True)
        raise


def _write(path: Path, content: IO[bytes]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with disk_errors(path), durable_file(path) as stream:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            stream.write(chunk)
    sync_directory(path.parent)
    return digest.hexdigest()


def _staged(name: str, place: Path, source: Path) -> Staged:
    """Return a version that is whole: its snapshot is readable, names itself so, and fits its entries."""
    try:
        snapshot = Snapshot.model_validate_json((place / SNAPSHOT).read_bytes())
        with (place / LINES).open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValidationError) as error:
        raise BundleError(f"{name} is incomplete", where=str(source)) from error
    if f"{snapshot.list_id}/{snapshot.version}" != name or sha256 != snapshot.sha256:
        raise BundleError(f"{name} is not the version that it says", where=str(source))
    return Staged(place, snapshot, Report())
