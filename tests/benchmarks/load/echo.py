"""A bare FastAPI route that sends back the JSON that it was sent: the yardstick of the load benchmark.

python tests/benchmarks/load/echo.py PORT WORKERS        served by the same server in the same way as the service
"""

import sys
from typing import Annotated, Any

import uvicorn
from fastapi import Body, FastAPI

from service.workers import run_workers

app = FastAPI()


@app.post("/echo")
async def echo(body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
    """Return the body."""
    return body


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    """Say that it runs."""
    return {"status": "ok"}


if __name__ == "__main__":
    port, workers = map(int, sys.argv[1:])
    run_workers(uvicorn.Config(app, port=port, workers=workers, access_log=False, log_level="warning"))
