"""What is given to every command: its settings."""

from __future__ import annotations

from pathlib import Path

from service.settings import Settings, read_settings


def settings_with(data: Path | None) -> Settings:
    """Return the settings, with the folder of `--data` where it was given."""
    settings = read_settings()
    return settings if data is None else settings.model_copy(update={"data": data})
