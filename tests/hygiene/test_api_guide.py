"""Every example of the API guide is run against a service with the sample, and shows what it says it shows."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/api-guide.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^<!-- shows: ([^\n]+) -->\n```(sh|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLES = EXAMPLE.findall(GUIDE)
STRICT = 'set -euo pipefail; curl() { command curl --fail-with-body "$@"; }\n'


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A service as `sanctions-xref serve` gives it, over an empty data folder."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("SANCTIONS_XREF_")
    }
    command = [Path(sys.executable).with_name("sanctions-xref"), "serve", "--port", str(port)]
    data = tmp_path_factory.mktemp("guide") / "data"
    with subprocess.Popen([*command, "--data", data], env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(1500):
                try:
                    if httpx.get(f"http://localhost:{port}/readyz").status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                time.sleep(0.02)
            yield f"localhost:{port}"
        finally:
            process.terminate()


def test_the_guide_has_examples_of_every_kind():
    kinds = [kind for _, kind, _ in EXAMPLES]
    assert kinds.count("sh") >= 5
    assert kinds.count("python") >= 4
    assert "yente_client" in GUIDE
    unchecked = GUIDE.count("```sh\n") + GUIDE.count("```python\n") - len(EXAMPLES)
    assert unchecked == 1, "only the making of a key is shown without being run: its output is secret"


@pytest.mark.parametrize(("shows", "kind", "code"), EXAMPLES, ids=[shows for shows, _, _ in EXAMPLES])
def test_an_example_shows_what_it_says(address, shows, kind, code):
    if "yente_client" in code:
        pytest.importorskip("yente_client", reason="yente-client is not installed")
    if kind == "sh" and not shutil.which("curl"):
        pytest.skip("curl is not installed")
    here = code.replace("localhost:8000", address)
    command = ["bash", "-c", STRICT + here] if kind == "sh" else [sys.executable, "-c", here]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert shows in done.stdout
