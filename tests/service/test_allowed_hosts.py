import subprocess
import sys

import pytest

from service.allowed_hosts import is_allowed, read_allowed
from service.errors import SettingsError
from service.settings import Settings, read_settings


@pytest.mark.parametrize(
    ("entry", "scheme", "host", "port", "allowed"),
    [
        ("example.org", "https", "example.org", None, True),
        ("example.org", "http", "example.org", None, True),
        ("Example.ORG", "https", "example.org", 443, True),
        ("example.org", "https", "www.example.org", None, False),
        ("example.org", "https", "example.org", 80, False),
        ("example.org", "http", "example.org", 8080, False),
        ("example.org", "ftp", "example.org", None, False),
        ("*.example.org", "https", "a.b.example.org", None, True),
        ("*.example.org", "https", "example.org", None, False),
        ("*.example.org", "https", "notexample.org", None, False),
        ("example.org:8443", "https", "example.org", 8443, True),
        ("example.org:8443", "https", "example.org", None, False),
        ("example.org:443", "http", "example.org", None, False),
        ("xn--bcher-kva.example", "https", "xn--bcher-kva.example", None, True),
    ],
)
def test_what_an_entry_allows(entry, scheme, host, port, allowed):
    assert is_allowed(read_allowed([entry]), scheme, host, port) is allowed


@pytest.mark.parametrize(
    "entry",
    [
        "*",
        "localhost",
        "news",
        "127.0.0.1",
        "127.1",
        "10.0.0.1:80",
        "[::1]",
        "::1",
        "https://example.org",
        "example.org/news",
        "user@example.org",
        "example.org:",
        "exa mple.org",
        "*.*.example.org",
        "www.*.org",
        ".example.org",
        "example..org",
        "a.b.0x7f.1",
        "x" * 70 + ".example",
        "straße.example",
        "news\u212a.example",
    ],
)
def test_what_is_no_host_stops_the_start(entry):
    with pytest.raises(SettingsError, match="SANCTIONS_XREF_FETCH_HOSTS") as caught:
        read_settings({"SANCTIONS_XREF_FETCH_HOSTS": f"example.org,{entry}"})
    assert "write example.org" in str(caught.value)


def test_nothing_is_allowed_by_default_and_what_fetches_not_loaded(tmp_path):
    make = "import sys; from service.app import create_app; from service.settings import Settings; "
    look = (
        "create_app(Settings(review=False)); print(sorted({'httpx', 'service.fetching'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", make + look], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert Settings().fetch_hosts == ()
    assert done.stdout == "[]\n"
