from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pypdf import PdfReader
from sqlalchemy import select, text

from matchers.models import Options
from service.articles.article import Article
from service.house_aliases import HouseAlias, HouseAliases
from service.keys import KeyRing, Scope
from service.review.accounts import Role, User, add_user
from service.review.cases import case_count
from service.review.desk import Desk, Places
from service.review.export import verify_export
from service.review.first_user import setup_code
from service.review.good_guys import reopen_expired
from service.review.hits import Screening
from service.review.intake import Counts
from service.review.ledger import Ledger, read_events
from service.review.routes import review_router
from service.review.sessions import open_session
from service.review.tables import cases, sessions
from service.review.verification import verify_database
from service.review.web import attach_review
from service.schemas import ScreenAnswer

Take = Callable[..., Counts]
Make = Callable[..., Screening]
PASSWORD = "correct horse battery"
PEOPLE = {
    "ann": Role.REVIEWER,
    "ben": Role.REVIEWER,
    "cleo": Role.APPROVER,
    "dora": Role.AUDITOR,
    "emil": Role.ADMIN,
}
LogIn = Callable[[str], "Browser"]
ON_BOTH = (
    "test_the_whole_way",
    "test_a_search_is_only_words",
    "test_suppression_is_proposed_approved_seen_and_ends",
)
NASTY = "<script>alert(1)</script>"


class Client:
    """HTTP in this process, one request after the other, over the application itself; keeps cookies."""

    def __init__(self, app: FastAPI, address: str = "http://localhost") -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        self._client = httpx.AsyncClient(transport=transport, base_url=address)
        self.cookies = self._client.cookies

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self._client.get(path, **more))

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self._client.post(path, **more))

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


class Browser:
    """A client with its cookies that fills in the CSRF token of the page it last saw."""

    def __init__(self, app: FastAPI) -> None:
        self.client = Client(app)
        self.csrf = ""

    def get(self, path: str, expect: int = 200) -> httpx.Response:
        response = self.client.get(f"/review{path}")
        assert response.status_code == expect, (path, response.status_code, response.text[:500])
        found = re.search(r'name="csrf" value="([^"]+)"', response.text)
        self.csrf = found.group(1) if found else self.csrf
        return response

    def post(self, path: str, expect: int = 303, **fields: Any) -> httpx.Response:
        response = self.client.post(f"/review{path}", data={"csrf": self.csrf, **fields})
        assert response.status_code == expect, (path, response.status_code, response.text[:800])
        return response


@pytest.fixture
def published() -> list[tuple[HouseAlias, ...]]:
    """The sets of house aliases that were put in force."""
    return []


@pytest.fixture
def app(ledger: Ledger, tmp_path: Any, published: list[tuple[HouseAlias, ...]]) -> FastAPI:
    def publish(aliases: HouseAliases) -> bool:
        published.append(aliases.aliases)
        return True

    with ledger.change("setup") as change:
        for name, role in PEOPLE.items():
            add_user(change, User(name, name.title(), role), PASSWORD if name == "ann" else None)
    app = FastAPI()
    places = Places("", *(tmp_path / name for name in ("checkpoint.key", "checkpoints.jsonl", "setup-code")))
    attach_review(app, lambda: Desk(ledger, places, secure=True, publish=publish, keys=KeyRing(tmp_path)))
    app.include_router(review_router())
    return app


@pytest.fixture
def log_in(app: FastAPI, ledger: Ledger) -> Iterator[LogIn]:
    opened: list[Browser] = []

    def enter(name: str) -> Browser:
        browser = Browser(app)
        opened.append(browser)
        with ledger.change(
            name
        ) as change:  # a password takes its time on purpose; the tests of the login use it
            token = open_session(change, User(name, name.title(), PEOPLE[name]), "test")
        browser.client.cookies.set("xref-session", token)
        browser.get("/")
        return browser

    yield enter
    for browser in opened:
        browser.client.close()


@pytest.fixture
def case(take: Take, make_screening: Make) -> int:
    return take(make_screening()).case_ids[0]


def version(ledger: Ledger, case: int) -> int:
    with ledger.database.reading() as connection:
        return int(connection.execute(select(cases.c.version).where(cases.c.id == case)).scalar_one())


