import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.cli.main import main

HEADER = (
    "entry_id,schema,name,aliases,weak_aliases,previous_names,countries,programmes,"
    "listing_date,end_date,identifiers,addresses,source_url,remarks\n"
)
ROWS = (
    "1,Organization,PUBLIC JOINT STOCK COMPANY UNITED AIRCRAFT CORPORATION,"
    "PJSC UAC | UNITED AIRCRAFT CORPORATION,MIG,OJSC UAC,ru,RUSSIA-EO14024,2022-06-28,,"
    "innCode:7708619320,Moscow,https://example.org/1,\n"
    "2,Organization,KOREA MINING DEVELOPMENT TRADING CORPORATION,KOMID,,,kp,NPWMD,2005-06-28,,,,"
    "https://example.org/2,\n"
    "3,Vessel,CHON MA SAN,,,,kp,DPRK4,2018-02-23,2020-01-01,imoNumber:8660313,,https://example.org/3,\n"
)


@dataclass
class Done:
    code: int
    out: str
    err: str


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three listed parties in the entry-table format."""
    path = tmp_path / "table.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


@pytest.fixture
def run(tmp_path, monkeypatch, capsysbinary):
    """Run the command in this process against an empty data folder."""
    monkeypatch.setenv("SANCTIONS_XREF_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")

    def run_command(*arguments: object, given: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["sanctions-xref", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsysbinary.readouterr()
        code = ended.value.code
        return Done(0 if code is None else int(code), out.decode(), err.decode())

    return run_command


@pytest.fixture
def loaded(run, table):
    """The same with the three parties loaded as `test_list`."""
    done = run("lists", "import", "--list", "test_list", table)
    assert done.code == 0, done.err
    return run
