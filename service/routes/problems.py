"""Errors as responses: the one table from what can go wrong to a status code, always `{"detail": …}`."""

from __future__ import annotations

from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from lists.errors import ListsError, NotStored, ReadError, StoreBusy
from service.errors import (
    BadRequest,
    InputError,
    NoKey,
    NotAllowed,
    NotFound,
    ServiceError,
    StillAnswering,
    TooLarge,
    TooOften,
    Unavailable,
)
from service.schemas.exchanges import Invalid, Problem

STATUS: tuple[tuple[type[Exception], int], ...] = (
    (TooLarge, 413),
    (BadRequest, 400),
    (InputError, 422),
    (NotFound, 404),
    (NoKey, 401),
    (NotAllowed, 403),
    (TooOften, 429),
    (StillAnswering, 409),
    (Unavailable, 503),
    (NotStored, 404),
    (ReadError, 422),
    (StoreBusy, 503),
    (ListsError, 500),
    (ServiceError, 500),
)
"""The first that fits counts."""
MOST_ERRORS = 20
"""Errors of one body that are listed."""

Documented = dict[int | str, dict[str, object]]


def _documented(description: str, example: object) -> dict[str, object]:
    return {
        "description": description,
        "model": Problem,
        "content": {"application/json": {"example": {"detail": example}}},
    }


INVALID: Documented = {
    422: {
        "description": "The request does not have the documented shape.",
        "model": Invalid,
        "content": {
            "application/json": {
                "example": {
                    "detail": [{"loc": ["body", "queries"], "msg": "Field required", "type": "missing"}]
                }
            }
        },
    }
}
NOT_FOUND: Documented = {404: _documented("There is no such list or entry.", "list us_ofac is not loaded")}
TOO_LARGE: Documented = {
    413: _documented("The body, text or batch is too large.", "the body is larger than 12,000,000 bytes")
}
NOT_READY: Documented = {
    503: _documented(
        "Not ready, or too much to do; see `Retry-After`.", "too much to do at the moment; try again"
    )
}
TOO_SLOW: Documented = {
    408: _documented("The body did not arrive in time.", "the body did not arrive within 30 seconds")
}

NO_KEY: Documented = {
    401: _documented("A key is needed and none that is good was given.", "this needs an API key"),
    403: _documented("The key may not do this.", "the key 1f2e3d4c may not match; its scopes: screen"),
    429: _documented("The caller asks too often; see `Retry-After`.", "at most 600 requests a minute"),
}


CONFLICT: Documented = {
    409: _documented(
        "The same question is being answered; see `Retry-After`.",
        "the first request with this Idempotency-Key is still being answered",
    )
}

BAD: Documented = {
    400: _documented(
        "A value is not one of those that are known, or the body cannot be read.", "no algorithm 'x'"
    )
}
ASKING: Documented = {
    **BAD,
    **NO_KEY,
    **CONFLICT,
    **NOT_FOUND,
    **TOO_SLOW,
    **TOO_LARGE,
    **INVALID,
    **NOT_READY,
}
"""What may happen to a question with a body."""
LOOKING: Documented = {**NO_KEY, **NOT_FOUND, **INVALID, **NOT_READY}
"""What may happen to a request for something that is there or not."""


def install_problems(app: FastAPI) -> None:
    """Answer every foreseen error with its status and one sentence."""
    app.add_exception_handler(ServiceError, _foreseen)
    app.add_exception_handler(ListsError, _foreseen)
    app.add_exception_handler(RequestValidationError, _invalid)


def status_of(error: Exception) -> int:
    """Return the status code of an error."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


async def _foreseen(_request: Request, error: Exception) -> JSONResponse:
    headers: dict[str, str] = {}
    if isinstance(error, Unavailable | TooOften):
        headers["retry-after"] = str(error.retry_after)
    if isinstance(error, NoKey):
        headers["www-authenticate"] = 'Bearer realm="sanctions-xref"'
    return JSONResponse({"detail": str(error)}, status_of(error), headers)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """Say what is wrong and where, without repeating what was sent."""
    found = cast(RequestValidationError, error).errors()
    detail = [
        {"loc": list(item["loc"]), "msg": item["msg"], "type": item["type"]} for item in found[:MOST_ERRORS]
    ]
    return JSONResponse({"detail": detail}, 422)
