"""The command, its page and its charts, on the embedded sample."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from service.cli.evaluate import app
from service.evaluation.corpus import load_corpus
from service.evaluation.curves import ALARMS, Axis, Series, line_chart, recall_chart, reliability_chart
from service.evaluation.growth import generate
from service.evaluation.reliability import Observation, reliability

ROOT = Path(__file__).parents[3]
EMBEDDED = ROOT / "lists" / "embedded" / "data"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def names(tmp_path: Path) -> Path:
    lines = (ROOT / "tests" / "quality" / "cases" / "negatives.txt").read_text(encoding="utf-8").splitlines()
    folder = tmp_path / "names"
    folder.mkdir()
    (folder / "negatives_companies.txt").write_text("\n".join(lines[1:]), encoding="utf-8")
    return folder


def test_one_trial_is_measured_and_written_as_a_page(names: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = [
        "--lists",
        str(EMBEDDED),
        "--names",
        str(names),
        "--trial",
        "one-list",
        "--out",
        str(out),
        "--cache",
        str(tmp_path / "kept"),
    ]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    page = (out / "report.md").read_text(encoding="utf-8")
    for part in (
        "Held-out aliases, one list loaded",
        "| sanctions-xref |",
        "| rapidfuzz WRatio |",
        "calibration error",
        "## This matcher on the whole test side",
        "## Where the time goes",
        "## Listed names as they stand",
        "## Pairs",
        "## Speed",
    ):
        assert part in page
    for line in page.splitlines():
        if line.startswith("!["):
            ElementTree.parse(out / line.split("(")[1].rstrip(")"))


def test_missing_folders_are_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["--lists", str(tmp_path), "--names", str(tmp_path)])
    assert "no entry tables" in str(done.exception)


def test_an_unknown_trial_is_said_with_those_that_exist() -> None:
    done = CliRunner().invoke(app, ["--trial", "everything"])
    assert "no trial 'everything'; there are one-list" in str(done.exception)


def test_trials_can_be_exported(names: Path, tmp_path: Path) -> None:
    out = tmp_path / "trials"
    done = CliRunner().invoke(
        app, ["--lists", str(EMBEDDED), "--names", str(names), "--export", str(out)], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert {path.name for path in out.iterdir()} == {
        "one-list",
        "one-among-all",
        "all-lists",
        "cross-list",
        "perturbed",
        "short",
    }
    assert (out / "all-lists" / "entries.jsonl").stat().st_size > 1_000


def test_lines_stay_inside_the_chart_and_labels_are_escaped() -> None:
    chart = ElementTree.fromstring(recall_chart("a < b", [Series("x & y", [(0.0001, 0.5), (2.0, 1.5)])]))
    texts = [text.text for text in chart.iter(f"{SVG}text")]
    assert "x & y" in texts
    (line,) = chart.iter(f"{SVG}polyline")
    points = [tuple(float(value) for value in point.split(",")) for point in line.attrib["points"].split()]
    width, height = float(chart.attrib["width"]), float(chart.attrib["height"])
    assert all(0 <= x <= width and 0 <= y <= height for x, y in points)


def test_a_logarithmic_axis_places_decades_evenly() -> None:
    assert ALARMS.place(ALARMS.low) == 0.0
    assert ALARMS.place(1.0) == pytest.approx(1.0)
    axis = Axis("", (), 1.0, 100.0, is_log=True)
    assert axis.place(10.0) == pytest.approx(0.5)
    assert "polyline" in line_chart("", axis, axis, [Series("one", [(1, 1), (10, 10)])])


def test_a_reliability_diagram_has_a_point_for_every_filled_tenth() -> None:
    found = reliability([Observation(0.15, is_right=False), Observation(0.95, is_right=True)])
    chart = ElementTree.fromstring(reliability_chart("Reliability", found))
    assert len(list(chart.iter(f"{SVG}circle"))) == 2


def test_generated_entries_are_many_and_the_same_every_time() -> None:
    entries = load_corpus(EMBEDDED).entries
    made = generate(entries, 2_000)
    names = [name.text for entry in made.entries() for name in entry.names]
    assert 2_000 <= len(names) < 2_100
    assert len(set(names)) > 1_800
    assert made.entry(len(made) - 1) == generate(entries, 2_000).entry(len(made) - 1)
    assert [made.entry(number) for number in range(len(entries))] == list(entries)
