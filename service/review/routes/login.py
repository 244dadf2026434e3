"""Logging in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from service.review.sessions import LONGEST, log_in, log_out
from service.review.web import DeskGiven, Writing, check_origin, cookie_name, go, page

router = APIRouter()


@router.get("/login")
def show_login(request: Request) -> Response:
    """Show the login."""
    return page(request, "login", None, {"message": "", "status": 200})


@router.post("/login")
def do_login(
    request: Request,
    desk: DeskGiven,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Log a user in: always a new session, whatever cookie came along."""
    check_origin(request)
    address = request.client.host if request.client else "unknown"
    token = log_in(desk.ledger, name.strip().lower(), password, address)
    response = go(request, "/")
    response.set_cookie(
        cookie_name(desk),
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=desk.secure,
        httponly=True,
        samesite="strict",
    )
    return response


@router.post("/logout")
def do_logout(request: Request, desk: DeskGiven, session: Writing) -> Response:
    """End the session."""
    log_out(desk.ledger, session)
    response = go(request, "/login")
    response.delete_cookie(cookie_name(desk), path="/", secure=desk.secure, httponly=True, samesite="strict")
    return response