def decide(browser: Browser, ledger: Ledger, case: int, expect: int = 303, **fields: str) -> httpx.Response:
    given = {"action": "decide", "judgement": "false positive", "reason": "other", **fields}
    return browser.post(f"/cases/{case}/decisions", expect, version=version(ledger, case), **given)


def test_the_whole_way(ledger: Ledger, log_in: LogIn, case: int) -> None:
    ann, cleo, dora = log_in("ann"), log_in("cleo"), log_in("dora")
    assert "United Aircraft Corporation" in ann.get("/").text
    shown = ann.get(f"/cases/{case}").text
    for part in (
        'mark class="tok tok-0"',
        "Against it:",
        "RUSSIA-EO14024",
        "Why 91%",
    ):
        assert part in shown
    decide(ann, ledger, case, judgement="true match", reason="name", comment="seen", step1="fits")
    assert "You decided this" in ann.get(f"/cases/{case}").text
    cleo.get(f"/cases/{case}")
    cleo.post(f"/cases/{case}/decisions", version=version(ledger, case), action="approve")
    assert "Decided: <strong>true match" in ann.get(f"/cases/{case}").text
    dora.get("/audit")
    assert "Whole:" in dora.post("/audit/verify", 200).text
    exported = dora.post("/audit/export", 200).content
    result = verify_export(exported.splitlines(keepends=True), ledger.signer.public)
    assert result.events > 5
    assert result.unsigned == 0
    verify_database(ledger.database)


def test_anybody_tries_a_name_where_the_service_answers_everybody(
    app: FastAPI, ledger: Ledger, make_screening: Make, tmp_path: Any
) -> None:
    doors = [True]
    places = Places("", *(tmp_path / name for name in ("checkpoint.key", "checkpoints.jsonl", "setup-code")))

    def screen(article: Article, options: Options, day: date) -> ScreenAnswer:
        return make_screening(text=article.text).answer

    desk = Desk(ledger, places, screen=screen, is_open=lambda: doors[0])
    app.state.review = lambda: desk
    visitor = Browser(app)
    assert "without logging in" in visitor.get("/login").text
    visitor.get("/try")
    shown = visitor.post("/try", 200, text=f"{NASTY} United Aircraft Corporation").text
    assert "UNITED AIRCRAFT CORPORATION" in shown
    assert "Why 91%" in shown
    assert NASTY not in shown
    told = visitor.post("/try", 422, text=" https://news.example/a ").text
    assert "this is the address of a page; paste the text of the page" in told
    visitor.post("/try/open", text="United Aircraft Corporation")
    assert visitor.client.get("/review/").status_code == 303
    other = {"headers": {"Origin": "https://evil.example"}, "data": {"text": "x"}}
    assert visitor.client.post("/review/try", **other).status_code == 403
    with ledger.database.reading() as connection:
        assert case_count(connection) == 0
    doors[0] = False
    visitor.get("/try", 303)
    visitor.post("/try", text="x")
    visitor.client.close()


def test_the_self_test_says_for_each_list_what_was_found(
    app: FastAPI, ledger: Ledger, log_in: LogIn, make_screening: Make, tmp_path: Any
) -> None:
    names = [("us_ofac_sdn", "36431", "UNITED AIRCRAFT CORPORATION"), ("eu_fsf", "EU.1", "<b>NOT FOUND</b>")]
    places = Places("", *(tmp_path / name for name in ("checkpoint.key", "checkpoints.jsonl", "setup-code")))
    desk = Desk(
        ledger, places, screen=lambda a, o, d: make_screening(text=a.text).answer, samples=lambda: names
    )
    app.state.review = lambda: desk
    ann = log_in("ann")
    ann.get("/self-test")
    shown = ann.post("/self-test", 200).text
    assert "1 of 2 planted names found" in shown
    assert shown.index("NOT FOUND") < shown.index("UNITED AIRCRAFT")  # what was missed stands first
    with ledger.database.reading() as connection:
        assert list(read_events(connection))[-1].data() == {"found": 1, "planted": 2}


