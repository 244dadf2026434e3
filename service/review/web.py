"""The review in the application: what every page has in common.

Policy: no page works without a session except the login; every change carries the session's CSRF token and
comes from this origin; the content security policy allows nothing but the files that ship (no inline
script, no inline style); nothing is cached.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from service.keys import Scope
from service.review.accounts import Right
from service.review.desk import Desk
from service.review.errors import NotAllowed, NotLoggedIn, ReviewError, TooManyAttempts
from service.review.page_headers import PageHeaders
from service.review.pages.drawing import odds
from service.review.sessions import Session, check_csrf, find_session
from service.routes.access import given_key

PREFIX = "/review"
_MESSAGES = {404: "there is no such page", 422: "the address, or what was sent, is not of this page"}
Answering = Callable[[Request, Exception], Coroutine[None, None, Response]]
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def attach_review(app: FastAPI, desk: Callable[[], Desk], oidc: object = None) -> None:
    """Put the review's pages into an application, under `/review`; `desk` gives the desk when it is needed.

    `oidc` is the `IdentityProvider` where there is one; its library is an extra of its own.
    """
    app.state.review_oidc = oidc
    app.state.review = desk
    app.state.review_pages = environment()
    app.mount(
        f"{PREFIX}/static", StaticFiles(directory=str(files("service") / "static")), name="review-static"
    )
    app.add_exception_handler(ReviewError, show_error)
    for kind in (HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _page_for_browsers(app.exception_handlers[kind]))
    app.add_middleware(PageHeaders, prefix=PREFIX)


@cache
def environment() -> Environment:
    """Return the templates: everything is escaped, and an unknown name is an error."""
    pages = Environment(
        loader=PackageLoader("service", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["percent"] = _percent
    pages.filters["share"] = "{:.0%}".format
    pages.filters["signed"] = lambda value: f"{value:+.2f}".replace("-", "−")
    pages.filters["odds"] = odds
    pages.filters["day"] = lambda value: (value or "")[:10]
    pages.filters["minute"] = lambda value: (value or "")[:16].replace("T", " ")
    return pages


def _percent(value: float) -> str:
    """Return a share in per cent; certainty is never shown, since no match is certain."""
    if value > 0.999:
        return ">99.9%"
    return f"{value:.1%}" if value >= 0.99 or value < 0.1 else f"{value:.0%}"


def get_desk(request: Request) -> Desk:
    """Return the desk of the application."""
    desk: Desk = request.app.state.review()
    return desk


def is_secure(request: Request, desk: Desk) -> bool:
    """Return whether the session cookie is sent over HTTPS only.

    Plain HTTP to this very machine is let pass, so that a trial needs no certificate: nobody listens in there.
    """
    return desk.secure and not (request.url.scheme == "http" and request.url.hostname in LOOPBACK)


def cookie_name(request: Request, desk: Desk) -> str:
    """Return the session cookie's name; the prefix makes browsers refuse one that was set from elsewhere."""
    return "__Host-xref-session" if is_secure(request, desk) else "xref-session"


def current_session(request: Request, desk: Annotated[Desk, Depends(get_desk)]) -> Session:
    """Return the session of a request; raise `NotLoggedIn` where it has none."""
    token = request.cookies.get(cookie_name(request, desk))
    return find_session(desk.ledger.database, token, desk.ledger.clock())


def reader(session: Annotated[Session, Depends(current_session)]) -> Session:
    """Return the session of somebody who may read cases."""
    session.user.must(Right.READ)
    return session


def visitor(request: Request, desk: Annotated[Desk, Depends(get_desk)]) -> Session | None:
    """Return the session of a reader; None for anybody where the service itself answers everybody."""
    try:
        return reader(current_session(request, desk))
    except NotLoggedIn:
        if desk.is_open():
            return None
        raise


async def writer(request: Request, session: Annotated[Session, Depends(current_session)]) -> Session:
    """Return the session of a change: its CSRF token fits and it comes from this origin."""
    check_origin(request)
    token = request.headers.get("X-CSRF-Token")
    if token is None:
        form = await request.form()
        field = form.get("csrf")
        token = field if isinstance(field, str) else None
    check_csrf(session, token)
    return session


def check_origin(request: Request) -> None:
    """Raise `NotAllowed` where a browser says that the request comes from another site."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed("the request came from another site")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
        raise NotAllowed("the request came from another site")


def machine(request: Request, desk: Annotated[Desk, Depends(get_desk)]) -> Session | None:
    """Let a program in that has an API key with the scope `review`, or the session of an auditor."""
    text = given_key(request)
    if text is None:
        session = current_session(request, desk)
        session.user.must(Right.AUDIT)
        return session
    key = desk.keys.find(text) if desk.keys is not None else None
    if key is None:
        raise NotLoggedIn("the API key is not good; `sanctions-xref keys create` makes one")
    if not key.allows(Scope.REVIEW):
        raise NotAllowed(f"the key {key.id} may not review; its scopes: {', '.join(key.scopes)}")
    return None


DeskGiven = Annotated[Desk, Depends(get_desk)]
Reading = Annotated[Session, Depends(reader)]
Writing = Annotated[Session, Depends(writer)]
Visiting = Annotated[Session | None, Depends(visitor)]


def page(
    request: Request, name: str, session: Session | None, context: Mapping[str, Any], status: int = 200
) -> Response:
    """Return a page made from a template."""
    template = request.app.state.review_pages.get_template(f"{name}.html")
    known = {
        "root": request.scope.get("root_path", "") + PREFIX,
        "session": session,
        "path": request.url.path,
        "open": False,
        "oidc": request.app.state.review_oidc is not None,
    }
    return HTMLResponse(template.render({**known, **context}), status_code=status)


def go(request: Request, where: str) -> Response:
    """Return the way to another page after a change; `where` is a path below `/review`."""
    target = request.scope.get("root_path", "") + PREFIX + where
    if request.headers.get("HX-Request") == "true":
        return Response(status_code=200, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)


async def show_error(request: Request, error: Exception) -> Response:
    """Return an error of the review as a page, or as JSON where the caller is a program."""
    assert isinstance(error, ReviewError)  # noqa: S101 it is registered for nothing else
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooManyAttempts) else {}
    if _is_under(request, "/api/") or not _is_under(request, "/"):
        return JSONResponse({"detail": str(error)}, error.status, headers)
    if isinstance(error, NotLoggedIn) and not request.url.path.endswith("/login"):
        return go(request, "/login")
    name = "login" if request.url.path.endswith("/login") else "error"
    shown = page(request, name, None, {"message": str(error), "status": error.status}, error.status)
    shown.headers.update(headers)
    return shown


def _page_for_browsers(otherwise: Callable[[Request, Any], Any]) -> Answering:
    """Return what answers an error below `/review` with a page, where a browser asks; anybody else as before."""

    async def show(request: Request, error: Exception) -> Response:
        asks_for_page = "text/html" in request.headers.get("Accept", "") and not _is_under(request, "/api/")
        if not _is_under(request, "/") or not asks_for_page:
            return cast("Response", await otherwise(request, error))
        status = getattr(error, "status_code", 422)
        message = _MESSAGES.get(status, "this cannot be done here")
        shown = page(request, "error", None, {"message": message, "status": status}, status)
        shown.headers.update(getattr(error, "headers", None) or {})
        return shown

    return show


def _is_under(request: Request, place: str) -> bool:
    """Tell whether a request is for what is below a place of the review."""
    return request.url.path.startswith(request.scope.get("root_path", "") + PREFIX + place)
