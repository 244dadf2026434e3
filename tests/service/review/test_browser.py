"""The whole way in a real browser, over the installed command: articles → queue → decision by keyboard →
second reviewer → audit export → a changed byte is found → replay. Needs Chromium and Playwright, and says
so without them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed (group `browser`)"
)

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
COMMAND = str(Path(sys.executable).with_name("sanctions-xref"))
PASSWORD = "correct horse battery"
PEOPLE = {"ann": "reviewer", "cleo": "approver", "dora": "auditor"}
AXE = "axe-core@4.14.1"
ARTICLES = [
    {
        "id": "visit",
        "published": "2023-09-15",
        "title": "A visit to the Far East",
        "text": "Officials toured the Yuri Gagarin Aviation Plant on Friday. United Aircraft Corporation runs "
        "the Gagarin plant. “UAC is ready,” a spokesman said.",
    },
    {"id": "arms", "published": "2024-02-03", "text": "Rostec owns Kalashnikov Concern. Uralvagonzavod too."},
    {"id": "air", "published": "2024-04-05", "text": "The cargo came with Mahan Air, officials said."},
    {"id": "mines", "published": "2024-01-02", "title": "Mines", "text": "KOMID sold the equipment, the panel said."},
]  # fmt: skip

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"
)


@dataclass(frozen=True)
class Site:
    """A running service with cases, and where its data lie."""

    url: str
    data: Path
    pictures: Path | None

    def run(self, *arguments: str, given: str | None = None, code: int = 0) -> str:
        done = subprocess.run(
            [COMMAND, *arguments, "--data", str(self.data)],
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def site(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("browser")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pictures = os.environ.get("REVIEW_PICTURES")
    site = Site(f"http://localhost:{port}/review", folder / "data", Path(pictures) if pictures else None)
    dump, hits = folder / "dump.jsonl", folder / "hits.jsonl"
    dump.write_text("".join(json.dumps(article) + "\n" for article in ARTICLES), encoding="utf-8")
    found = subprocess.run(
        [COMMAND, "screen", str(dump), "--format", "jsonl", "--data", str(site.data)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    hits.write_bytes(found.stdout)
    assert "cases opened" in site.run("review", "import", str(hits), "--articles", str(dump))
    told = folder / "stderr.txt"
    with told.open("wb") as stderr:
        server = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port), "--data", str(site.data)],
            stdout=subprocess.DEVNULL, stderr=stderr,
        )  # fmt: skip
    try:
        _wait(f"http://localhost:{port}/readyz")
        _set_up(site, browser, told.read_text(encoding="utf-8").splitlines()[0].split()[-1])
        for name, role in PEOPLE.items():
            site.run("users", "add", name, "--role", role, "--display", name.title(), given=PASSWORD + "\n")
        yield site
    finally:
        server.terminate()
        server.wait(timeout=30)


def _set_up(site: Site, browser: Any, link: str) -> None:
    """Make the first user as a newcomer does: with the link that `serve` shows."""
    assert link.startswith(f"{site.url}/setup?code=")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(site.url + "/")
    page.wait_for_url("**/setup")
    page.goto(link)
    page.fill("input[name=name]", "Emil")
    page.fill("input[name=display]", "Emil E.")
    page.fill("input[type=password]", PASSWORD)
    picture(site, page, "setup")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/users")
    assert "Nobody decides cases yet" in page.inner_text("main")
    picture(site, page, "first-steps")
    page.goto(link)
    page.wait_for_url(f"{site.url}/login")
    page.context.close()


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    pytest.fail(f"{url} did not become ready")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def log_in(site: Site, browser: Any) -> Iterator[Any]:
    contexts: list[Any] = []
    complaints: list[str] = []

    def enter(name: str, **how: Any) -> Any:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **how)
        contexts.append(context)
        context.set_default_timeout(45_000)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site.url}/login")
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site.url}/")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []  # neither an error of the scripts nor anything that the security policy refused


def picture(site: Site, page: Any, name: str) -> None:
    if site.pictures is not None:
        page.screenshot(path=str(site.pictures / f"{name}.png"))


def open_case(site: Site, page: Any, words: str) -> str:
    """Open the case that a search finds; returns its number."""
    page.goto(f"{site.url}/?status=&search={words}")
    page.click("[data-row] a")
    page.wait_for_selector("#decide-title")
    number: str = re.findall(r"/cases/(\d+)", page.url)[0]
    return number


def test_the_whole_way_by_keyboard(site: Site, log_in: Any, tmp_path: Path) -> None:
    ann = log_in("ann")
    picture(site, ann, "queue")
    ann.goto(f"{site.url}/?search=Kalashnikov")
    ann.keyboard.press("j")
    ann.keyboard.press("Enter")
    ann.wait_for_selector("#decide")
    picture(site, ann, "case")
    began = time.monotonic()
    case = re.findall(r"/cases/(\d+)", ann.url)[0]
    for key in ("t", "1", "Enter"):
        ann.keyboard.press(key)
    ann.wait_for_url("**done=*")
    print(f"\ndecided with 3 keys in {time.monotonic() - began:.2f} s of page time")

    ann.goto(f"{site.url}/cases/{case}")
    assert "You decided this; somebody else must confirm it." in ann.inner_text("main")
    cleo = log_in("cleo")
    cleo.goto(f"{site.url}/cases/{case}")
    picture(site, cleo, "second-reviewer")
    cleo.keyboard.press("a")
    cleo.wait_for_selector("text=Decided: true match")

    dora = log_in("dora")
    dora.goto(f"{site.url}/audit")
    dora.click("text=Verify now")
    dora.wait_for_selector("text=Whole:")
    picture(site, dora, "audit")
    with dora.expect_download() as download:
        dora.click("text=Export the whole trail")
    trail = tmp_path / "trail.jsonl"
    download.value.save_as(trail)
    key = dora.inner_text("code.wrap")
    assert "whole: " in site.run("audit", "verify", str(trail), "--key", key)
    content = bytearray(trail.read_bytes())
    content[len(content) // 2] ^= 1
    trail.write_bytes(content)
    assert "NOT WHOLE. First change: line " in site.run("audit", "verify", str(trail), code=1)
    site.run("audit", "verify", "--key", key)
    assert "the same" in site.run("replay", "1")


def test_every_key_of_a_case(site: Site, log_in: Any) -> None:
    ann = log_in("ann")
    case = open_case(site, ann, "United Aircraft")
    ann.keyboard.press("?")
    assert ann.is_visible("#keys")
    ann.keyboard.press("Escape")
    ann.keyboard.press("f")
    assert ann.is_checked("input[value='false positive']")
    assert ann.is_hidden("[data-for='true match']")
    ann.keyboard.press("2")
    assert ann.is_checked("input[name=reason][value=country]")
    ann.keyboard.press("c")
    ann.keyboard.type("tf1 are letters here")
    ann.keyboard.press("Escape")
    ann.keyboard.press("Enter")
    ann.wait_for_url(f"**done={case}*")
    ann.goto(f"{site.url}/cases/{case}")
    assert "tf1 are letters here" in ann.inner_text(".history")
    picture(site, ann, "decided")
    ann.keyboard.press("z")
    ann.wait_for_selector("#decide")
    ann.keyboard.press("m")
    ann.wait_for_selector("text=assigned to ann")
    ann.keyboard.press("g")
    ann.keyboard.press("q")
    ann.wait_for_url(f"{site.url}/")
    ann.keyboard.press("/")
    ann.keyboard.type("Mahan")
    ann.keyboard.press("Enter")
    ann.wait_for_url("**search=Mahan*")
    assert "1 case" in ann.inner_text("h1")


def test_trying_a_name_and_the_self_test(site: Site, log_in: Any) -> None:
    ann = log_in("ann")
    ann.goto(f"{site.url}/try")
    ann.fill("textarea", "Officials visited United Aircraft Corporation and KOMID.")
    ann.click("button.primary")
    ann.wait_for_selector("#result h2")
    picture(site, ann, "try")
    assert "United Aircraft Corporation" in ann.inner_text("#result")
    ann.goto(f"{site.url}/self-test")
    ann.click("button.primary")
    ann.wait_for_selector("h2", timeout=60_000)
    picture(site, ann, "self-test")
    ann.goto(f"{site.url}/dashboard")
    picture(site, ann, "dashboard")


def test_without_javascript_the_same_forms_work(site: Site, log_in: Any) -> None:
    page = log_in("ann", java_script_enabled=False)
    case = open_case(site, page, "Mahan")
    page.check("input[value=unsure]")
    page.check("input[value=expert]")
    page.click("#decide button.primary")
    page.goto(f"{site.url}/cases/{case}")
    assert "escalated" in page.inner_text("main")


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The accessibility checker, from the npm registry; it is used here and not shipped."""
    folder = tmp_path_factory.mktemp("axe")
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed: axe-core cannot be fetched")
    fetched = subprocess.run(
        ["npm", "pack", "--silent", AXE], cwd=folder, capture_output=True, timeout=120, check=False
    )
    packed = list(folder.glob("*.tgz"))
    if fetched.returncode or not packed:
        pytest.skip("axe-core cannot be fetched from the npm registry")
    shutil.unpack_archive(packed[0], folder, filter="data")
    return (folder / "package" / "axe.min.js").read_text(encoding="utf-8")


