import threading
from datetime import UTC, date, datetime

import pytest

from lists.importing import Import, import_files
from service.errors import Unavailable
from service.holdings import store_of
from service.indexing import ApartBuilder
from service.runtime import SMALL, RuntimeHolder

HEADER = "entry_id,schema,name,countries,listing_date\n"


@pytest.fixture
def data(tmp_path_factory):
    """A data folder with more entries than an index is built over in memory each time."""
    folder = tmp_path_factory.mktemp("indexing") / "data"
    table = folder.parent / "us_ofac_sdn.csv"
    rows = (f"{n},Organization,TEST BANK NUMBER {n},ru,2022-01-01\n" for n in range(SMALL + 1))
    table.write_text(HEADER + "".join(rows))
    chosen = Import("us_ofac_sdn", published=date(2026, 1, 1))
    import_files(store_of(folder), [table], chosen, datetime.now(UTC))
    return folder


@pytest.mark.parametrize("day", [None, date(2026, 6, 1)])
def test_an_index_is_built_in_another_process_and_opened_in_this(data, day):
    told: list[str] = []
    holder = RuntimeHolder(data, build_apart=ApartBuilder())
    if day is None:
        holder.refresh(told.append)
        runtime = holder.current
    else:
        runtime = holder.known_on(day)
    assert told == [], "it was built here"
    assert (data / "index" / runtime.key).is_dir()
    assert len(runtime.holdings) == SMALL + 1


def test_where_it_cannot_be_saved_it_is_built_here(data, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "lists").symlink_to(data / "lists")
    (folder / "index").write_text("a file where the folder would be")
    told: list[str] = []
    holder = RuntimeHolder(folder, build_apart=ApartBuilder())
    assert holder.refresh(told.append)
    assert len(told) >= 1
    assert holder.current is not None


def test_another_process_that_fails_says_so(tmp_path):
    assert ApartBuilder()(tmp_path / "data", date(1990, 1, 1)) is False


def test_what_is_being_built_ends_with_the_service(data):
    builder, raised = ApartBuilder(), []

    def build() -> None:
        try:
            builder(data, None)
        except Unavailable as error:
            raised.append(error)

    thread = threading.Thread(target=build)
    thread.start()
    builder.stop()  # it may run by now, or be about to
    thread.join(30)
    assert len(raised) == 1
    assert not list((data / "index").glob("[0-9a-f]*")), "it was built all the same"
