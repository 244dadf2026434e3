"""The history of the tables, for Alembic; `database.migrate` runs what is missing."""
