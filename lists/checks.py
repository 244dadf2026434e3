"""What the last look at each publisher gave: when, with which result, and what to ask with next time.

`checks.json` beside `active.json`, replaced atomically. It is a memory aid: losing it costs one full
download.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from lists.durable import disk_errors, replace_json
from lists.models import Frozen
from lists.store import SnapshotStore

Result = Literal["published", "unchanged", "not modified", "refused", "failed"]
CHECKS = "checks.json"


class Tags(Frozen):
    """What a publisher's server said about one file, to be sent back in a conditional request."""

    etag: str | None = None
    last_modified: str | None = None


class Check(Frozen):
    """One look at a publisher."""

    checked: datetime
    result: Result
    detail: str = ""
    """For a refusal or a failure: why, in words for people."""
    version: str | None = None
    """The version that the tags belong to."""
    tags: Mapping[str, Tags] = {}
    """By file name."""
    succeeded: datetime | None = None
    """When the publisher last answered with a list, changed or not."""


def read_checks(store: SnapshotStore) -> dict[str, Check]:
    """Return the last check of each list; none where the file is missing or unreadable."""
    try:
        found = json.loads((store.root / CHECKS).read_text(encoding="utf-8"))
        return {list_id: Check.model_validate(value) for list_id, value in found.items()}
    except (OSError, ValueError, ValidationError, AttributeError):
        return {}


def record_check(store: SnapshotStore, list_id: str, check: Check) -> None:
    """Remember a check; the writer's lock must be held."""
    checks = {**read_checks(store), list_id: check}
    with disk_errors(store.root):
        replace_json(
            store.root / CHECKS, {key: value.model_dump(mode="json") for key, value in checks.items()}
        )
