"""The migrations of the review's database, run by Alembic; imported only where one is to run."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config

from service.review.database import Database


def migrate(database: Database) -> None:
    """Run the migrations that the database does not have yet; several processes may try at once."""
    config = Config()
    config.set_main_option("script_location", str(files("service.review") / "migrations"))
    config.set_main_option("path_separator", "os")
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
