"""Logging in and out, and making the first user."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from service.review.desk import Desk
from service.review.errors import Malformed, NotAllowed, NotPossible
from service.review.first_user import has_users, make_first_user
from service.review.sessions import LONGEST, log_in, log_out, open_session
from service.review.web import DeskGiven, Writing, check_origin, cookie_name, go, is_secure, page

router = APIRouter()
Field = Annotated[str, Form()]


@router.get("/login")
def show_login(request: Request, desk: DeskGiven) -> Response:
    """Show the login, or the way to the first user while there is none."""
    if _is_new(desk):
        return go(request, "/setup")
    return page(request, "login", None, {"message": "", "status": 200, "open": desk.is_open()})


@router.post("/login")
def do_login(request: Request, desk: DeskGiven, name: Field = "", password: Field = "") -> Response:
    """Log a user in: always a new session, whatever cookie came along."""
    check_origin(request)
    token = log_in(desk.ledger, name.strip().lower(), password, address_of(request))
    return with_session(request, desk, go(request, "/"), token)


@router.get("/setup")
def show_setup(request: Request, desk: DeskGiven, code: str = "") -> Response:
    """Show the form for the first user."""
    if not _is_new(desk):
        return go(request, "/login")
    return page(request, "setup", None, {"code": code, "message": ""})


@router.post("/setup")
def do_setup(
    request: Request,
    desk: DeskGiven,
    code: Field = "",
    name: Field = "",
    display: Field = "",
    password: Field = "",
) -> Response:
    """Make the first user, an administrator, and log him or her in."""
    check_origin(request)
    if not _is_new(desk):
        raise NotPossible("the first user is there already; log in")
    chosen = (name.strip().lower(), display.strip())
    try:
        with desk.ledger.change(chosen[0][:200] or "?") as change:
            first = make_first_user(change, desk.places.setup, code.strip(), chosen, password)
            token = open_session(change, first, address_of(request), by="setup code")
    except (Malformed, NotAllowed) as error:
        return page(request, "setup", None, {"code": code, "message": str(error)}, error.status)
    desk.places.setup.unlink(missing_ok=True)
    return with_session(request, desk, go(request, "/users"), token)


@router.post("/logout")
def do_logout(request: Request, desk: DeskGiven, session: Writing) -> Response:
    """End the session."""
    log_out(desk.ledger, session)
    response = go(request, "/login")
    name, secure = cookie_name(request, desk), is_secure(request, desk)
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")
    return response


def with_session(request: Request, desk: Desk, response: Response, token: str) -> Response:
    """Return a response that hands the browser its session."""
    response.set_cookie(
        cookie_name(request, desk),
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=is_secure(request, desk),
        httponly=True,
        samesite="strict",
    )
    return response


def _is_new(desk: Desk) -> bool:
    with desk.ledger.database.reading() as connection:
        return not has_users(connection)


def address_of(request: Request) -> str:
    """Return where a request comes from."""
    return request.client.host if request.client else "unknown"
