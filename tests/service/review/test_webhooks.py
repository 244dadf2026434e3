from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from service.review.decisions import CaseRef, approve, decide, undo
from service.review.delivering import PAUSES, deliver, enqueue
from service.review.errors import Malformed
from service.review.hits import Screening
from service.review.intake import Counts
from service.review.judgements import Judgement, Policy, Ruling
from service.review.ledger import Ledger, read_events
from service.review.messages import TYPES, read_messages
from service.review.tables import cases, deliveries
from service.review.upkeep import send_messages
from service.review.webhooks import add_webhook, send_again, set_webhook

ON_BOTH = "all"
Take = Callable[..., Counts]
Make = Callable[..., Screening]
TRUE = Ruling(Judgement.TRUE_MATCH, "name")


class Receiver:
    """Another system: it checks what it is sent as the specification says, written apart from the sender."""

    def __init__(self) -> None:
        self.secret = ""
        self.answers: list[int] = []
        """What to answer next; 204 where nothing is said."""
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.seen: dict[str, dict[str, Any]] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {key.lower(): value for key, value in self.headers.items()}
                receiver.requests.append((headers, body))
                answer = receiver.answers.pop(0) if receiver.answers else 204
                if answer < 300 and not receiver.take(headers, body, receiver.now):
                    answer = 401
                self.send_response(answer)
                self.send_header("location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.now = 0.0
        self.clock: Any = None

    def wait(self, seconds: float) -> None:
        """Let time pass, for the sender and for the receiver."""
        self.clock.forward(seconds=seconds)
        self.now = self.clock.now.timestamp()

    def take(self, headers: dict[str, str], body: bytes, now: float) -> bool:
        """Take a message in; say no where its signature does not fit or it is old."""
        key, at = headers["webhook-id"], headers["webhook-timestamp"]
        raw = base64.b64decode(self.secret.split("_", 1)[1])
        wanted = base64.b64encode(hmac.digest(raw, f"{key}.{at}.".encode() + body, "sha256")).decode()
        if not hmac.compare_digest(headers["webhook-signature"], f"v1,{wanted}") or abs(now - int(at)) > 300:
            return False
        self.seen.setdefault(key, json.loads(body))
        return True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as made:
        yield made


@pytest.fixture
def hook(ledger: Ledger, receiver: Receiver, clock: Any) -> int:
    with ledger.change("emil") as change:
        number, receiver.secret = add_webhook(change, receiver.url, TYPES)
    receiver.clock = clock
    receiver.wait(0)
    return number


def now(ledger: Ledger, case: int) -> CaseRef:
    with ledger.database.reading() as connection:
        return CaseRef(
            case, connection.execute(select(cases.c.version).where(cases.c.id == case)).scalar_one()
        )


def states(ledger: Ledger) -> list[tuple[str, int]]:
    with ledger.database.reading() as connection:
        rows = connection.execute(select(deliveries).order_by(deliveries.c.seq)).all()
    return [(row.status, row.attempts) for row in rows]


def test_what_happens_to_a_case_is_told_in_order(
    ledger: Ledger, take: Take, make_screening: Make, hook: int, receiver: Receiver, client: httpx.Client
) -> None:
    case = take(make_screening()).case_ids[0]
    with ledger.change("ann") as change:
        decide(change, Policy(), now(ledger, case), TRUE)
    with ledger.change("cleo") as change:
        approve(change, now(ledger, case))
    with ledger.change("cleo") as change:
        undo(change, now(ledger, case), "a mistake")
    with ledger.change("ann") as change:
        decide(change, Policy(), now(ledger, case), Ruling(Judgement.UNSURE, "expert"))
    assert deliver(ledger, client) == 5
    told = [(m["type"], m["case"], m["judgement"]) for m in receiver.seen.values()]
    assert told == [
        ("case.opened", case, None),
        ("case.proposed", case, "true match"),
        ("case.decided", case, "true match"),
        ("case.reopened", case, None),
        ("case.escalated", case, "unsure"),
    ]
    with ledger.database.reading() as connection:
        hashes = {event.seq: event.hash for event in read_events(connection)}
        assert [m.model_dump() for m in read_messages(connection)] == list(receiver.seen.values())
    assert all(hashes[m["id"]] == m["hash"] for m in receiver.seen.values())
    assert deliver(ledger, client) == 0


def test_the_upkeep_sends_what_is_due_and_nothing_twice(
    ledger: Ledger, take: Take, make_screening: Make, hook: int, receiver: Receiver
) -> None:
    send_messages(ledger)
    assert receiver.requests == []
    take(make_screening())
    for _ in range(2):
        send_messages(ledger)
        assert [message["type"] for message in receiver.seen.values()] == ["case.opened"]
        assert len(receiver.requests) == 1


def test_a_receiver_that_is_down_gets_the_same_message_later(
    ledger: Ledger,
    take: Take,
    make_screening: Make,
    hook: int,
    receiver: Receiver,
    client: httpx.Client,
) -> None:
    take(make_screening())
    receiver.answers = [500, 302, 503]
    for pause in PAUSES[:3]:
        assert deliver(ledger, client) == 0
        assert deliver(ledger, client) == 0  # not before its time
        receiver.wait(pause.total_seconds() + 1)
    assert states(ledger) == [("waiting", 3)]
    assert deliver(ledger, client) == 1
    assert {headers["webhook-id"] for headers, _ in receiver.requests} == {f"msg_{hook}_2"}
    assert len({body for _, body in receiver.requests}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.requests}) == 4
    assert len(receiver.seen) == 1


