"""The peers: matchers that others made, run beside this one on the same questions.

nomenklatura's LogicV2 lives in an environment of its own (`tests/benchmarks/peers/install.sh`), because it
needs a library that compiles from source; it is asked as a command. rapidfuzz is here already.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from lists.models import ListEntry, entry_json
from service.evaluation.pairs import NamePair
from service.evaluation.subjects import Command, RapidfuzzScorer, Subject

LOGIC_V2 = "nomenklatura LogicV2 4.17.4"
"""Name in the report, with the version that `requirements.txt` of the peers pins."""
SCRIPTS = Path("tests/benchmarks/peers")
"""Where the peers' scripts are, below the checkout."""


def rapidfuzz_version() -> str:
    """Return the version of rapidfuzz that is measured."""
    return version("rapidfuzz")


def rapidfuzz_subjects(*, slow: bool = True) -> tuple[Subject, ...]:
    """Return the scorers of rapidfuzz; without the slow ones where the index is large."""
    quick = (
        RapidfuzzScorer("ratio", cores=True),
        RapidfuzzScorer("token_sort_ratio"),
        RapidfuzzScorer("JaroWinkler"),
    )
    return (*quick, RapidfuzzScorer("token_set_ratio"), RapidfuzzScorer("WRatio")) if slow else quick


@dataclass(frozen=True, slots=True)
class PeerEnvironment:
    """The environment that the peers were installed into, and the checkout that holds their scripts."""

    directory: Path
    checkout: Path

    @property
    def python(self) -> str:
        """The environment's interpreter; raises FileNotFoundError where there is none."""
        path = self.directory / "bin" / "python"
        if not path.exists():
            raise FileNotFoundError(f"{path}: no interpreter here; run {SCRIPTS}/install.sh {self.directory}")
        return str(path)

    def _script(self, name: str) -> str:
        return str(self.checkout / SCRIPTS / name)

    def logic_v2(self) -> Command:
        """Return LogicV2 over yente's candidates; 0.70 is yente's own default threshold."""
        return Command(LOGIC_V2, (self.python, self._script("answer_logic_v2.py")), 0.7)

    def logic_v2_pairs(self, pairs: Sequence[NamePair]) -> list[float]:
        """Return LogicV2's score of every pair of names."""
        lines = [json.dumps([pair.first, pair.second]) for pair in pairs]
        return [found["score"] for found in self._run("answer_logic_v2.py", ("--pairs",), lines)]

    def perturbed(self, entries: Sequence[ListEntry]) -> list[dict[str, object]]:
        """Return the cases that `sanctions-screening-benchmark` makes of some entries."""
        return self._run("perturb.py", (), [entry_json(entry) for entry in entries])

    def _run(self, script: str, options: tuple[str, ...], lines: Sequence[str]) -> list[dict]:  # type: ignore[type-arg]  # JSON
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "lines.jsonl")
            path.write_text("\n".join(lines), encoding="utf-8")
            command = (self.python, self._script(script), *options, str(path))
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- a fixed script of the checkout
        if done.returncode:
            raise RuntimeError(f"{script} ended with {done.returncode}: {done.stderr[-800:]}")
        return [json.loads(line) for line in done.stdout.splitlines()]
