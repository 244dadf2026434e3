"""Settings: every one of them, read from the environment once and passed down from there.

A setting is one field of `Settings`. Its variable is the field's name in upper case after `SANCTIONS_XREF_`;
a variable with that prefix that no field knows is an error with the nearest known name, never ignored.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from service.allowed_hosts import read_allowed
from service.errors import SettingsError

PREFIX = "SANCTIONS_XREF_"
OUTSIDE = frozenset({"SHARED", "PEERS", "FUZZ_EXAMPLES"})
"""Names after the prefix that only the project's tests read: real lists, other tools, how much is tried."""


def _split(value: object) -> object:
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


def _check_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    read_allowed(hosts)
    return hosts


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Several words, separated by commas in a variable."""
Hosts = Annotated[Words, AfterValidator(_check_hosts)]
"""Hosts of an allow-list, as `service.allowed_hosts` reads them."""


class Settings(BaseModel):
    """What can be set. Sizes are in bytes, texts in characters, times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(
        default_factory=lambda: user_data_path("sanctions-xref", appauthor=False),
        description="Folder of the loaded lists, their indexes, keys and cases.",
    )
    models: Words = Field(
        ("auto",),
        description="Models that find names in texts: `auto` for those installed, `none`, or `en`, `ru`.",
    )
    host: str = Field("127.0.0.1", description="Address that `serve` listens on.")
    port: int = Field(8000, ge=0, le=65_535, description="Port that `serve` listens on; 0 picks a free one.")
    workers: int = Field(1, ge=1, le=64, description="Processes that `serve` runs; they share one index.")
    root_path: str = Field("", description="Path under which a reverse proxy publishes the service.")
    trusted_proxies: Words = Field(
        ("127.0.0.1",),
        description="Addresses or networks of reverse proxies whose `X-Forwarded-*` headers are believed.",
    )
    production: bool = Field(
        default=False, description="Refuse to start without API keys, and to answer without one."
    )
    cors_origins: Words = Field((), description="Origins whose pages may call the service.")
    refine_origins: Words = Field(
        ("http://127.0.0.1:3333", "http://localhost:3333"),
        description="Origins of OpenRefine, whose pages may also call `/reconcile`.",
    )
    fetch_hosts: Hosts = Field(
        (),
        description="Hosts whose pages are fetched for articles that come as an address, as `example.org`, "
        "`*.example.org` or `example.org:8443`; none where empty.",
    )
    fetch_seconds: float = Field(10.0, gt=0, le=60, description="Longest time that fetching a page may take.")
    max_page: int = Field(
        5_000_000, ge=1_000, description="Largest HTML page, sent or fetched; its text is held to `max_text`."
    )
    max_body: int = Field(12_000_000, ge=1_000, description="Largest request body; above it 413.")
    max_text: int = Field(
        1_000_000,
        ge=1_000,
        description="Longest article text; a longer one is refused. A million characters take seconds.",
    )
    max_batch: int = Field(
        1_000, ge=1, le=100_000, description="Most queries, pairs or articles in one request; above it 413."
    )
    batch_seconds: float = Field(
        50.0,
        gt=0,
        description="How long a batch of articles is worked on; the rest is answered with an error each.",
    )
    max_stream: int = Field(
        1_000_000_000, ge=1_000, description="Largest body of a streaming route, which may arrive slowly."
    )
    max_streams: int = Field(
        8,
        ge=1,
        description="Streams that one process takes in or answers at a time; above it 503. Each may keep its body in "
        "a temporary file.",
    )
    max_concurrent: int = Field(8, ge=1, description="Requests computed at a time in one process.")
    max_waiting: int = Field(64, ge=0, description="Requests that may wait for their turn; above it 503.")
    request_timeout: float = Field(30.0, gt=0, description="Longest time that a body may take to arrive.")
    shutdown_seconds: int = Field(
        30, ge=0, description="How long a service that is stopped goes on with what it has begun."
    )
    repeat_hours: float = Field(
        24.0, gt=0, description="How long the answer to a request with an `Idempotency-Key` is kept."
    )
    update_token: str = Field("", description="Token of `POST /updatez`; refused where empty.")
    rate_limit: int = Field(0, ge=0, description="Requests a minute and key (or address); 0 sets no limit.")
    log_format: str = Field(
        "json", pattern="^(json|text)$", description="`json` for machines, `text` for people."
    )
    log_names: bool = Field(default=False, description="Write queried names to the log: personal data.")
    metrics_folder: Path | None = Field(
        default=None,
        description="Folder in which worker processes count together; a temporary one where there are several.",
    )
    otel_endpoint: str = Field(
        "",
        description="Where traces go, as `http://collector:4318/v1/traces`; needs the extra `otel`.",
    )
    watch_seconds: float = Field(
        2.0, gt=0, description="How often a running service looks for new list versions."
    )
    refresh_hours: float = Field(
        24.0,
        ge=0,
        description="How often `serve` asks the publishers of lists that were refreshed once; 0 never.",
    )
    review: bool = Field(
        default=True,
        description="Serve the reviewers' pages under `/review` where the extra `review` is installed.",
    )
    review_database: str = Field(
        "",
        description="Database of the review, as `postgresql+psycopg://…`; a SQLite file in `data` otherwise.",
    )
    review_oidc_issuer: str = Field("", description="Issuer of the identity provider that logs reviewers in.")
    review_oidc_client_id: str = Field("", description="This service's client id there.")
    review_oidc_client_secret: str = Field("", description="This service's client secret there.")
    review_oidc_claim: str = Field(
        "email", description="Claim that is the user's name here; `email` counts where it is verified."
    )
    review_secure: bool = Field(
        default=True,
        description="Send the reviewers' session cookie over HTTPS only; plain HTTP to localhost is let pass.",
    )


def variable(field: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + field.upper()


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment (the process's own where none is given).

    An unknown or malformed variable raises `SettingsError`, which names the variable and what is wrong.
    """
    given = {
        key.removeprefix(PREFIX): value
        for key, value in (os.environ if environment is None else environment).items()  # noqa: TID251 the one place
        if key.startswith(PREFIX) and key.removeprefix(PREFIX) not in OUTSIDE and value != ""
    }
    known = {name.upper(): name for name in Settings.model_fields}
    for name in sorted(given.keys() - known.keys()):
        near = difflib.get_close_matches(name, known, n=1)
        hint = (
            f"did you mean {PREFIX}{near[0]}?"
            if near
            else "known: " + ", ".join(PREFIX + n for n in sorted(known))
        )
        raise SettingsError(f"{PREFIX}{name} is not a setting; {hint}")
    try:
        return Settings.model_validate({known[name]: value for name, value in given.items()})
    except ValidationError as error:
        first = error.errors()[0]
        place = variable(str(first["loc"][0]))
        said = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{place}={first['input']!r}: {said}") from None


def share_settings(settings: Settings) -> None:
    """Put settings that differ from the environment's into it, for the processes that this one starts."""
    for name in Settings.model_fields:
        value = getattr(settings, name)
        text = ",".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        os.environ[variable(name)] = text  # noqa: TID251 the one place
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # noqa: TID251 glibc keeps less for threads that rest
    if settings.metrics_folder is not None:  # where prometheus_client looks for it
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.metrics_folder)  # noqa: TID251 the one place


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
