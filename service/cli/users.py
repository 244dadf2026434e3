"""`sanctions-xref users`: who may log in to the review."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from service.cli.console import printable, say
from service.cli.options import DataOption
from service.cli.review import ActorOption, open_review
from service.review import accounts
from service.review.accounts import Role, User
from service.review.importing import check_actor

EXAMPLES = """Example:

  sanctions-xref users add ann --role reviewer

The password is asked for; in a pipe it is the first line of standard input.
"""
app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Users of the review.")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]


@app.command(epilog=EXAMPLES)
def add(
    name: NameArgument,
    role: Annotated[Role, typer.Option("--role", help="What the user may do.")] = Role.REVIEWER,
    display: Annotated[str, typer.Option("--display", help="Name that others see.")] = "",
    actor: ActorOption = "operator",
    data: DataOption = None,
) -> None:
    """Add a user."""
    password = _password()
    ledger, _ = open_review(data)
    with ledger.change(check_actor(actor)) as change:
        accounts.add_user(change, User(name, display, role), password)
    say(f"{role} {name} may log in")


@app.command()
def password(name: NameArgument, actor: ActorOption = "operator", data: DataOption = None) -> None:
    """Set a user's password and end the user's sessions."""
    fresh = _password()
    ledger, _ = open_review(data)
    with ledger.change(check_actor(actor)) as change:
        accounts.set_password(change, name, fresh)


@app.command("list")
def list_(data: DataOption = None) -> None:
    """Show every user: name, role, state."""
    ledger, _ = open_review(data)
    with ledger.database.reading() as connection:
        for row in accounts.all_users(connection):
            typer.echo(
                f"{row.name}\t{row.role}\t{'active' if row.active else 'locked'}\t{printable(row.display)}"
            )


@app.command()
def lock(name: NameArgument, actor: ActorOption = "operator", data: DataOption = None) -> None:
    """Lock a user out; nothing of the user is deleted."""
    _set_active(name, actor, data, active=False)


@app.command()
def unlock(name: NameArgument, actor: ActorOption = "operator", data: DataOption = None) -> None:
    """Let a user in again."""
    _set_active(name, actor, data, active=True)


def _set_active(name: str, actor: str, data: DataOption, *, active: bool) -> None:
    ledger, _ = open_review(data)
    with ledger.change(check_actor(actor)) as change:
        accounts.set_active(change, name, active=active)


def _password() -> str:
    if sys.stdin.isatty():
        given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    accounts.check_password(given)
    return given