def test_the_dashboard_draws_what_reviewers_confirm_beside_what_was_fitted(
    ledger: Ledger, log_in: LogIn, take: Take, make_screening: Make
) -> None:
    ann, cleo = log_in("ann"), log_in("cleo")
    for number in range(6):
        article = make_screening(
            text=f"{number} United Aircraft Corporation", match={"entry_id": str(number)}
        )
        case = take(article).case_ids[0]
        said = {"judgement": "true match", "reason": "name"} if number < 4 else {}
        decide(ann, ledger, case, **said)
        if said:
            cleo.post(f"/cases/{case}/decisions", version=version(ledger, case), action="approve")
    shown = ann.get("/dashboard").text
    assert "fitted 91%: 4 of 6 confirmed, interval 30% to 90%" in shown


@pytest.mark.parametrize("path", ["/", "/cases/1", "/try", "/dashboard", "/memory", "/self-test", "/rules", "/audit",
                                  "/users", "/cases/1/export.json", "/cases/1/attachments/1"])  # fmt: skip
def test_nothing_is_shown_without_a_session(app: FastAPI, case: int, path: str) -> None:
    client = Client(app)
    response = client.get(f"/review{path}")
    client.close()
    assert response.status_code == 303
    assert response.headers["location"] == "/review/login"


PAGES = ["/", "/?status=&band=high&search=air&order=due", "/cases/1", "/cases/1?alert=1", "/try", "/dashboard",
         "/memory", "/self-test", "/rules"]  # fmt: skip


@pytest.mark.parametrize("name", PEOPLE)
def test_every_role_sees_the_pages_it_may(log_in: LogIn, case: int, name: str) -> None:
    browser = log_in(name)
    for path in PAGES:
        assert browser.get(path).headers["content-security-policy"].startswith("default-src 'none'")
    browser.get("/audit", 200 if name == "dora" else 403)
    browser.get("/users", 200 if name in ("dora", "emil") else 403)


CHANGES = [
    ("/cases/1/assign", {"name": "me"}),
    (
        "/cases/1/decisions",
        {"action": "decide", "version": "1", "judgement": "false positive", "reason": "other"},
    ),
    ("/cases/1/decisions", {"action": "undo", "version": "1"}),
    ("/cases/1/remember", {"reason": "x"}),
    ("/cases/1/alias", {"alert": "1", "alias": "x"}),
    ("/cases/1/hold", {"on": "true", "reason": "x"}),
    ("/memory/good-guys/1/approve", {}),
    ("/memory/aliases/1/end", {"reason": "x"}),
    ("/users", {"name": "eve", "role": "admin", "password": PASSWORD}),
    ("/users/ann/role", {"value": "admin"}),
    ("/rules", {"key": "second_above", "value": "1", "owner": "x", "rationale": "x"}),
    ("/webhooks", {"url": "https://example.org/", "types": "case.opened"}),
    ("/webhooks/1/stop", {}),
]


def test_an_auditor_changes_nothing(ledger: Ledger, log_in: LogIn, case: int) -> None:
    dora = log_in("dora")
    for path, fields in CHANGES:
        dora.post(path, 403, **fields)
    verify_database(ledger.database)
    assert version(ledger, case) == 1


def test_a_change_without_the_token_of_the_session_is_refused(
    ledger: Ledger, log_in: LogIn, case: int
) -> None:
    stolen = log_in("ben").csrf
    for name in ("ann", "cleo", "emil"):
        browser = log_in(name)
        for browser.csrf in (stolen, ""):
            for path, fields in CHANGES:
                browser.post(path, 403, **fields)
    assert version(ledger, case) == 1


def test_a_request_from_another_site_is_refused(ledger: Ledger, log_in: LogIn, case: int) -> None:
    ann = log_in("ann")
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        response = ann.client.post("/review/logout", data={"csrf": ann.csrf}, headers=headers)
        assert response.status_code == 403
    ann.get("/")


@pytest.mark.parametrize("name", ["ben", "emil", "dora"])
def test_a_role_without_the_right_cannot_approve(ledger: Ledger, log_in: LogIn, case: int, name: str) -> None:
    decide(log_in("ann"), ledger, case, judgement="true match", reason="name")
    log_in(name).post(f"/cases/{case}/decisions", 403, version=version(ledger, case), action="approve")


