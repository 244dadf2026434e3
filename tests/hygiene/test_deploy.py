"""The files for operators: they name settings, routes and files that exist, and the proxy's one runs as it is."""

import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml

from service.app import create_app
from service.settings import Settings, variable

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
MANIFESTS = {path.stem: yaml.safe_load(path.read_text()) for path in (DEPLOY / "kubernetes").glob("*.yaml")}


def test_every_setting_that_is_named_exists():
    text = "\n".join(path.read_text() for path in DEPLOY.rglob("*.yaml"))
    named = set(re.findall(r"SANCTIONS_XREF_[A-Z_]+", text))
    assert len(named) >= 6
    assert named <= {variable(name) for name in Settings.model_fields}


def test_probes_ask_routes_that_need_no_key():
    (container,) = MANIFESTS["deployment"]["spec"]["template"]["spec"]["containers"]
    asked = {
        container[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")
    }
    paths = create_app(Settings(review=False)).openapi()["paths"]
    assert asked == {"/readyz", "/healthz"}
    assert all("security" not in paths[path]["get"] for path in asked)


def test_pods_end_after_the_service_has():
    pod = MANIFESTS["deployment"]["spec"]["template"]["spec"]
    grace = pod["terminationGracePeriodSeconds"]
    pause = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert grace >= pause + Settings().shutdown_seconds
    assert COMPOSE["services"]["service"]["stop_grace_period"] == "40s"


def test_containers_have_no_rights_and_no_room_to_write():
    for name in ("service", "proxy"):
        container = COMPOSE["services"][name]
        assert container["read_only"]
        assert container["cap_drop"] == ["ALL"]
    context = MANIFESTS["deployment"]["spec"]["template"]["spec"]["containers"][0]["securityContext"]
    assert context["readOnlyRootFilesystem"]
    assert context["capabilities"] == {"drop": ["ALL"]}


def test_every_manifest_is_part_of_the_base():
    resources = set(MANIFESTS["kustomization"]["resources"])
    assert resources == {f"{name}.yaml" for name in MANIFESTS} - {"kustomization.yaml"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(1500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("nothing listens")


@contextmanager
def process(command: list):
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            yield running
        finally:
            running.terminate()
            running.wait(30)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    """The service behind nginx with the file that ships; gives a client and the proxy's log."""
    if not (shutil.which("nginx") and shutil.which("openssl")):
        pytest.skip("nginx and openssl are not installed")
    place = tmp_path_factory.mktemp("proxy")
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/CN=localhost",
            ),
            *(
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                place / "server.key",
                "-out",
                place / "server.crt",
            ),
        ],
        check=True,
        capture_output=True,
    )
    port, outside = free_port(), free_port()
    text = (
        (DEPLOY / "nginx.conf")
        .read_text()
        .replace("/tmp/", f"{place}/")
        .replace("/etc/nginx/tls", str(place))
    )
    text = text.replace("service:8000", f"127.0.0.1:{port}").replace(
        "listen 8443", f"listen 127.0.0.1:{outside}"
    )
    (place / "nginx.conf").write_text(text.replace("/dev/stdout", f"{place}/log"))
    command = Path(sys.executable).with_name("sanctions-xref")
    serve = [command, "serve", "--port", str(port), "--data", place / "data"]
    nginx = ["nginx", "-p", place, "-c", place / "nginx.conf", "-g", "daemon off;"]
    with process(serve), process(nginx):
        wait_for(port)
        wait_for(outside)
        trust = ssl.create_default_context(cafile=place / "server.crt")
        with httpx.Client(base_url=f"https://localhost:{outside}", verify=trust, timeout=30) as client:
            while client.get("/readyz").status_code != 200:
                time.sleep(0.1)
            yield client, place / "log"


def test_questions_go_through_with_an_id_and_over_tls_only(proxied):
    client, _ = proxied
    answer = client.post("/v1/match", json={"queries": [{"name": "Mahan Air"}]})
    assert answer.json()["results"][0]["matches"]
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.headers["strict-transport-security"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    manifest = client.get("/reconcile/default").json()
    assert manifest["suggest"]["entity"]["service_url"].startswith(str(client.base_url).rstrip("/"))


def test_streams_go_through_and_large_bodies_do_not(proxied):
    client, _ = proxied
    stream = client.post("/v1/match/stream", content=b"Mahan Air\n" * 100)
    assert stream.text.count("\n") == 102
    assert client.post("/v1/match", content=b" " * 13_000_000).status_code == 413


def test_metrics_are_not_for_the_outside(proxied):
    client, _ = proxied
    assert client.get("/metrics").status_code == 404


def test_the_proxys_log_has_no_names_and_no_keys(proxied):
    client, log = proxied
    client.get("/search/default", params={"q": "Mahan", "api_key": "sxr_secret"})
    for _ in range(200):  # the proxy writes after it has answered
        lines = log.read_text()
        if "/search/default" in lines:
            break
        time.sleep(0.05)
    assert "/search/default" in lines
    assert "Mahan" not in lines
    assert "secret" not in lines
