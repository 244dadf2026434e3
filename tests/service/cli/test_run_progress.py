"""How a run tells how far it is, in a log."""

from __future__ import annotations

from service.batch.shares import Progress
from service.cli.run_progress import RunProgress


def test_a_plain_line_every_ten_seconds_with_rate_and_time_left(capsys) -> None:
    now = 0.0
    progress = RunProgress(clock=lambda: now)
    progress(Progress(total=1_000, done=500))  # half of it was done before
    for second in range(1, 26):
        now = float(second)
        progress(Progress(1_000, 500 + 10 * second, records=100 * second, skipped=second, hits=2 * second))
    progress.stop()
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "60 %, 1,000 records, 100/s, 20 with hits, 10 skipped, 0:00:40 left",
        "70 %, 2,000 records, 100/s, 40 with hits, 20 skipped, 0:00:30 left",
    ]


def test_a_note_is_a_line_of_its_own_and_cannot_drive_a_terminal(capsys) -> None:
    progress = RunProgress()
    progress.note("dump.csv: text is read from \x1b[2J the field 'body'")
    assert "\x1b" not in capsys.readouterr().err