def test_what_never_arrives_is_given_up_and_told(
    ledger: Ledger,
    take: Take,
    make_screening: Make,
    hook: int,
    receiver: Receiver,
    client: httpx.Client,
) -> None:
    take(make_screening())
    receiver.answers = [500] * (len(PAUSES) + 1)
    for pause in (*PAUSES, timedelta()):
        deliver(ledger, client)
        receiver.wait(pause.total_seconds() + 1)
    assert states(ledger) == [("given up", len(PAUSES) + 1)]
    with ledger.database.reading() as connection:
        assert list(read_events(connection))[-1].action == "delivery given up"
        number = connection.execute(select(deliveries.c.id)).scalar_one()
    with ledger.change("emil") as change:
        send_again(change, number)
    assert deliver(ledger, client) == 1


def test_a_message_that_was_sent_again_by_somebody_else_is_refused(
    ledger: Ledger, take: Take, make_screening: Make, hook: int, receiver: Receiver, client: httpx.Client
) -> None:
    take(make_screening())
    deliver(ledger, client)
    headers, body = receiver.requests[0]
    plain = {key: value for key, value in headers.items() if key.startswith("webhook-")}
    at = int(headers["webhook-timestamp"])

    def again(sent: dict[str, str], content: bytes, later: float = 0) -> int:
        receiver.now = at + later
        return client.post(receiver.url, content=content, headers=sent).status_code

    assert again(plain, body) == 204
    assert len(receiver.seen) == 1  # the same id: taken once
    assert again(plain, body, later=301) == 401
    assert again({**plain, "webhook-timestamp": str(at + 301)}, body, later=301) == 401
    assert again({**plain, "webhook-id": "msg_1_99"}, body) == 401
    assert again(plain, body.replace(b"case.opened", b"case.decided")) == 401
    forged = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert again({**plain, "webhook-signature": f"v1,{forged}"}, body) == 401
    assert len(receiver.seen) == 1


def test_two_senders_send_once(
    ledger: Ledger, take: Take, make_screening: Make, hook: int, receiver: Receiver, client: httpx.Client
) -> None:
    for number in range(5):
        take(make_screening(text=f"{number} United Aircraft Corporation"))
    enqueue(ledger)
    threads = [threading.Thread(target=deliver, args=(ledger, client)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.requests) == len(receiver.seen) == 5


def test_a_sender_that_died_leaves_its_message_to_the_next(
    ledger: Ledger,
    take: Take,
    make_screening: Make,
    hook: int,
    receiver: Receiver,
    client: httpx.Client,
) -> None:
    take(make_screening())

    class Dies(httpx.Client):
        def post(self, *args: Any, **more: Any) -> httpx.Response:
            raise SystemExit

    with pytest.raises(SystemExit), Dies() as dies:
        deliver(ledger, dies)
    assert deliver(ledger, client) == 0
    receiver.wait(61)
    assert deliver(ledger, client) == 1


def test_a_stopped_webhook_hears_nothing(
    ledger: Ledger, take: Take, make_screening: Make, hook: int, receiver: Receiver, client: httpx.Client
) -> None:
    with ledger.change("emil") as change:
        set_webhook(change, hook, active=False)
    take(make_screening())
    assert deliver(ledger, client) == 0
    with ledger.change("emil") as change:
        set_webhook(change, hook, active=True)
    take(make_screening(text="later, United Aircraft Corporation"))
    assert deliver(ledger, client) == 1
    assert [m["type"] for m in receiver.seen.values()] == ["case.joined"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://",
        "",
        "https://a:b@example.org/",
        "javascript:alert(1)",
    ],
)
def test_an_address_without_protection_is_refused(ledger: Ledger, url: str) -> None:
    with pytest.raises(Malformed), ledger.change("emil") as change:
        add_webhook(change, url, TYPES)
