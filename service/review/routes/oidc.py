"""Logging in with the identity provider."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from service.review.desk import Desk
from service.review.errors import Absent
from service.review.oidc import IdentityProvider, user_of
from service.review.routes.login import address_of, with_session
from service.review.sessions import open_session
from service.review.web import PREFIX, DeskGiven, is_secure, page

router = APIRouter()
LONGEST = 600
"""Seconds that a user may take at the provider."""


@router.get("/oidc")
def begin(request: Request, desk: DeskGiven) -> Response:
    """Send the browser to the identity provider."""
    url, pending = _provider(request).begin(_redirect_uri(request))
    response = RedirectResponse(url, 303)
    response.set_cookie(
        _cookie(request, desk),
        pending.sealed(),
        LONGEST,
        secure=is_secure(request, desk),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/oidc/callback")
def finish(request: Request, desk: DeskGiven) -> Response:
    """Log in whom the provider names; the page goes on by itself, since a strict cookie does not cross sites."""
    cookie = _cookie(request, desk)
    sealed = request.cookies.get(cookie, "")
    identity = _provider(request).finish(
        _redirect_uri(request), sealed, request.query_params, desk.ledger.clock()
    )
    with desk.ledger.change(identity.name[:200]) as change:
        user = user_of(change, identity)
        token = open_session(change, user, address_of(request), by="identity provider")
    response = with_session(request, desk, page(request, "entered", None, {"name": user.display}), token)
    response.delete_cookie(cookie, secure=is_secure(request, desk), httponly=True, samesite="lax")
    return response


def _provider(request: Request) -> IdentityProvider:
    provider: IdentityProvider | None = request.app.state.review_oidc
    if provider is None:
        raise Absent("no identity provider is set up here")
    return provider


def _redirect_uri(request: Request) -> str:
    root = request.scope.get("root_path", "")
    return f"{request.url.scheme}://{request.url.netloc}{root}{PREFIX}/oidc/callback"


def _cookie(request: Request, desk: Desk) -> str:
    return "__Host-xref-oidc" if is_secure(request, desk) else "xref-oidc"
