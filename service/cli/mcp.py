"""`sanctions-xref mcp`: a server of the Model Context Protocol over standard input and output."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import typer

from service.cli.given import settings_with
from service.cli.options import DataOption
from service.errors import SettingsError

EXAMPLES = """Examples:

  sanctions-xref mcp

  {"mcpServers": {"sanctions-xref": {"command": "sanctions-xref", "args": ["mcp"]}}}

The second is what an agent's configuration says. Tools: screen_text, match_name, explain_match, list_status.
"""
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("mcp", epilog=EXAMPLES)
def serve_agents(data: DataOption = None) -> None:
    """Answer an agent's questions until it hangs up; needs the extra `mcp`."""
    if find_spec("mcp") is None:
        raise SettingsError('this needs a package: pip install "sanctions-xref[mcp]"')
    import_module("service.agents").agent_server(settings_with(data).data).run()
