"""The desk: everything that the review's routes need, made once and kept with the application."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from matchers.models import Options
from service.articles.article import Article
from service.house_aliases import HouseAliases
from service.keys import KeyRing
from service.review.checkpoints import load_signer
from service.review.database import open_database
from service.review.errors import ReviewError
from service.review.good_guys import CurrentEntry
from service.review.intake import EntryLookup
from service.review.ledger import Clock, Ledger
from service.schemas import ScreenAnswer

Screener = Callable[[Article, Options, date], ScreenAnswer]
"""(article, how it is asked, day) → the answer; raises `Unavailable` while no index stands."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the review keeps what it keeps."""

    database_url: str
    key: Path
    witness: Path
    """Checkpoints are written down here too, for whoever copies them away."""
    setup: Path = Path("setup-code")
    """The code with which the first user is made; there only as long as nobody can log in."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The ledger, and how the desk asks the matcher. `secure` cookies are sent over HTTPS only."""

    ledger: Ledger
    places: Places
    screen: Screener | None = None
    lookup: EntryLookup = lambda *_: None
    current: CurrentEntry = lambda *_: None
    versions: Callable[[], str] = str
    """Names the loaded versions of the lists: equal texts, equal entries; empty while none is loaded."""
    samples: Callable[[], Sequence[tuple[str, str, str]]] = tuple
    """Draws names for the self-test: (list id, entry id, primary name)."""
    publish: Callable[[HouseAliases], bool] = lambda _aliases: False
    """Puts a set of house aliases in force; says whether it is another one than before."""
    is_open: Callable[[], bool] = lambda: False
    """Whether the service answers everybody without a key; then anybody may try a name here, too."""
    keys: KeyRing | None = None
    """The API keys of programs that ask."""
    secure: bool = False


def places_in(data: Path, database_url: str = "") -> Places:
    """Return the places in a data folder; the database may be elsewhere."""
    folder = data / "review"
    return Places(
        database_url or f"sqlite:///{folder / 'review.db'}",
        folder / "checkpoint.key",
        folder / "checkpoints.jsonl",
        folder / "setup-code",
    )


def open_ledger(places: Places, clock: Clock | None = None) -> Ledger:
    """Open the database and the key; make both where there are none."""
    try:
        return Ledger(open_database(places.database_url), load_signer(places.key), clock or _now)
    except OSError as error:
        raise ReviewError(f"the review cannot be kept in {places.key.parent}: {error.strerror}") from error


def _now() -> datetime:
    return datetime.now(UTC)
