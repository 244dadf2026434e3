"""The options that several commands share, each declared once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How results are written."""

    TABLE = "table"
    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"


FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        "-f",
        case_sensitive=False,
        help="How results are written; a table on a terminal and JSON lines in a pipe where not given.",
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        file_okay=False,
        help="Folder of the loaded lists; else SANCTIONS_XREF_DATA, else the user's data folder.",
    ),
]
ListOption = Annotated[
    list[str] | None,
    typer.Option("--list", "-l", metavar="LIST", help="Only this list; may be given several times."),
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=500, help="Most matches of one name.")]
MinConfidenceOption = Annotated[
    float,
    typer.Option("--min-confidence", min=0.0, max=1.0, help="Leave out matches below this confidence."),
]
PriorOption = Annotated[
    float | None,
    typer.Option(
        "--prior",
        help="Share of your names that are listed, between 0 and 1; moves every confidence. "
        "Default: 0.25; for names in texts 0.05.",
    ),
]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Show how each confidence comes about, row by row (tables only).")
]
InputOption = Annotated[
    str | None,
    typer.Option(
        "--input",
        "-i",
        metavar="FILE",
        help="File to read, also packed (.gz …) or .xlsx; - is standard input.",
    ),
]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="Say who was listed on this day, not today."),
]
KnownAsOfOption = Annotated[
    datetime | None,
    typer.Option("--known-as-of", formats=["%Y-%m-%d"], help="Ask the versions of this day."),
]
