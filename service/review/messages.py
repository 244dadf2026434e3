"""What other systems are told: a case was opened, decided, proposed, escalated or opened again.

A message is made from one event of the trail and nothing else, so polling and webhooks say the same, in the order
of the trail, and a message can be told again at any time. Its `id` is the number of the event: who has seen an id
has seen the message.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Connection

from service.review.judgements import Judgement
from service.review.ledger import read_events
from service.review.trail import Event

TYPES = ("case.opened", "case.joined", "case.proposed", "case.escalated", "case.decided", "case.reopened")


class Message(BaseModel):
    """One thing that happened to a case."""

    id: int = Field(description="Number of the event in the trail; larger is later.")
    type: str = Field(description=f"One of {', '.join(TYPES)}.")
    at: str = Field(description="When, in UTC.")
    case: int = Field(description="Number of the case.")
    actor: str = Field(description="Who did it.")
    judgement: str | None = Field(default=None, description="What was said, where something was.")
    reason: str | None = Field(default=None, description="The reason code.")
    decision: int | None = Field(default=None, description="Number of the decision, for `replay`.")
    organization: str | None = Field(default=None, description="The name in the article, of an opened case.")
    hash: str = Field(description="Hash of the event, to compare with an export of the trail.")


def message_of(event: Event) -> Message | None:
    """Return what an event tells other systems; None where it tells them nothing."""
    data = event.data()
    kind = _type_of(event.action, data)
    if kind is None:
        return None
    return Message(
        id=event.seq,
        type=kind,
        at=event.at,
        case=int(event.subject.removeprefix("case ")),
        actor=event.actor,
        judgement=data.get("judgement"),
        reason=data.get("reason"),
        decision=data.get("decision"),
        organization=data.get("organization"),
        hash=event.hash,
    )


def read_messages(connection: Connection, after: int = 0, limit: int | None = None) -> Iterator[Message]:
    """Yield the messages of the events after a number; `limit` counts events that were looked at."""
    for event in read_events(connection, after, limit):
        if (message := message_of(event)) is not None:
            yield message


_TYPE_OF = {
    "case opened": "case.opened",
    "case joined": "case.joined",
    "alert reopened": "case.reopened",
    "decision approve": "case.decided",
    "decision reject": "case.reopened",
    "decision undo": "case.reopened",
}


def _type_of(action: str, data: dict[str, Any]) -> str | None:
    return _after_ruling(data) if action == "decision decide" else _TYPE_OF.get(action)


def _after_ruling(data: dict[str, Any]) -> str:
    if data["needs_second"]:
        return "case.proposed"
    return "case.escalated" if data["judgement"] == Judgement.UNSURE else "case.decided"