def test_nobody_approves_what_he_or_she_decided_by_api(ledger: Ledger, log_in: LogIn, case: int) -> None:
    cleo = log_in("cleo")
    path, token = f"/review/api/cases/{case}/decisions", {"X-CSRF-Token": cleo.csrf}
    step = {"action": "decide", "version": version(ledger, case), "judgement": "true match", "reason": "name"}
    assert cleo.client.post(path, json=step, headers=token).json()["status"] == "proposed"
    own = {"action": "approve", "version": version(ledger, case)}
    refused = cleo.client.post(path, json=own, headers=token)
    assert (refused.status_code, "another person" in refused.json()["detail"]) == (403, True)
    assert cleo.client.post(path, json=own).status_code == 403  # and without a token not at all
    stale = cleo.client.post(path, json={"action": "undo", "version": 1}, headers=token)
    assert stale.status_code == 409


def test_only_the_author_or_an_approver_undoes(ledger: Ledger, log_in: LogIn, case: int) -> None:
    decide(log_in("ann"), ledger, case)
    log_in("ben").post(f"/cases/{case}/decisions", 403, version=version(ledger, case), action="undo")
    log_in("ann").post(f"/cases/{case}/decisions", version=version(ledger, case), action="undo")


def test_a_stale_page_decides_nothing(ledger: Ledger, log_in: LogIn, case: int) -> None:
    ann, ben = log_in("ann"), log_in("ben")
    old = version(ledger, case)
    decide(ann, ledger, case)
    fields = {"action": "decide", "judgement": "true match", "reason": "name"}
    assert "changed by somebody else" in ben.post(f"/cases/{case}/decisions", 409, version=old, **fields).text


MALFORMED = [
    {"version": "x"},
    {"version": ""},
    {"action": "destroy"},
    {"judgement": "x"},
    {"reason": "name"},
    {"alerts": "999"},
    {"alerts": "x"},
    {"comment": "\x00"},
]


@pytest.mark.parametrize("fields", MALFORMED)
def test_a_malformed_decision_is_a_clear_error_or_harmless(
    ledger: Ledger, log_in: LogIn, case: int, fields: dict[str, str]
) -> None:
    given = {"action": "decide", "judgement": "false positive", "reason": "other", "version": "1", **fields}
    ann = log_in("ann")
    response = ann.client.post(f"/review/cases/{case}/decisions", data={"csrf": ann.csrf, **given})
    assert response.status_code in (303, 409, 422)
    verify_database(ledger.database)


def test_markup_in_article_list_name_and_comment_stays_text(
    ledger: Ledger, log_in: LogIn, take: Take, make_screening: Make
) -> None:
    evil = f"{NASTY} Corp"
    screening = make_screening(
        organization=evil,
        text=f"{evil} said <img src=x onerror=alert(1)>",
        title=f"{NASTY}\"'",
        list_name=evil,
    )
    case = take(screening).case_ids[0]
    ann = log_in("ann")
    decide(ann, ledger, case, comment=f"{NASTY}\"'><svg onload=alert(1)>")
    for path in ("/?status=", f"/cases/{case}", f"/?search={NASTY}", f"/cases/{case}?alert={NASTY}"):
        shown = ann.client.get(f"/review{path}").text
        assert NASTY not in shown
        assert "<img src=x" not in shown
        assert "<svg onload" not in shown


@pytest.mark.parametrize(
    "words", ["' OR 1=1 --", "%", "_", "\\", "'; DROP TABLE cases; --", "\x00", "9" * 400, "😀"]
)
def test_a_search_is_only_words(log_in: LogIn, case: int, words: str) -> None:
    browser = log_in("ann")
    shown = browser.client.get(
        "/review/", params={"search": words, "list_id": words, "assignee": words, "page": words}
    )
    assert shown.status_code == 200
    assert "0 cases" in shown.text or words == "\x00"
    browser.get("/")


def test_a_login_makes_a_new_session_and_a_logout_ends_it(
    ledger: Ledger, app: FastAPI, log_in: LogIn
) -> None:
    fixed = Browser(app)
    fixed.client.cookies.set("xref-session", "fixed-by-an-attacker")
    response = fixed.post("/login", name="ann", password=PASSWORD)
    cookie = response.headers["set-cookie"]
    assert "fixed-by-an-attacker" not in cookie
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    token = fixed.client.cookies.get("xref-session", domain="localhost.local")
    fixed.get("/")
    with ledger.database.reading() as connection:
        assert token not in connection.execute(select(sessions.c.token_sha256)).scalars().all()
    fixed.post("/logout")
    fixed.client.cookies.set("xref-session", token or "")
    assert fixed.client.get("/review/").status_code == 303
    fixed.client.close()


