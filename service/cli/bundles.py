"""`sanctions-xref lists export-bundle|import-bundle`: lists in one file, for a site without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lists.bundle import Bundled, export_bundle, import_bundle
from service.cli.console import results
from service.cli.given import settings_with
from service.cli.options import DataOption
from service.errors import BadRequest
from service.holdings import store_of
from service.schemas.versions import bundle_out

SHORTEST_KEY = 16
app = typer.Typer(add_completion=False, rich_markup_mode=None)
KeyOption = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        exists=True,
        dir_okay=False,
        help="File with a key that both sides share; the bundle is signed with it.",
    ),
]
TargetArgument = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="The bundle.")]
BundleArgument = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The bundle.")
]


@app.command("export-bundle")
def export(
    target: TargetArgument,
    list_ids: Annotated[
        list[str] | None, typer.Option("--list", "-l", metavar="LIST", help="Only this list.")
    ] = None,
    key_file: KeyOption = None,
    data: DataOption = None,
) -> None:
    """Write the versions that answer now to one file, for a site without a network."""
    store = store_of(settings_with(data).data)
    chosen = [snapshot for snapshot in store.active() if not list_ids or snapshot.list_id in list_ids]
    missing = set(list_ids or ()) - {snapshot.list_id for snapshot in chosen}
    if missing:
        raise BadRequest(f"not loaded: {', '.join(sorted(missing))}")
    if not target.absolute().parent.is_dir():
        raise BadRequest(f"{target.parent} is not a folder")
    _tell(export_bundle(store, target, chosen, _key(key_file)), f"written to {target}")


@app.command("import-bundle")
def import_(source: BundleArgument, key_file: KeyOption = None, data: DataOption = None) -> None:
    """Load the versions of a bundle; nothing of it where any byte was changed."""
    store = store_of(settings_with(data).data)
    _tell(import_bundle(store, source, _key(key_file)), "loaded")


def _tell(bundled: Bundled, done: str) -> None:
    said = bundle_out(bundled)
    for list_id, version in said.versions.items():
        results().print(f"{list_id} {version} {done}", soft_wrap=True)
    how = "signed with the key" if said.signed else "not signed; compare this over another channel"
    results().print(f"SHA-256 of the manifest: {said.sha256} ({how})", soft_wrap=True)


def _key(path: Path | None) -> bytes | None:
    if path is None:
        return None
    key = path.read_bytes().strip()
    if len(key) < SHORTEST_KEY:
        raise BadRequest(f"{path}: the key has {len(key)} bytes; at least {SHORTEST_KEY} are needed")
    return key
