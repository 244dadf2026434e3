"""Signed checkpoints: statements that the trail had this hash at this event, which nobody else can write.

Ed25519 and not an HMAC, because the auditor who verifies must not need a secret with which the trail could
be forged: the public key is enough. The private key is a file beside the database (mode 0600), or wherever
the operator mounts it. An auditor who noted the key's fingerprint, and one earlier checkpoint, finds a
trail that was rebuilt, cut or signed with another key, without trusting the machine that it lies on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lists.models import canonical_json
from service.review.errors import ReviewError, TrailBroken
from service.review.trail import Event


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The trail's hash at one event, signed. `key` and `signature` are in hexadecimal."""

    seq: int
    at: str
    hash: str
    key: str
    signature: str


class Signer:
    """Signs with the review's private key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw().hex()

    def sign(self, text: str) -> str:
        """Return the signature of a text."""
        return self._key.sign(text.encode()).hex()

    def checkpoint(self, event: Event, at: str) -> Checkpoint:
        """Return the signed checkpoint of an event."""
        return Checkpoint(
            event.seq, at, event.hash, self.public, self.sign(_statement(event.seq, at, event.hash))
        )


def load_signer(path: Path) -> Signer:
    """Return the signer whose key is in a file; make the key where there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".new{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
        try:
            os.link(fresh, path)  # where two processes start at once, the first key wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    raw = path.read_bytes()
    if len(raw) != 32:
        raise ReviewError(f"{path}: not a checkpoint key (32 bytes); restore it from the backup")
    return Signer(Ed25519PrivateKey.from_private_bytes(raw))


def verify_signature(key: str, signature: str, text: str) -> bool:
    """Return whether the holder of a public key signed the text."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def check_checkpoint(checkpoint: Checkpoint, event_hash: str | None, trusted_key: str | None) -> None:
    """Raise `TrailBroken` where a checkpoint is forged or says another hash than its event has."""
    place = f"checkpoint of event {checkpoint.seq}"
    if trusted_key is not None and checkpoint.key != trusted_key:
        raise TrailBroken(
            place, f"is signed with the key {checkpoint.key[:16]}…, not with the one that is trusted"
        )
    statement = _statement(checkpoint.seq, checkpoint.at, checkpoint.hash)
    if not verify_signature(checkpoint.key, checkpoint.signature, statement):
        raise TrailBroken(place, "has a signature that does not fit: it was changed or forged")
    if event_hash is None:
        raise TrailBroken(place, "names an event that the trail does not have: its end was cut off")
    if event_hash != checkpoint.hash:
        raise TrailBroken(place, "says another hash than the event has: the trail was rebuilt before it")


def _statement(seq: int, at: str, hash_: str) -> str:
    return canonical_json({"at": at, "hash": hash_, "purpose": "sanctions-xref trail checkpoint", "seq": seq})