def test_the_first_user_needs_the_code_and_comes_once(ledger: Ledger, tmp_path: Any) -> None:
    places = Places("", *(tmp_path / name for name in ("checkpoint.key", "checkpoints.jsonl", "setup-code")))
    app = FastAPI()
    attach_review(app, lambda: Desk(ledger, places))
    app.include_router(review_router())
    code = setup_code(ledger.database, places.setup)
    assert places.setup.stat().st_mode & 0o777 == 0o600
    assert setup_code(ledger.database, places.setup) == code
    browser = Browser(app)
    assert browser.get("/login", 303).headers["location"] == "/review/setup"
    me = {"name": "Emil", "display": "Emil E.", "password": PASSWORD}
    for wrong in ("", "x", code[:-1]):
        assert "setup code" in browser.post("/setup", 403, **me, code=wrong).text
    assert "12 characters" in browser.post("/setup", 422, **{**me, "password": "short"}, code=code).text
    browser.post("/setup", **me, code=code)
    assert "Nobody decides cases yet" in browser.get("/users").text
    assert not places.setup.exists()
    assert browser.get("/setup", 303).headers["location"] == "/review/login"
    browser.post("/setup", 409, **{**me, "name": "eve"}, code=code)
    assert setup_code(ledger.database, places.setup) is None
    browser.client.close()


def test_the_cookie_is_for_https_only_except_on_this_machine(app: FastAPI) -> None:
    for address, secure in (
        ("http://localhost", False),
        ("https://localhost", True),
        ("http://xref.test", True),
    ):
        client = Client(app, address)
        cookie = client.post("/review/login", data={"name": "ann", "password": PASSWORD}).headers[
            "set-cookie"
        ]
        assert ("Secure" in cookie, cookie.startswith("__Host-")) == (secure, secure)
        client.close()


def test_failed_logins_are_throttled_and_told(
    ledger: Ledger, app: FastAPI, log_in: LogIn, clock: Any
) -> None:
    browser = Browser(app)
    for _ in range(5):
        assert "wrong" in browser.post("/login", 401, name="ann", password="guess").text
    refused = browser.post("/login", 429, name="ann", password=PASSWORD)
    assert int(refused.headers["retry-after"]) > 0
    clock.forward(minutes=16)
    browser.post("/login", name="ann", password=PASSWORD)
    with ledger.database.reading() as connection:
        failed = [event for event in read_events(connection) if event.action == "login failed"]
    assert len(failed) == 5
    browser.client.close()


def test_a_session_ends_by_itself_and_with_the_account(app: FastAPI, log_in: LogIn, clock: Any) -> None:
    ann = log_in("ann")
    clock.forward(minutes=31)
    ann.get("/", 303)
    ben, emil = log_in("ben"), log_in("emil")
    emil.post("/users/ben/lock")
    ben.get("/", 303)


def test_every_look_at_a_case_is_in_the_trail(ledger: Ledger, log_in: LogIn, case: int) -> None:
    log_in("dora").get(f"/cases/{case}")
    with ledger.database.reading() as connection:
        seen = [(e.actor, e.subject) for e in read_events(connection) if e.action == "case viewed"]
    assert seen == [("dora", f"case {case}")]


def test_rules_are_put_in_force_by_the_admin_and_hold_at_once(
    ledger: Ledger, log_in: LogIn, case: int
) -> None:
    emil, ann = log_in("emil"), log_in("ann")
    rule = {
        "key": "second_for_lists",
        "value": '["us_ofac_sdn"]',
        "owner": "compliance",
        "rationale": "board of June",
    }
    emil.post("/rules", **rule)
    assert "board of June" in ann.get("/rules").text
    decide(ann, ledger, case)
    assert "must confirm it" in ann.get(f"/cases/{case}").text
    for value in ("x", '"word"', "-1", "2", "true", "[1]"):
        emil.post("/rules", 422, key="second_above", value=value, owner="x", rationale="y")


