"""The register: every policy and threshold with its owner and rationale; the newest row of a key is in force.

Nothing is ever changed in it, only followed by a newer row, so what was in force on any day can be read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from service.review.errors import Malformed
from service.review.judgements import Judgement, Policy
from service.review.ledger import Change
from service.review.tables import register
from service.review.trail import iso


@dataclass(frozen=True, slots=True)
class Rule:
    """A new value of one field of the policy, with who answers for it and why."""

    key: str
    value: Any
    owner: str
    rationale: str


def policy_in_force(connection: Connection) -> Policy:
    """Return the policy: the newest value of each key, the documented default where there is none."""
    values: dict[str, Any] = {}
    for row in connection.execute(select(register).order_by(register.c.id)):
        value = json.loads(row.value)
        values[row.key] = tuple(value) if isinstance(value, list) else value
    return replace(Policy(), **values)


def put_rule(change: Change, rule: Rule) -> None:
    """Put a value in force; `Malformed` where the key or the value is none, or the rationale is missing."""
    if not rule.owner.strip() or not rule.rationale.strip():
        raise Malformed("a threshold needs an owner and a rationale")
    value = _checked(rule)
    change.connection.execute(
        insert(register).values(
            key=rule.key,
            value=json.dumps(value),
            owner=rule.owner,
            rationale=rule.rationale,
            author=change.actor,
            at=iso(change.now),
        )
    )
    change.record("rule put in force", f"rule {rule.key}", asdict(rule) | {"value": value})


def rules(connection: Connection) -> Sequence[Row[Any]]:
    """Return every row of the register, newest first."""
    return connection.execute(select(register).order_by(register.c.id.desc())).all()


def _checked(rule: Rule) -> Any:
    default = {field.name: getattr(Policy(), field.name) for field in fields(Policy)}
    if rule.key not in default:
        raise Malformed(f"{rule.key!r} is not a rule; known: {', '.join(default)}")
    kind = type(default[rule.key])
    return _words(rule) if kind is tuple else _number(rule, kind)


def _words(rule: Rule) -> list[str]:
    if isinstance(rule.value, str) or not all(isinstance(word, str) for word in rule.value):
        raise Malformed(f"{rule.key}: give a list of words, not {rule.value!r}")
    words = list(rule.value)
    if rule.key == "second_for_judgements" and not set(words) <= {judgement.value for judgement in Judgement}:
        raise Malformed(f"{rule.key}: known judgements are {', '.join(Judgement)}")
    return words


def _number(rule: Rule, kind: type) -> float:
    value = rule.value
    if not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0:
        raise Malformed(f"{rule.key}: give a number of 0 or more, not {value!r}")
    if rule.key == "retain_years" and value < 10:
        raise Malformed("retain_years: records are kept for ten years at least")
    if rule.key in ("second_above", "alert_from", "sample_rate") and value > 1:
        raise Malformed(f"{rule.key}: give a number between 0 and 1, not {value}")
    return int(value) if kind is int else float(value)
