"""A bare FastAPI route that sends back the JSON that it was sent: the yardstick of the load benchmark."""

from typing import Annotated, Any

from fastapi import Body, FastAPI

app = FastAPI()


@app.post("/echo")
async def echo(body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
    """Return the body."""
    return body


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    """Say that it runs."""
    return {"status": "ok"}
