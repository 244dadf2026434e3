"""Logging in with a certified OpenID provider (`oidc-provider` from npm) that runs here, over real HTTP."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select

from service.review.accounts import Role, User, add_user, set_active
from service.review.desk import Desk, Places
from service.review.ledger import Ledger, read_events
from service.review.routes import review_router
from service.review.tables import users
from service.review.web import PREFIX, attach_review

pytest.importorskip("authlib", reason="the extra `oidc` is not installed")
from service.review.oidc import Client, IdentityProvider
from service.review.routes import oidc as oidc_routes

PACKAGE = "oidc-provider@9.13.3"
SECRET = "a-secret-of-the-test"
PROVIDER = """
import { Provider } from 'oidc-provider';
const [port, callback, secret] = process.argv.slice(2);
const client = { client_id: 'xref', client_secret: secret, redirect_uris: [callback],
                 grant_types: ['authorization_code'], response_types: ['code'] };
const account = (id) => ({ sub: id, email: `${id}@example.org`, email_verified: id !== 'mallory' });
new Provider(`http://localhost:${port}`, {
  clients: [client], pkce: { required: () => true }, conformIdTokenClaims: false,
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => account(id) }),
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def provider_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("provider")
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm and node are not installed: no identity provider to log in with")
    got = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--silent", PACKAGE],
        cwd=folder, capture_output=True, timeout=180, check=False,
    )  # fmt: skip
    if got.returncode:
        pytest.skip(f"{PACKAGE} cannot be fetched from the npm registry")
    (folder / "provider.mjs").write_text(PROVIDER, encoding="utf-8")
    return folder


@dataclass
class Site:
    """The review and the provider, both running."""

    review: str
    issuer: str

    def log_in(self, name: str) -> tuple[httpx.Client, httpx.Response]:
        """Do what a browser does: click, log in at the provider, agree, come back."""
        client = httpx.Client(trust_env=False)
        answer = client.get(f"{self.review}/oidc")
        for _ in range(12):
            if answer.is_redirect:
                answer = client.get(answer.next_request.url if answer.next_request else "")
            elif "/interaction/" in str(answer.url):
                form = re.search(r'action="([^"]+)"', answer.text)
                prompt = re.search(r'name="prompt" value="([^"]+)"', answer.text)
                assert form is not None
                assert prompt is not None
                fields = {"prompt": prompt[1], "login": name, "password": "any"}
                answer = client.post(form[1], data=fields)
            else:
                break
        return client, answer


@pytest.fixture
def site(ledger: Ledger, tmp_path: Path, provider_code: Path) -> Iterator[Site]:
    ours, theirs = free_port(), free_port()
    issuer, review = f"http://localhost:{theirs}", f"http://localhost:{ours}{PREFIX}"
    node = subprocess.Popen(
        ["node", "provider.mjs", str(theirs), f"{review}/oidc/callback", SECRET],
        cwd=provider_code, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert node.stdout is not None
    assert node.stdout.readline() == "ready\n"
    app = FastAPI()
    live = Ledger(ledger.database, ledger.signer, lambda: datetime.now(UTC))
    desk = Desk(live, Places("", *(tmp_path / name for name in ("checkpoint.key", "witness", "code"))))
    attach_review(app, lambda: desk, IdentityProvider(Client(issuer, "xref", SECRET)))
    app.include_router(review_router())
    app.include_router(oidc_routes.router, prefix=PREFIX)
    server = uvicorn.Server(uvicorn.Config(app, port=ours, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield Site(review, issuer)
    server.should_exit = True
    thread.join(20)
    node.terminate()
    node.wait(10)
    node.stdout.close()


@pytest.fixture(autouse=True)
def people(ledger: Ledger) -> None:
    with ledger.change("setup") as change:
        add_user(change, User("emil", "Emil", Role.ADMIN), "correct horse battery")
        for name in ("ann", "mallory", "lea"):
            add_user(change, User(f"{name}@example.org", name.title(), Role.REVIEWER))
        add_user(change, User("pat@example.org", "Pat", Role.REVIEWER), "correct horse battery")
        set_active(change, "lea@example.org", active=False)


def test_a_user_comes_in_through_the_provider_and_stays_bound(ledger: Ledger, site: Site) -> None:
    for _ in range(2):
        client, entered = site.log_in("ann")
        assert "Welcome, Ann" in entered.text
        assert f'content="0; url={PREFIX}/"' in entered.text
        assert "Ann <small>reviewer" in client.get(f"{site.review}/").text
        client.close()
    with ledger.database.reading() as connection:
        row = connection.execute(select(users).where(users.c.name == "ann@example.org")).one()
        actions = [
            event.action for event in read_events(connection) if event.subject == "user ann@example.org"
        ]
    assert (row.issuer, row.external_id) == (site.issuer, "ann")
    assert actions == ["user added", "identity bound", "logged in", "logged in"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nobody", "is no user here"),
        ("mallory", "has not verified"),
        ("lea", "is locked out"),
        ("pat", "is no user here"),  # has a password here: an address at the provider does not take it over
    ],
)
def test_who_is_not_known_here_stays_out(site: Site, name: str, why: str) -> None:
    client, answer = site.log_in(name)
    assert answer.status_code == 403
    assert why in answer.text
    assert client.get(f"{site.review}/").status_code == 303
    client.close()


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(site: Site) -> None:
    with httpx.Client(trust_env=False) as victim:
        assert victim.get(f"{site.review}/oidc/callback?code=x&state=y").status_code == 403
        victim.get(f"{site.review}/oidc")
        assert victim.get(f"{site.review}/oidc/callback?code=x&state=y").status_code == 403
        assert (
            "refused: access_denied"
            not in victim.get(f"{site.review}/oidc/callback?error=access_denied").text
        )
        victim.cookies.set("xref-oidc", "not one")
        assert victim.get(f"{site.review}/oidc/callback?code=x&state=y").status_code == 403


def test_a_code_is_good_for_one_browser_and_one_time(site: Site) -> None:
    client, entered = site.log_in("ann")
    spent = str(entered.url)
    assert client.get(spent).status_code == 403
    with httpx.Client(trust_env=False) as other:
        other.get(f"{site.review}/oidc")
        assert other.get(spent).status_code == 403
    client.close()


def test_a_token_of_another_issuer_audience_or_nonce_is_refused(site: Site, monkeypatch: Any) -> None:
    seen: list[tuple[str, str]] = []
    real = IdentityProvider._claims

    def keep(self: IdentityProvider, token: str, nonce: str, now: datetime) -> Any:
        seen.append((token, nonce))
        return real(self, token, nonce, now)

    monkeypatch.setattr(IdentityProvider, "_claims", keep)
    client, _ = site.log_in("ann")
    client.close()
    (token, nonce), now = seen[0], datetime.now(UTC)
    good = IdentityProvider(Client(site.issuer, "xref", SECRET))
    assert real(good, token, nonce, now)["sub"] == "ann"
    head, body, signed = token.split(".")
    late = datetime.fromtimestamp(now.timestamp() + 100_000, UTC)
    for provider, text, number, when in (
        (IdentityProvider(Client(site.issuer, "another", SECRET)), token, nonce, now),
        (good, token, "another", now),
        (good, token, nonce, late),
        (good, f"{head}.{body[:-4]}AAAA.{signed}", nonce, now),
        (good, f"{head}.{body}.{signed[:-4]}AAAA", nonce, now),
        (good, f"eyJhbGciOiJub25lIn0.{body}.", nonce, now),
    ):
        with pytest.raises(Exception, match=r"(?i)claim|signature|algorithm|expired|decod|token"):
            real(provider, text, number, when)
