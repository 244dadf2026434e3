"""Matchers under test: scorers, commands, services, kept answers and answer files."""

import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from lists.models import ListEntry
from service.evaluation.cache import AnswerCache
from service.evaluation.corpus import read_table
from service.evaluation.endpoints import Endpoint
from service.evaluation.exchange import AnswerFile, write_trial
from service.evaluation.measures import Answer
from service.evaluation.own import OwnMatcher
from service.evaluation.parties import find_parties
from service.evaluation.queries import Question
from service.evaluation.speed import measure_speed
from service.evaluation.subjects import SCORERS, Command, RapidfuzzScorer
from service.evaluation.trials import Trial

Entries = tuple[ListEntry, ...]
SCRIPT = """
import json, sys
entries = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
for line in open(sys.argv[2], encoding="utf-8"):
    name = json.loads(line)
    found = [[e["list_id"], e["entry_id"], 1.0] for e in entries if any(n["text"] == name for n in e["names"])]
    print(json.dumps({"answers": found, "seconds": 0.001}))
"""


@pytest.mark.parametrize("scorer", sorted(SCORERS))
@pytest.mark.parametrize("cores", [False, True])
def test_a_scorer_finds_the_very_same_name(entries: Entries, scorer: str, cores: bool) -> None:
    answers = RapidfuzzScorer(scorer, cores).prepare(entries)(["zelenodar shipyard"])
    assert {answer[:2] for answer in answers[0][:2]} == {("xa", "2"), ("xb", "2")} or answers[0][0][:2] == (
        "xa",
        "2",
    )
    assert not [answer for answer in answers[0] if answer[:2] == ("xa", "5")]


def test_our_matcher_answers_by_confidence(entries: Entries) -> None:
    answers = OwnMatcher().prepare(entries)(["Zelenodar Shipyards", "Quite Another Thing"])
    assert answers[0][0][:2] in {("xa", "2"), ("xb", "2")}
    scores = [score for *_, score in answers[0]]
    assert scores == sorted(scores, reverse=True)
    assert not answers[1] or answers[1][0][2] < 0.5


def test_a_command_is_asked_by_files(entries: Entries, tmp_path: Path) -> None:
    script = tmp_path / "answer.py"
    script.write_text(SCRIPT, encoding="utf-8")
    command = Command("exact", (sys.executable, str(script)), 0.5)
    assert command.prepare(entries)(["KRV", "nobody"]) == [[("xa", "1", 1.0)], []]
    assert command.seconds(entries, ["KRV"]) == [0.001]
    script.write_text(SCRIPT.replace(', "seconds": 0.001', ""), encoding="utf-8")
    assert measure_speed(command, entries, ["KRV"]) is None, "seconds are optional"


def test_the_command_that_the_document_shows_answers(entries: Entries, tmp_path: Path) -> None:
    document = (Path(__file__).parents[3] / "docs" / "benchmark.md").read_text(encoding="utf-8")
    script = tmp_path / "answer.py"
    script.write_text(document.split("```python\n")[1].split("```")[0], encoding="utf-8")
    command = Command("mine", (sys.executable, str(script)), 0.8)
    found = command.prepare(entries)(["zelenodar shipyard", "nobody"])
    assert found[0][0] == ("xa", "2", 1.0)
    assert found[1] == []
    assert measure_speed(command, entries, ["KRV"] * 60) is not None


def test_a_command_that_fails_says_so(entries: Entries) -> None:
    command = Command("broken", (sys.executable, "-c", "raise SystemExit('no licence')"), 0.5)
    with pytest.raises(RuntimeError, match=r"broken ended with 1: no licence"):
        command.prepare(entries)(["KRV"])


class _Counting:
    """A matcher that counts how often it is asked."""

    name = "counting"
    default_score = 0.5
    asked = 0

    def prepare(self, entries: Entries):
        def answer(names):
            self.asked += 1
            return [[(entries[0].list_id, entries[0].entry_id, 0.75)] for _ in names]

        return answer


def test_answers_are_kept_until_entries_or_names_change(entries: Entries, tmp_path: Path) -> None:
    subject, cache = _Counting(), AnswerCache(tmp_path / "kept")
    first = cache.ask(subject, entries, ["a", "b"])
    assert cache.ask(subject, entries, ["a", "b"]) == first
    assert subject.asked == 1
    cache.ask(subject, entries, ["a", "c"])
    cache.ask(subject, entries[1:], ["a", "b"])
    assert subject.asked == 3


@pytest.fixture
def match_service() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            found = {"id": "2", "datasets": ["xb"], "score": 0.9}
            answers = {
                key: {"results": [found] if "Z" in query["properties"]["name"][0] else []}
                for key, query in asked.items()
            }
            body = json.dumps({"responses": answers}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/match/default"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_service_is_asked_over_http(entries: Entries, match_service: str) -> None:
    with httpx.Client() as client:
        answers = Endpoint(match_service, client).prepare(entries)(["Zelenodar", "Karmat"] * 40)
    expected: list[list[Answer]] = [[("xb", "2", 0.9)], []]
    assert answers == expected * 40


def test_a_trial_goes_out_and_its_answers_come_back(entries: Entries, tmp_path: Path) -> None:
    parties = find_parties(entries)
    truth = frozenset({("xa", "2")})
    asked = Question("Zelenodar Yard", "alias", truth, parties.of_ref["xa", "2"])
    trial = Trial("made-up", "", entries, (asked,), (Question("Blue Kettle", "negative"),), {})
    write_trial(trial, tmp_path)
    assert [json.loads(line) for line in (tmp_path / "names.jsonl").read_text().splitlines()] == [
        "Zelenodar Yard",
        "Blue Kettle",
    ]
    back = {
        entry.ref: [name.text for name in entry.names]
        for path in tmp_path.glob("*.csv")
        for entry in read_table(path)
    }
    assert back == {entry.ref: [name.text for name in entry.names] for entry in entries}
    answers = tmp_path / "mine.jsonl"
    answers.write_text('{"answers": [["xa", "2", 0.8]]}\n{"answers": []}\n', encoding="utf-8")
    result = AnswerFile(answers, 0.5).read(trial, parties.of_ref)
    assert result.ranking().first().value == 1.0
    answers.write_text('{"answers": []}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="1 lines for the 2 names"):
        AnswerFile(answers, 0.5).read(trial, parties.of_ref)
