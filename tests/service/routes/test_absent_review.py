"""A service without the reviewers' pages, asked for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings


@pytest.mark.parametrize("path", ["/review", "/review/cases/17"])
def test_who_looks_for_the_pages_is_told_what_they_need(path: str, tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data=tmp_path, review=False))) as client:
        answer = client.get(path)
        assert path not in client.get("/openapi.json").json()["paths"]
    assert answer.status_code == 404
    assert "SANCTIONS_XREF_REVIEW" in answer.json()["detail"]
