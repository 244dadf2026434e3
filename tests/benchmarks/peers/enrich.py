"""Enrich one company from a service with nomenklatura's own YenteEnricher, and print what came of it as JSON lines.

    PEERS/bin/python tests/benchmarks/peers/enrich.py http://127.0.0.1:8000/ NAME [KEY]

Each line is an entity: first the matches, then for each match what its expansion gave.
"""

import json
import logging
import sys

from followthemoney import Dataset, StatementEntity
from nomenklatura.cache import Cache
from nomenklatura.db import Session, create_engine
from nomenklatura.enrich.yente import YenteEnricher


def main() -> None:
    """Match and expand, printing each entity with the step that gave it."""
    address, name, *key = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING)
    dataset = Dataset.make({"name": "asked", "title": "Asked"})
    config = {"api": address, "dataset": "default", "api_key": key[0] if key else "", "cache_days": 0}
    with Session(create_engine("sqlite://")) as session:
        enricher = YenteEnricher(dataset, Cache(session, dataset, create=True), config)
        asked = StatementEntity.from_data(
            dataset, {"id": "asked", "schema": "Company", "properties": {"name": [name], "country": ["ru"]}}
        )
        for match in enricher.match(asked):
            show("match", match)
            for found in enricher.expand(asked, match):
                show("expand", found)


def show(step: str, entity: StatementEntity) -> None:
    """Print one entity."""
    print(json.dumps({"step": step, **entity.to_dict()}, default=str))


if __name__ == "__main__":
    main()
