"""A screening service under test: anything that answers the match request of the yente API.

The service must already hold the entries (`exchange` writes them for import), because the benchmark can't
index them for it. Answers are read as `responses → results → id, score`, and `datasets` for the list where
there are any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from lists.models import ListEntry
from service.evaluation.measures import Answer
from service.evaluation.subjects import DEPTH, Answerer

BATCH = 50
"""Names in one request."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A match endpoint such as `http://127.0.0.1:8000/match/default`.

    `client` carries timeouts and credentials.
    """

    url: str
    client: httpx.Client
    default_score: float = 0.7

    @property
    def name(self) -> str:
        """What it is called in the report."""
        return self.url

    def prepare(self, entries: Sequence[ListEntry]) -> Answerer:
        """Map the ids of answers back to entries.

        Raises httpx.HTTPError where the service does not answer.
        """
        refs: dict[str, tuple[str, str]] = {}
        for entry in entries:
            refs |= {
                entry.entry_id: entry.ref,
                "/".join(entry.ref): entry.ref,
                "-".join(entry.ref): entry.ref,
            }

        def answer(names: Sequence[str]) -> list[list[Answer]]:
            return [
                found
                for start in range(0, len(names), BATCH)
                for found in self._ask(names[start : start + BATCH], refs)
            ]

        return answer

    def _ask(self, names: Sequence[str], refs: Mapping[str, tuple[str, str]]) -> Iterator[list[Answer]]:
        queries = {
            str(place): {"schema": "Organization", "properties": {"name": [name]}}
            for place, name in enumerate(names)
        }
        asked = self.client.post(
            self.url, params={"limit": DEPTH, "threshold": 0.0}, json={"queries": queries}
        )
        asked.raise_for_status()
        responses = asked.json()["responses"]
        return (
            [_answer(found, refs) for found in responses[str(place)]["results"]]
            for place in range(len(names))
        )


def _answer(found: Mapping[str, Any], refs: Mapping[str, tuple[str, str]]) -> Answer:
    entry_id = str(found["id"])
    for dataset in found.get("datasets", ()):
        if f"{dataset}/{entry_id}" in refs:
            return str(dataset), entry_id, float(found["score"])
    list_id, known = refs.get(entry_id, ("", entry_id))
    return list_id, known, float(found["score"])
