"""Groups of commands whose modules are imported when they are called: a command pays for itself only."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import typer
from typer.core import TyperGroup


def lazy_group(modules: Mapping[str, str]) -> type[TyperGroup]:
    """Return a group of the commands in a table: name → module, which holds it in its `app`.

    An `app` of one command is that command; one of several is asked for the name, else stands for itself.
    """

    class LazyGroup(TyperGroup):
        def list_commands(self, _context: typer.Context) -> list[str]:  # type: ignore[override]  # context of click
            return list(modules)

        def get_command(self, _context: typer.Context, name: str):  # type: ignore[no-untyped-def, override]  # as above
            if name not in modules:
                return None
            found = typer.main.get_command(import_module(modules[name]).app)
            return getattr(found, "commands", {}).get(name, found)

    return LazyGroup
