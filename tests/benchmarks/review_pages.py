"""Measure the review's pages with many alerts in the queue, on SQLite and on PostgreSQL, and in a browser.

    python tests/benchmarks/review_pages.py [--alerts 100000] [--keep FOLDER] [--rounds 15]

The alerts are opened by the import itself, so the trail is as long as it would be. Every page is asked for over
HTTP on the loopback, logged in, through the whole application; the time is that of the whole answer. Chromium,
where it is there, loads the pages and decides a case with three keys. PostgreSQL is a server of its own in a
temporary folder, with the settings that its packages have. With --keep the filled database is used again.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import runpy
import shutil
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import Connection, func, insert, select, text

from matchers.models import Options
from service.app import create_app
from service.review.accounts import Role, User, add_user
from service.review.cases import case_count
from service.review.database import Database, open_database
from service.review.decisions import CaseRef, approve, decide
from service.review.desk import open_ledger, places_in
from service.review.hits import Screening
from service.review.intake import Counts, Intake
from service.review.judgements import Judgement, Policy, Ruling
from service.review.ledger import Ledger
from service.review.sessions import open_session
from service.review.tables import METADATA, alerts, cases
from service.schemas import ScreenAnswer
from service.settings import Settings

CONFTEST = runpy.run_path(str(Path(__file__).parents[1] / "service" / "review" / "conftest.py"))
TOGETHER = 500
LISTS = ("us_ofac_sdn", "eu_fsf", "gb_uksl", "un_sc", "ch_seco", "us_bis_entity_list")
WORDS = (
    *("United", "Northern", "Orient", "Delta", "Marine", "Aviation", "Energy", "Metals", "Trading"),
    *("Shipping", "Technologies", "Industrial", "Holding", "Invest", "Logistics", "Chemical", "Optics"),
)
PAGES = {
    "queue": "/",
    "queue, page 500": "/?page=500",
    "queue, one band": "/?band=high",
    "queue, one list": "/?list_id=eu_fsf",
    "queue, all states, by due": "/?status=&order=due",
    "search for a word": "/?search=optics",
    "search for nothing known": "/?search=zzzz",
    "case": "/cases/{case}",
    "case with many articles": "/cases/1",
    "dashboard": "/dashboard",
    "remembered": "/memory",
    "rules": "/rules",
}
KEYS = ("t", "1", "Enter")


def screenings(number: int) -> Iterator[Screening]:
    """Yield screenings of articles, each with one organization and one to three potential matches."""
    draw = random.Random(7)
    opened = 0
    for article in range(number):
        if opened >= number:
            return
        name = " ".join([*draw.sample(WORDS, 3), "Corporation", str(draw.randrange(number))])
        if article % 1_000 == 0:
            name = "Orient Shipping Corporation"
        text_ = f"{name} said on Friday that it would deliver. Analysts doubt it. " * 12
        several = draw.choice((1, 1, 1, 2, 3))
        matches = [_match(name, draw, LISTS[(article + one) % len(LISTS)]) for one in range(several)]
        opened += several
        yield _screening(f"article {article}", name, text_, matches)


def _match(name: str, draw: random.Random, list_id: str) -> dict[str, Any]:
    entry_id = "1" if name.startswith("Orient Shipping Corporation") else str(draw.randrange(10**9))
    made: dict[str, Any] = CONFTEST["_match"](
        name.upper(), list_id, entry_id, confidence=round(draw.uniform(0.5, 1), 4)
    )
    return made


def _screening(id_: str, name: str, text_: str, matches: Sequence[dict[str, Any]]) -> Screening:
    sha256 = hashlib.sha256(f"{id_}{text_}".encode()).hexdigest()
    article = {
        "id": id_,
        "title": f"About {name}",
        "published": "2023-09-15",
        "language": "en",
        "sha256": sha256,
    }
    organization = {
        "name": name,
        "matches": matches,
        "mentions": [{"start": len(id_), "end": len(id_) + len(name), "text": name}],
    }
    engine = {"version": "1", "matcher": "1", "calibration": "1"}
    answer = {"article": article, "organizations": [organization], "engine": engine, "snapshots": []}
    return Screening(ScreenAnswer.model_validate(answer), id_ + text_, Options(), date(2026, 7, 1))


def fill(ledger: Ledger, number: int) -> None:
    """Open that many alerts, and decide one case in twenty."""
    batch: list[Screening] = []
    for screening in screenings(number):
        batch.append(screening)
        if len(batch) == TOGETHER:
            take(ledger, batch)
            batch = []
    take(ledger, batch)
    draw = random.Random(11)
    with ledger.database.reading() as connection:
        some = [
            CaseRef(row.id, row.version)
            for row in connection.execute(select(cases.c.id, cases.c.version))
            if row.id % 20 == 0
        ]
    for start in range(0, len(some), TOGETHER):
        with ledger.change("ben") as change:
            for case in some[start : start + TOGETHER]:
                ruling = Ruling(Judgement.FALSE_POSITIVE, "other")
                decide(change, Policy(second_above=2), case, ruling, seconds=draw.uniform(2, 30))


def take(ledger: Ledger, batch: Iterable[Screening]) -> None:
    """Open alerts from some screenings in one transaction."""
    with ledger.change("import") as change:
        intake = Intake(change, Policy(), lambda *_: None, Counts())
        for screening in batch:
            intake.take(screening)


def copy(source: Database, target: Database) -> None:
    """Copy every row of one database into another."""
    with source.reading() as reading, target.writing() as writing:
        for table in METADATA.sorted_tables:
            rows = reading.execute(select(table).order_by(*table.primary_key)).mappings()
            for page in rows.partitions(2_000):
                writing.execute(insert(table), [dict(row) for row in page])
            if "id" in table.c:
                _go_on_after(writing, table.name)


def _go_on_after(connection: Connection, table: str) -> None:
    sequence = f"pg_get_serial_sequence('{table}', 'id')"
    connection.execute(text(f"SELECT setval({sequence}, coalesce(max(id), 1)) FROM {table}"))


@contextmanager
def serving(data: Path, database_url: str) -> Iterator[str]:
    """Serve the application over a data folder; yields the address of the review."""
    settings = Settings(data=data, review_database=database_url, log_format="text")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            while httpx.get(f"{address}/readyz").status_code != 200:
                time.sleep(0.2)
            yield f"{address}/review"
        finally:
            server.should_exit = True
            thread.join(30)


def logged_in(ledger: Ledger) -> dict[str, str]:
    """Return the cookie of a reviewer."""
    with ledger.change("ann") as change:
        return {"xref-session": open_session(change, User("ann", "Ann", Role.REVIEWER), "127.0.0.1")}


def measure_pages(address: str, cookies: dict[str, str], case: int, rounds: int) -> None:
    """Print how long each page takes over HTTP: median and longest of some rounds, after one that warms up.

    The processor's time is that of server and client together, without what else the machine does.
    """
    print("  page                          median      longest    processor        bytes")
    with httpx.Client(cookies=cookies, timeout=60) as client:
        for name, path in PAGES.items():
            times, size, computed = [], 0, []
            for _ in range(rounds + 1):
                began, busy = time.perf_counter(), time.process_time()
                response = client.get(address + path.format(case=case))
                times.append((time.perf_counter() - began) * 1_000)
                computed.append((time.process_time() - busy) * 1_000)
                assert response.status_code == 200, (path, response.status_code)
                size = len(response.content)
            said = (statistics.median(times[1:]), max(times[1:]), statistics.median(computed[1:]))
            print(f"  {name:<28}" + "".join(f"{number:6.0f} ms   " for number in said) + f"{size:10,}")


def measure_decisions(ledger: Ledger, rounds: int) -> None:
    """Print how long deciding and approving take, each one transaction with its event."""
    with ledger.database.reading() as connection:
        wanted = (
            select(cases.c.id, cases.c.version).where(cases.c.status == "open").order_by(cases.c.id.desc())
        )
        some = [CaseRef(row.id, row.version) for row in connection.execute(wanted.limit(rounds))]
    decided, approved = [], []
    for case in some:
        began = time.perf_counter()
        with ledger.change("ann") as change:
            decide(change, Policy(), case, Ruling(Judgement.TRUE_MATCH, "name"))
        decided.append((time.perf_counter() - began) * 1_000)
        with ledger.database.reading() as connection:
            version = connection.execute(select(cases.c.version).where(cases.c.id == case.id)).scalar_one()
        began = time.perf_counter()
        with ledger.change("cleo") as change:
            approve(change, CaseRef(case.id, version))
        approved.append((time.perf_counter() - began) * 1_000)
    print(f"  deciding, in the store      {statistics.median(decided):6.0f} ms   {max(decided):6.0f} ms")
    print(f"  approving, in the store     {statistics.median(approved):6.0f} ms   {max(approved):6.0f} ms")


def measure_browser(address: str, cookies: dict[str, str]) -> None:
    """Print what Chromium says about loading pages, and how long a decision by keyboard takes in all."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 it is optional here
    except ImportError:
        chromium = None
    if chromium is None:
        print("  no browser: chromium or playwright is not installed")
        return
    with sync_playwright() as started:
        opened = started.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        context = opened.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
        )
        page = context.new_page()
        for name, path in (("queue", "/"), ("case", "/cases/2")):
            loads = []
            for _ in range(6):
                page.goto(address + path)
                loads.append(page.evaluate("performance.getEntriesByType('navigation')[0].duration"))
            print(
                f"  {name} in Chromium, loaded      {statistics.median(loads[1:]):6.0f} ms   {max(loads[1:]):6.0f} ms"
            )
        page.goto(address + "/")
        took = []
        for number in range(6):
            began = time.perf_counter()
            if number == 0:
                page.keyboard.press("j")
                page.keyboard.press("Enter")
            page.wait_for_selector("#decide")
            page.wait_for_load_state("load")  # keys are heard from then on
            for key in KEYS:
                page.keyboard.press(key)
            page.wait_for_url("**done=*")
            took.append(time.perf_counter() - began)
            page.evaluate("history.replaceState(null, '', location.pathname)")
        median, longest = statistics.median(took[1:]), max(took[1:])
        print(f"  decided with {len(KEYS)} keys, next case shown: {median:.2f} s, longest {longest:.2f} s")
        opened.close()