def test_what_is_remembered_put_in_force_and_sent(site: Site, log_in: Any) -> None:
    ann, cleo, emil = log_in("ann"), log_in("cleo"), log_in("emil")
    for page, key in ((ann, "t"), (cleo, "a")):
        page.goto(f"{site.url}/?status=&search=Rostec")
        page.click("[data-row] a")
        page.wait_for_selector("#decide-title")
        for pressed in (key, "1", "Enter") if key == "t" else (key,):
            page.keyboard.press(pressed)
        page.wait_for_selector("text=is done" if key == "t" else "text=Decided: true match")
    ann.goto(cleo.url)
    ann.click("text=Remember this")
    ann.click("button:has-text('Propose')")
    ann.wait_for_url("**/memory")
    cleo.goto(f"{site.url}/memory")
    cleo.click("button:has-text('Approve')")
    cleo.wait_for_selector("text=approved by cleo")
    picture(site, cleo, "remembered")
    emil.goto(f"{site.url}/rules")
    emil.select_option("select[name=key]", "sample_rate")
    emil.fill("input[name=value]", "0.02")
    emil.fill("input[name=owner]", "Head of compliance")
    emil.fill("textarea", "Two in a hundred below the line, to see what the threshold misses.")
    emil.click("button:has-text('Put in force')")
    emil.wait_for_selector("text=Two in a hundred")
    picture(site, emil, "rules")
    emil.goto(f"{site.url}/webhooks")
    emil.fill("input[name=url]", "https://cases.example.org/sanctions-xref")
    emil.click("button.primary")
    emil.wait_for_selector("text=whsec_")
    picture(site, emil, "webhooks")
    emil.click("button:has-text('Stop')")
    emil.goto(f"{site.url}/users")
    picture(site, emil, "users")


PAGES = {"ann": ["/", "/cases/1", "/cases/4", "/try", "/dashboard", "/memory", "/self-test", "/rules"],
         "dora": ["/audit", "/users"], "emil": ["/users", "/rules", "/webhooks"]}  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 820])
def test_no_page_breaks_the_rules_of_accessibility(
    site: Site, log_in: Any, axe: str, scheme: str, width: int
) -> None:
    broken = []
    for name, paths in PAGES.items():
        page = log_in(name, color_scheme=scheme, bypass_csp=True)  # only so that the checker can be put in
        page.set_viewport_size({"width": width, "height": 1100})
        for path in paths:
            page.goto(site.url + path)
            page.evaluate(axe)
            found = page.evaluate(
                "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
            )
            broken += [
                (path, rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]
            ]
            overflow = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            broken += [(path, "wider than the window", [])] if overflow else []
            if path in ("/cases/1", "/cases/4"):
                picture(site, page, f"case{path[-1]}-{scheme}-{width}")
    assert broken == []
