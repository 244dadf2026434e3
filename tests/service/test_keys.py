from datetime import UTC, datetime, timedelta

import pytest

from service.errors import DataError, NotFound
from service.keys import KeyRing, Scope
from service.limits import CALLERS, Buckets


def test_a_key_is_found_by_its_text_and_by_nothing_else(tmp_path):
    ring = KeyRing(tmp_path / "data")
    key, text = ring.create("case system", [Scope.MATCH])
    assert ring.find(text).id == key.id
    for wrong in ("", text[:-1], text + "x", text.replace("sxr", "abc"), f"sxr_{key.id}_", "sxr", "\udc80"):
        assert ring.find(wrong) is None


def test_the_file_does_not_hold_the_key(tmp_path):
    ring = KeyRing(tmp_path)
    _, text = ring.create("case system", [Scope.MATCH])
    assert text.rsplit("_", 1)[1] not in ring.path.read_text()
    assert ring.path.stat().st_mode & 0o077 == 0


def test_another_process_sees_new_and_revoked_keys_at_once(tmp_path):
    ring, other = KeyRing(tmp_path), KeyRing(tmp_path)
    assert other.find("sxr_a_b") is None
    key, text = ring.create("one", [Scope.SCREEN])
    assert other.find(text) is not None
    ring.revoke(key.id)
    assert other.find(text) is None
    assert other.known()[0].revoked is not None
    assert other.has_good() is False


def test_a_key_expires(tmp_path):
    ring = KeyRing(tmp_path)
    _, gone = ring.create("old", [Scope.SCREEN], datetime.now(UTC) - timedelta(seconds=1))
    _, good = ring.create("new", [Scope.SCREEN], datetime.now(UTC) + timedelta(days=1))
    assert ring.find(gone) is None
    assert ring.find(good) is not None


@pytest.mark.parametrize(
    ("scopes", "asked", "allowed"),
    [
        ([Scope.MATCH], Scope.MATCH, True),
        ([Scope.MATCH], Scope.SCREEN, False),
        ([Scope.ADMIN], Scope.REVIEW, True),
        ([Scope.SCREEN, Scope.REVIEW], Scope.REVIEW, True),
    ],
)
def test_a_key_does_what_its_scopes_say(tmp_path, scopes, asked, allowed):
    key, _ = KeyRing(tmp_path).create("one", scopes)
    assert key.allows(asked) is allowed


def test_what_cannot_be_revoked_and_what_cannot_be_read(tmp_path):
    ring = KeyRing(tmp_path)
    with pytest.raises(NotFound, match="keys list"):
        ring.revoke("nobody")
    ring.path.write_text("{")
    with pytest.raises(DataError, match=r"keys\.json cannot be read"):
        ring.find("sxr_a_b")


def test_a_bucket_gives_a_burst_and_then_an_even_rate():
    now = [0.0]
    buckets = Buckets(60, clock=lambda: now[0])
    assert [buckets.wait("a") for _ in range(7)] == [0, 0, 0, 0, 0, 0, 1]
    assert buckets.wait("b") == 0
    now[0] = 2.0
    assert [buckets.wait("a") for _ in range(3)] == [0, 0, 1]


def test_in_no_minute_more_than_the_limit_and_the_burst():
    now = [0.0]
    buckets = Buckets(30, clock=lambda: now[0])
    passed = 0
    for tick in range(600):
        now[0] = tick / 10
        passed += buckets.wait("a") == 0
    assert passed <= 30 + 3


def test_forgetful_about_callers_not_about_memory():
    buckets = Buckets(60)
    for number in range(CALLERS + 50):
        buckets.wait(str(number))
    assert len(buckets._buckets) == CALLERS
