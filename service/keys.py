"""API keys: who may ask what. A key is shown once, when it is made; the file holds its hash only.

    DATA/keys.json     [{"id": …, "name": …, "scopes": […], "sha256": …, "created": …, "expires": …,
    "revoked": …}]

A key reads `sxr_ID_SECRET`. The secret has 256 random bits, so a plain SHA-256 of it cannot be guessed back;
a slow hash is for passwords. A running service sees a new or revoked key at its next request.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from lists.durable import disk_errors, replace_json
from service.errors import DataError, NotFound

PREFIX = "sxr"
FILE = "keys.json"


class Scope(StrEnum):
    """What a key may do; `admin` may do everything."""

    SCREEN = "screen"
    MATCH = "match"
    REVIEW = "review"
    ADMIN = "admin"


class KeyInfo(BaseModel):
    """What may be shown of a key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None


class Key(KeyInfo):
    """A key as the file holds it: with the hash of its secret."""

    sha256: str

    @property
    def info(self) -> KeyInfo:
        """What may be shown."""
        return KeyInfo.model_validate(self.model_dump(exclude={"sha256"}))

    def is_good(self, now: datetime) -> bool:
        """Say whether the key opens anything at this time."""
        return self.revoked is None and (self.expires is None or now < self.expires)

    def allows(self, scope: Scope) -> bool:
        """Say whether the key may do this."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


_KEYS = TypeAdapter(tuple[Key, ...])


@dataclass(slots=True)
class KeyRing:
    """The keys of a data folder, read again whenever the file changes."""

    data: Path
    path: Path = field(init=False)
    """Where the keys are."""
    _stamp: tuple[int, int] | None = None
    _keys: dict[str, Key] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.path = self.data / FILE

    def known(self) -> Sequence[Key]:
        """Return every key, oldest first."""
        self._read()
        return sorted(self._keys.values(), key=lambda key: key.created)

    def is_empty(self) -> bool:
        """Say whether there never was a key."""
        self._read()
        return not self._keys

    def has_good(self) -> bool:
        """Say whether there is a key that opens anything."""
        now = datetime.now(UTC)
        return any(key.is_good(now) for key in self.known())

    def find(self, text: str) -> Key | None:
        """Return the key with this text, if it is one and still good."""
        prefix, _, rest = text.partition("_")
        identity, _, secret = rest.partition("_")
        self._read()
        key = self._keys.get(identity) if prefix == PREFIX else None
        digest = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
        known = hmac.compare_digest(digest, key.sha256 if key else "0" * 64)
        return key if key is not None and known and key.is_good(datetime.now(UTC)) else None

    def create(self, name: str, scopes: Sequence[Scope], expires: datetime | None = None) -> tuple[Key, str]:
        """Make a key; returns it and its text, which is nowhere else."""
        secret = secrets.token_urlsafe(32)
        key = Key(
            id=secrets.token_hex(4),
            name=name,
            scopes=tuple(dict.fromkeys(scopes)),
            sha256=hashlib.sha256(secret.encode()).hexdigest(),
            created=datetime.now(UTC),
            expires=expires,
        )
        with self._writing():
            self._read()
            self._write({**self._keys, key.id: key})
        return key, f"{PREFIX}_{key.id}_{secret}"

    def revoke(self, identity: str) -> Key:
        """Make a key useless from now on; it stays in the file with the time."""
        with self._writing():
            self._read()
            if identity not in self._keys:
                raise NotFound(f"no key {identity}; `sanctions-xref keys list` names them")
            key = self._keys[identity]
            revoked = key.model_copy(update={"revoked": key.revoked or datetime.now(UTC)})
            self._write({**self._keys, identity: revoked})
        return revoked

    def _writing(self) -> FileLock:
        with disk_errors(self.data):
            self.data.mkdir(parents=True, exist_ok=True)
        return FileLock(self.data / ".keys.lock", mode=0o600)

    def _write(self, keys: dict[str, Key]) -> None:
        with disk_errors(self.path):
            replace_json(self.path, [key.model_dump(mode="json") for key in keys.values()])
            self.path.chmod(0o600)

    def _read(self) -> None:
        try:
            found = self.path.stat()
            stamp = (found.st_mtime_ns, found.st_ino)
            if stamp == self._stamp:
                return
            keys = _KEYS.validate_python(json.loads(self.path.read_bytes()))
        except FileNotFoundError:
            self._stamp, self._keys = None, {}
        except (OSError, ValueError, ValidationError) as error:
            raise DataError(f"{self.path} cannot be read ({type(error).__name__}); restore it") from error
        else:
            self._keys = {key.id: key for key in keys}
            self._stamp = stamp
