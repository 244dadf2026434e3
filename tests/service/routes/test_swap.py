"""New versions come in while a service answers: no request fails, and each is answered from one consistent set."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from lists.importing import Import, import_files
from service.holdings import store_of

VERSIONS = 6
LISTS = ("first_list", "second_list")


def publish(data, tmp_path, number: int) -> None:
    """Publish version `number` of both lists; each entry bears the number in its name."""
    for list_id in LISTS:
        path = tmp_path / f"{list_id}-{number}.csv"
        rows = "".join(f"{n},Organization,QUINTON SHIPYARD EDITION {number} HALL {n}\n" for n in range(5))
        path.write_text(f"entry_id,schema,name\n{rows}", encoding="utf-8")
        day = datetime.now(UTC).date() - timedelta(days=VERSIONS - number)
        import_files(store_of(data), [path], Import(list_id, published=day), datetime.now(UTC))


def ask(client: httpx.Client) -> tuple[int, tuple[str, ...], set[str]]:
    """Return the status, the versions that the answer names, and those that its matches come from."""
    query = {"queries": [{"name": "Quinton Shipyard"}] * 4, "min_confidence": 0, "limit": 20}
    response = client.post("/v1/match", json=query)
    if response.status_code != 200:
        return response.status_code, (), set()
    answer = response.json()
    matches = [match for result in answer["results"] for match in result["matches"]]
    named = tuple(f"{one['list']} {one['version']}" for one in answer["snapshots"])
    assert matches
    return 200, named, {f"{match['list']} {match['provenance']['list_version']}" for match in matches}


@pytest.mark.parametrize("step", [1, -1], ids=["newer and newer", "back to older ones"])
def test_versions_are_swapped_under_load(data, serving, tmp_path, step):
    for number in range(1, VERSIONS) if step < 0 else (1,):
        publish(data, tmp_path, number)
    client, stop = serving(watch_seconds=0.02), threading.Event()
    seen: list[tuple[int, tuple[str, ...], set[str]]] = []

    def go_on_asking() -> None:
        while not stop.is_set():
            seen.append(ask(client))

    with ThreadPoolExecutor(4) as pool:
        askers = [pool.submit(go_on_asking) for _ in range(4)]
        store = store_of(data)
        for number in range(2, VERSIONS):
            if step > 0:
                publish(data, tmp_path, number)
            else:
                with store.writing():
                    for list_id in LISTS:
                        store.use(list_id, store.versions(list_id)[VERSIONS - 1 - number].version)
            last = tuple(f"{one.list_id} {one.version}" for one in store.active())
            until = time.monotonic() + 60
            while not (seen and seen[-1][1] == last) and time.monotonic() < until:
                time.sleep(0.01)
        stop.set()
        for asker in askers:
            asker.result()
    assert {status for status, _, _ in seen} == {200}
    assert ask(client)[1] == last, "the newest version answers"
    assert len({named for _, named, _ in seen}) >= VERSIONS - 2
    for _, named, matched in seen:
        assert matched <= set(named), "an answer mixes versions"
