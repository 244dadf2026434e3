"""Logging in with an identity provider: OpenID Connect, authorization code with PKCE, nothing kept on the way.

The order: `begin` sends the browser to the provider with a state, a nonce and a challenge; the browser keeps all
three in a cookie that only this site can set; `finish` takes the code that comes back, checks the state, fetches
the token over a connection of its own and checks the ID token: signature by a key of the provider, issuer,
audience, time and nonce. Roles are given here, never by the provider.
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select, update

from service.review.accounts import User, as_user, get_row
from service.review.errors import NotAllowed, NotPossible
from service.review.ledger import Change
from service.review.tables import users

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
LEEWAY = 60
TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Client:
    """How the provider knows this service; `claim` says which claim is the user's name here."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "email"


@dataclass(frozen=True, slots=True)
class Pending:
    """A login that has begun; it lies in the browser's cookie meanwhile."""

    state: str
    nonce: str
    verifier: str

    def sealed(self) -> str:
        """Return it as the value of a cookie."""
        return urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says has logged in."""

    issuer: str
    subject: str
    name: str


class IdentityProvider:
    """A provider, found by its issuer when the first user comes."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._found: dict[str, Any] | None = None
        self._keys: KeySet | None = None

    def begin(self, redirect_uri: str) -> tuple[str, Pending]:
        """Return where to send the browser, and what its cookie keeps."""
        pending = Pending(*(secrets.token_urlsafe(32) for _ in range(3)))
        with self._session(redirect_uri) as session:
            url, _ = session.create_authorization_url(
                self._metadata()["authorization_endpoint"],
                state=pending.state,
                nonce=pending.nonce,
                code_verifier=pending.verifier,
            )
        return str(url), pending

    def finish(self, redirect_uri: str, sealed: str, query: Mapping[str, str], now: datetime) -> Identity:
        """Return who has logged in; `NotAllowed` where anything does not fit."""
        pending = _opened(sealed)
        if not hmac.compare_digest(pending.state.encode(), query.get("state", "").encode()):
            raise NotAllowed("this login was not begun in this browser; begin again")
        if "code" not in query:
            raise NotAllowed(f"the identity provider refused: {query.get('error', 'no reason given')[:100]}")
        try:
            with self._session(redirect_uri) as session:
                token = session.fetch_token(
                    self._metadata()["token_endpoint"], code=query["code"], code_verifier=pending.verifier
                )
            return self._identity(self._claims(str(token.get("id_token", "")), pending.nonce, now))
        except (OAuthError, JoseError, ValueError) as error:
            raise NotAllowed(f"the identity provider's answer does not hold: {error}") from error
        except httpx.HTTPError as error:
            raise NotPossible(f"the identity provider cannot be reached: {type(error).__name__}") from error

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        name = claims.get(self.client.claim)
        if not isinstance(name, str) or not name:
            raise NotAllowed(f"the identity provider does not tell the claim {self.client.claim!r}")
        if self.client.claim == "email" and claims.get("email_verified") is not True:
            raise NotAllowed("the identity provider has not verified this e-mail address")
        return Identity(self.client.issuer, str(claims["sub"]), name.lower())

    def _claims(self, token: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        try:
            decoded = jwt.decode(token, self._key_set(), algorithms=ALGORITHMS)
        except JoseError:  # the provider may have changed its keys since
            self._keys = None
            decoded = jwt.decode(token, self._key_set(), algorithms=ALGORITHMS)
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.client.issuer},
            aud={"essential": True, "value": self.client.client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            sub={"essential": True},
        )
        registry.validate(decoded.claims)
        return decoded.claims

    def _session(self, redirect_uri: str) -> OAuth2Client:
        return OAuth2Client(
            self.client.client_id,
            self.client.client_secret,
            scope="openid email profile",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT,
            trust_env=False,
        )

    def _metadata(self) -> dict[str, Any]:
        if self._found is None:
            found = _get(self.client.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found.get("issuer") != self.client.issuer:
                raise NotPossible(f"{self.client.issuer} names another issuer: {found.get('issuer')}")
            self._found = found
        return self._found

    def _key_set(self) -> KeySet:
        if self._keys is None:
            self._keys = KeySet.import_key_set(_get(self._metadata()["jwks_uri"]))  # type: ignore[arg-type]  # JSON
        return self._keys


def user_of(change: Change, identity: Identity) -> User:
    """Return the user of an identity; the first login binds a user without a password to it for good."""
    same = (users.c.issuer == identity.issuer) & (users.c.external_id == identity.subject)
    row = change.connection.execute(select(users).where(same)).first()
    if row is None:
        row = get_row(change.connection, identity.name)
        if row is None or row.password is not None or row.external_id is not None:
            raise NotAllowed(f"{identity.name} is no user here; an administrator adds the users")
        bound = {"issuer": identity.issuer, "external_id": identity.subject}
        change.connection.execute(update(users).where(users.c.name == row.name).values(**bound))
        change.record("identity bound", f"user {row.name}", bound)
    if not row.active:
        raise NotAllowed(f"{row.name} is locked out")
    return as_user(row)


def _opened(sealed: str) -> Pending:
    try:
        return Pending(**json.loads(urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))))
    except (ValueError, TypeError):
        raise NotAllowed("this login was not begun in this browser; begin again") from None


def _get(url: str) -> dict[str, Any]:
    try:
        answer = httpx.get(url, timeout=TIMEOUT, trust_env=False)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise NotPossible(
            f"the identity provider cannot be reached: {url}: {type(error).__name__}"
        ) from error
    return found