def test_files_are_kept_and_handed_out_as_files(ledger: Ledger, log_in: LogIn, case: int) -> None:
    ann = log_in("ann")
    ann.client.post(
        f"/review/cases/{case}/attachments",
        data={"csrf": ann.csrf},
        files={"file": ("<b>.html", b"<script>", "text/html")},
    )
    got = ann.get(f"/cases/{case}/attachments/1")
    assert got.content == b"<script>"
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment")
    ann.get(f"/cases/{case + 1}/attachments/1", 404)


@pytest.mark.parametrize(
    ("kind", "starts"), [("json", b"{"), ("csv", b"\xef\xbb\xbfcase,"), ("pdf", b"%PDF-")]
)
def test_a_case_is_exported(ledger: Ledger, log_in: LogIn, case: int, kind: str, starts: bytes) -> None:
    ann = log_in("ann")
    decide(ann, ledger, case, comment="=1+1 Яковлев")
    exported = ann.get(f"/cases/{case}/export.{kind}").content
    assert exported.startswith(starts)
    assert kind != "csv" or b",'=1+1" in exported
    if kind == "pdf":
        inside = PdfReader(io.BytesIO(exported)).attachments[f"case-{case}.json"][0]
        assert json.loads(inside)["decisions"][0]["comment"] == "=1+1 Яковлев"
    ann.get(f"/cases/{case}/export.exe", 404)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/review/nope", 404, "there is no such page"),
        ("/review/cases/nope", 422, "is not of this page"),
        ("/review/logout", 405, "this cannot be done here"),
    ],
)
def test_a_browser_that_asks_for_what_is_not_there_is_shown_a_page(
    log_in: LogIn, path: str, status: int, said: str
) -> None:
    ann = log_in("ann")
    shown = ann.client.get(path, headers={"Accept": "text/html,application/xhtml+xml"})
    assert (shown.status_code, shown.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert said in shown.text
    assert "Back to the queue" in shown.text
    told = ann.client.get(path, headers={"Accept": "application/json"})
    assert (told.status_code, list(told.json())) == (status, ["detail"])


@pytest.mark.parametrize("path", ["/nope", "/review/api/nope"])
def test_outside_of_the_pages_nobody_is_shown_one(log_in: LogIn, path: str) -> None:
    told = log_in("ann").client.get(path, headers={"Accept": "text/html"})
    assert (told.status_code, told.json()) == (404, {"detail": "Not Found"})


def test_views_are_each_users_own(log_in: LogIn, case: int) -> None:
    ann, ben = log_in("ann"), log_in("ben")
    ann.post("/views", name="high ones", query="?band=high&order=due&evil=1")
    shown = ann.get("/").text
    assert "high ones" in shown
    assert "evil" not in shown
    assert "high ones" not in ben.get("/").text
    ben.post("/views/1/delete", 404)
    ann.post("/views/1/delete")


def test_suppression_is_proposed_approved_seen_and_ends(
    ledger: Ledger, log_in: LogIn, take: Take, make_screening: Make, case: int, clock: Any
) -> None:
    ann, cleo = log_in("ann"), log_in("cleo")
    ann.post(f"/cases/{case}/remember", 409, reason="too early")
    decide(ann, ledger, case)
    ann.post(f"/cases/{case}/remember", reason="a bakery")
    waiting = take(make_screening(text="1 United Aircraft Corporation"))
    assert waiting.suppressed == 0  # nobody approved it yet
    decide(ann, ledger, waiting.case_ids[0])
    ann.post("/memory/good-guys/1/approve", 403)
    cleo.post("/memory/good-guys/1/approve")
    assert take(make_screening(text="2 United Aircraft Corporation")).suppressed == 1
    assert "Suppressed: a remembered" in cleo.get("/cases/3").text
    other, changed = {"entry_id": "other"}, {"record": "changed"}
    assert take(make_screening(text="3 United Aircraft Corporation", match=other)).suppressed == 0
    assert take(make_screening(text="4 United Aircraft Corporation", match=changed)).suppressed == 0
    verify_database(ledger.database)
    clock.forward(days=366)
    with ledger.change("timer") as change:
        assert reopen_expired(change) == 1
    cleo = log_in("cleo")
    assert "No case fits" in cleo.get("/?status=suppressed").text
    verify_database(ledger.database)


def test_an_alias_comes_from_a_confirmed_mention_and_a_second_person(
    ledger: Ledger, log_in: LogIn, case: int, published: list[tuple[HouseAlias, ...]]
) -> None:
    ann, cleo = log_in("ann"), log_in("cleo")
    alias = {"alert": "1", "alias": "United Aircraft Corporation"}
    ann.post(f"/cases/{case}/alias", 409, **alias)
    decide(ann, ledger, case, judgement="true match", reason="name")
    ann.post(f"/cases/{case}/alias", 409, **alias)
    cleo.post(f"/cases/{case}/decisions", version=version(ledger, case), action="approve")
    ann.post(f"/cases/{case}/alias", 422, alert="1", alias="not in the article")
    ann.post(f"/cases/{case}/alias", **alias)
    cleo.post("/memory/aliases/1/approve")
    added = f"added by ann, approved by cleo, case {case}"
    assert published[-1] == (HouseAlias("us_ofac_sdn", "36431", alias["alias"], added),)
    assert "United Aircraft Corporation" in cleo.get("/memory").text
    cleo.post("/memory/aliases/1/end", reason="too common")
    assert published[-1] == ()


def test_the_trail_can_be_polled(log_in: LogIn, case: int) -> None:
    dora = log_in("dora")
    first = dora.client.get("/review/api/events", params={"limit": 2}).json()
    assert [event["seq"] for event in first] == [1, 2]
    assert dora.client.get("/review/api/events", params={"after": 2, "limit": 1}).json()[0]["seq"] == 3
    assert log_in("ann").client.get("/review/api/events").status_code == 403


def test_a_program_polls_with_a_key_of_the_right_scope(
    app: FastAPI, ledger: Ledger, log_in: LogIn, case: int, tmp_path: Any
) -> None:
    decide(log_in("ann"), ledger, case)
    ring, client = KeyRing(tmp_path), Client(app)
    good, bad = (ring.create("x", [scope])[1] for scope in (Scope.REVIEW, Scope.MATCH))
    told = client.get("/review/api/messages", headers={"Authorization": f"Bearer {good}"}).json()
    assert [(m["type"], m["case"]) for m in told] == [("case.opened", case), ("case.decided", case)]
    after = {"after": told[0]["id"], "limit": 1}
    assert client.get("/review/api/messages", params=after, headers={"X-API-Key": good}).json() == told[1:]
    for key, status in ((bad, 403), ("sxr_00000000_x", 401)):
        assert client.get("/review/api/messages", headers={"X-API-Key": key}).status_code == status
    assert client.get("/review/api/messages").status_code == 401
    assert client.get("/review/", headers={"X-API-Key": good}).status_code == 303  # a key opens no page
    client.close()


def test_only_an_admin_adds_a_webhook_and_sees_its_secret_once(log_in: LogIn, case: int) -> None:
    emil, dora = log_in("emil"), log_in("dora")
    given = {"url": "https://example.org/hook", "types": ["case.opened", "case.decided"]}
    shown = emil.post("/webhooks", 200, **given).text
    assert "whsec_" in shown
    assert "whsec_" not in emil.get("/webhooks").text
    dora.get("/webhooks", 403)
    dora.post("/webhooks", 403, **given)
    emil.post("/webhooks", 422, url="http://example.org/hook", types=["case.opened"])
    emil.post("/webhooks", 422, url="https://example.org/hook", types=["case.imagined"])
    emil.post("/webhooks/1/stop")
    assert "stopped" in emil.get("/webhooks").text
    emil.post("/webhooks/2/stop", 404)
    emil.post("/webhooks/1/explode", 422)


def test_the_database_refuses_to_change_decisions(ledger: Ledger, log_in: LogIn, case: int) -> None:
    decide(log_in("ann"), ledger, case)
    for table in ("decisions", "hits", "events"):
        for statement in (
            f"DELETE FROM {table}",
            f"UPDATE {table} SET id = id" if table != "events" else "UPDATE events SET seq = seq",
        ):
            with pytest.raises(Exception, match="append-only"), ledger.database.writing() as connection:
                connection.execute(text(statement))
