"""`sanctions-xref evaluate`: the benchmark, this matcher beside others, written as a page with charts."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import httpx
import typer

from service.cli.console import say
from service.errors import InputError
from service.evaluation.bench import Bench, Plan
from service.evaluation.costs import SIZES
from service.evaluation.endpoints import Endpoint
from service.evaluation.exchange import write_trial
from service.evaluation.peers import PeerEnvironment
from service.evaluation.subjects import Command, Subject
from service.evaluation.trials import TRIALS, Material, load_material

EXAMPLES = """Examples:

  sanctions-xref evaluate --lists tables --names negatives --trial one-list --most 300

  sanctions-xref evaluate --peers .venv-peers --costs --out docs/benchmark

  sanctions-xref evaluate --export trials

  sanctions-xref evaluate --command "mine=python answer.py" --command-threshold 0.8

How it is measured, and how to run your own matcher through it: docs/benchmark.md.
"""
FolderOption = Annotated[
    Path, typer.Option("--lists", file_okay=False, help="Folder of entry tables, one CSV a list.")
]
NamesOption = Annotated[
    Path, typer.Option("--names", file_okay=False, help="Folder of names that are on no list.")
]
TrialOption = Annotated[
    list[str] | None, typer.Option("--trial", help=f"Only this trial: {', '.join(TRIALS)}.")
]
MostOption = Annotated[
    int | None, typer.Option("--most", min=10, help="At most so many names of a kind in a trial.")
]
PeersOption = Annotated[
    Path | None,
    typer.Option(
        "--peers", file_okay=False, help="Environment of the peers; without it LogicV2 is left out."
    ),
]
OutOption = Annotated[
    Path, typer.Option("--out", file_okay=False, help="Folder for the page and its charts.")
]
CacheOption = Annotated[
    Path | None, typer.Option("--cache", file_okay=False, help="Keeps the answers of other matchers.")
]
CommandOption = Annotated[
    list[str] | None, typer.Option("--command", metavar="NAME=COMMAND", help="Another matcher, as a command.")
]
EndpointOption = Annotated[
    list[str] | None,
    typer.Option("--endpoint", metavar="URL", help="Another matcher, as a yente match endpoint."),
]
ThresholdOption = Annotated[
    float, typer.Option("--command-threshold", help="Default threshold of other matchers.")
]
app = typer.Typer(rich_markup_mode=None)


@app.command(epilog=EXAMPLES)
def evaluate(
    tables: FolderOption = Path("../shared/data/import"),
    names: NamesOption = Path("../shared/eval"),
    trials: TrialOption = None,
    most: MostOption = None,
    peers: PeersOption = None,
    out: OutOption = Path("docs/benchmark"),
    cache: CacheOption = Path(".bench-cache"),
    commands: CommandOption = None,
    endpoints: EndpointOption = None,
    threshold: ThresholdOption = 0.7,
    costs: Annotated[
        bool, typer.Option("--costs", help="Also measure how cost grows, up to three million names.")
    ] = False,
    export: Annotated[
        Path | None, typer.Option("--export", file_okay=False, help="Only write the trials as files.")
    ] = None,
) -> None:
    """Measure matching on held-out names, beside other matchers."""
    keys = _known(trials or list(TRIALS))
    material = _load(tables, names)
    if export is not None:
        for key in keys:
            write_trial(TRIALS[key](material), export / key)
        say(f"wrote {len(keys)} trials to {export}")
        return
    others = (*_commands(commands or [], threshold), *_endpoints(endpoints or [], threshold))
    environment = PeerEnvironment(peers, Path()) if peers else None
    plan = Plan(keys, out, cache, environment, others, most, SIZES if costs else ())
    page = Bench(plan, material, tables, say).run()
    typer.echo("\n".join(page.parts))
    say(f"wrote {page.write(out)}")


def _known(keys: list[str]) -> tuple[str, ...]:
    for key in keys:
        if key not in TRIALS:
            raise InputError(f"no trial {key!r}; there are {', '.join(TRIALS)}")
    return tuple(keys)


def _load(tables: Path, names: Path) -> Material:
    try:
        return load_material(tables, names)
    except FileNotFoundError as error:
        raise InputError(f"{error}; give folders with --lists and --names") from error


def _commands(given: list[str], threshold: float) -> list[Subject]:
    found: list[Subject] = []
    for text in given:
        name, sign, command = text.partition("=")
        if not (name and sign and command):
            raise InputError(f"--command {text!r}: write NAME=COMMAND, for example mine='python answer.py'")
        found.append(Command(name, tuple(shlex.split(command)), threshold))
    return found


def _endpoints(given: list[str], threshold: float) -> list[Subject]:
    return [Endpoint(url, httpx.Client(timeout=60), threshold) for url in given]