def measure(name: str, data: Path, database_url: str, rounds: int) -> None:
    """Print everything for one database."""
    ledger = open_ledger(places_in(data, database_url))
    with ledger.database.reading() as connection:
        counted = connection.execute(select(func.count()).select_from(alerts)).scalar_one()
        number = case_count(connection)
    print(f"{name}: {counted:,} alerts in {number:,} cases")
    cookies = logged_in(ledger)
    with serving(data, database_url) as address:
        measure_pages(address, cookies, number // 2, rounds)
        measure_browser(address, cookies)
    measure_decisions(ledger, rounds)
    ledger.database.close()


def main() -> None:
    """Fill a database, then measure on SQLite and on PostgreSQL."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with nullcontext(given.keep) if given.keep else tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        ledger = open_ledger(places_in(data))
        with ledger.database.reading() as connection:
            empty = case_count(connection) == 0
        if empty:
            began = time.process_time()
            with ledger.change("setup") as change:
                for name, role in (("ann", Role.REVIEWER), ("ben", Role.REVIEWER), ("cleo", Role.APPROVER)):
                    add_user(change, User(name, name.title(), role))
            fill(ledger, given.alerts)
            print(f"filled in {time.process_time() - began:.0f} s of CPU")
        measure("SQLite", data, "", given.rounds)
        if (binaries := CONFTEST["postgres_binaries"]()) is None:
            print("PostgreSQL is not installed")
            return
        with CONFTEST["running_postgres"](binaries) as url:
            target = open_database(url)
            copy(ledger.database, target)
            with target.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
            target.close()
            measure("PostgreSQL", data, url, given.rounds)


if __name__ == "__main__":
    main()
