"""Users and rules: for administrators, who decide no cases."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel

from service.review.accounts import Right, Role, User, add_user, all_users, set_active, set_password, set_role
from service.review.errors import Malformed
from service.review.judgements import MEANINGS
from service.review.register import Rule, policy_in_force, put_rule, rules
from service.review.web import DeskGiven, Reading, Writing, go, page

router = APIRouter()
Field = Annotated[str, Form()]


class NewUser(BaseModel):
    """The form for a new user."""

    name: str = ""
    display: str = ""
    role: str = ""
    password: str = ""


class NewRule(BaseModel):
    """The form for a rule; `value` is JSON."""

    key: str = ""
    value: str = ""
    owner: str = ""
    rationale: str = ""


@router.get("/users")
def show_users(request: Request, desk: DeskGiven, session: Reading) -> Response:
    """Show who may log in; auditors may look."""
    if not session.user.may(Right.AUDIT):
        session.user.must(Right.ADMINISTER)
    with desk.ledger.database.reading() as connection:
        known = all_users(connection)
    roles = [role.value for role in Role]
    missing = sorted(set(roles) - {row.role for row in known if row.active})
    return page(request, "users", session, {"users": known, "roles": roles, "missing": missing})


@router.post("/users")
def create_user(
    request: Request, desk: DeskGiven, session: Writing, given: Annotated[NewUser, Form()]
) -> Response:
    """Add a user."""
    session.user.must(Right.ADMINISTER)
    with desk.ledger.change(session.user.name) as change:
        add_user(change, User(given.name, given.display, _role(given.role)), given.password or None)
    return go(request, "/users")


@router.post("/users/{name}/{what}")
def change_user(
    request: Request, desk: DeskGiven, session: Writing, name: str, what: str, value: Field = ""
) -> Response:
    """Set a user's role or password, lock the user out or let the user in again."""
    session.user.must(Right.ADMINISTER)
    with desk.ledger.change(session.user.name) as change:
        if what == "role":
            set_role(change, name, _role(value))
        elif what == "password":
            set_password(change, name, value)
        elif what in ("lock", "unlock"):
            set_active(change, name, active=what == "unlock")
        else:
            raise Malformed(f"{what!r} is nothing that can be changed")
    return go(request, "/users")


@router.get("/rules")
def show_rules(request: Request, desk: DeskGiven, session: Reading) -> Response:
    """Show the rules in force and every earlier value with owner and rationale."""
    with desk.ledger.database.reading() as connection:
        policy, history = policy_in_force(connection), rules(connection)
    values = {key: json.dumps(value, ensure_ascii=False) for key, value in asdict(policy).items()}
    return page(request, "rules", session, {"policy": values, "history": history, "meanings": MEANINGS})


@router.post("/rules")
def put(request: Request, desk: DeskGiven, session: Writing, given: Annotated[NewRule, Form()]) -> Response:
    """Put a rule in force."""
    session.user.must(Right.ADMINISTER)
    try:
        parsed = json.loads(given.value)
    except ValueError:
        raise Malformed(f"{given.value!r} is not a number and not a list of words in JSON") from None
    with desk.ledger.change(session.user.name) as change:
        put_rule(change, Rule(given.key, parsed, given.owner, given.rationale))
    return go(request, "/rules")


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise Malformed(f"{text!r} is not a role; known: {', '.join(Role)}") from None
