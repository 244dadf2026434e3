"""The compiled kernel gives, bit for bit, what the same loops give in numpy."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lists.models import Address, Designation, ListedName, ListEntry, NameKind
from matchers import kernel
from matchers.index import CandidateIndex, build_index
from matchers.kernel import is_compiled
from matchers.scoring.features import NAMES, compute
from matchers.scoring.model import default_model
from service.evaluation.corpus import load_corpus

ROOT = Path(__file__).parents[2]

LISTED = [
    "TELESERVE PLUS",
    "TECHNOLAB",
    "NATIONAL IRANIAN OIL COMPANY",
    "Joint Stock Company Uralvagonzavod",
    "OBSHCHESTVO S OGRANICHENNOI OTVETSTVENNOSTYU KRON",
    "SHANGHAI FUDAN MICROELECTRONICS CO., LTD.",
    "WOKE TRADING HONGKONG LIMITED",
    "KOREA MINING DEVELOPMENT TRADING CORPORATION (KOMID)",
    "KOREA KUMRYONG TRADING CORPORATION",
    "OBSKY GAS CHEMICAL COMPLEX",
    "PLANT NO. 21",
    "PLANT NO. 22",
    "Factory of " + "Verylongword" * 9,
    "Завод имени Гагарина",
    "X",
    "AGROPECUARIA LA PERLA",
    "NORTHERN UNIVERSAL BANK",
    "SAKHATRANS",
    "T. COMPLEX OF GAS",
    "JSC PFC CSKA",
    "EKSI BANK",
    "NORTHERN",
    "TULSKOE NIGP",
    "ZAVOD KOMPLEKSNYE DOROZHNYE MASHINY",
]
WORDS = sorted(
    {word for name in LISTED for word in name.split()}
    | {
        "Gagarin",
        "oil",
        "Nowhere",
        "of",
        "NIOC",
        "GCC",
        "KDM",
        "Naucho",
        "Issledovatelskoe",
        "Geologicheskoe",
        "Predpriyatie",
        "PFK",
        "exi",
        "n",
        "c",
    }
)


def entry(number: int, name: str) -> ListEntry:
    kind = (NameKind.WEAK, NameKind.PREVIOUS)[number % 2]
    schema = ("Organization", "Vessel", "Person")[number % 3]
    return ListEntry(
        list_id="one",
        entry_id=str(number // 2),
        schema=schema,
        names=(ListedName(text=name), ListedName(text=name.lower() + " plant", kind=kind)),
        designations=(Designation(authority="Somebody"),),
        countries=("ir",) if "IRAN" in name else (),
        addresses=(Address(city="Nizhny Tagil"),),
    )


pytestmark = pytest.mark.skipif(
    not is_compiled() and not any(map(shutil.which, ("cc", "gcc", "clang"))),
    reason="the kernel was not compiled, for want of a C compiler",
)


@pytest.fixture(scope="module")
def both() -> tuple[CandidateIndex, CandidateIndex]:
    arrays = build_index([entry(number, name) for number, name in enumerate(LISTED)])
    return CandidateIndex(arrays), CandidateIndex(arrays, compiled=False)


def hold(both: tuple[CandidateIndex, CandidateIndex], asked: list[str]) -> None:
    """Compare every step of both ways."""
    compiled, plain = both
    assert compiled.kernel is not None
    assert plain.kernel is None
    mine, theirs = [compiled.prepare(text) for text in asked], [plain.prepare(text) for text in asked]
    for one, other in zip(mine, theirs, strict=True):
        assert one.acronyms == other.acronyms
        for word, same in zip(one.words, other.words, strict=True):
            assert word.number == same.number
            assert word.numbers.tolist() == same.numbers.tolist()
            assert word.alike.tobytes() == same.alike.tobytes()
    names = [compiled.propose(query) for query in mine]
    for query, other, found in zip(mine, theirs, names, strict=True):
        assert found.tolist() == plain.propose(other).tolist(), query.name.original
    every = [np.arange(min(compiled.names, 40), dtype=np.int32)] * len(asked)
    for chosen in (names, every):
        if any(map(len, chosen)):
            one, other = compute(compiled, mine, chosen), compute(plain, theirs, chosen)
            different = [NAMES[place] for place in np.flatnonzero((one.values != other.values).any(axis=0))]
            assert not different
            assert one.alike.tobytes() == other.alike.tobytes()
            assert one.places.tobytes() == other.places.tobytes()


def test_it_is_compiled_where_a_compiler_is_at_hand() -> None:
    assert is_compiled()


@pytest.mark.parametrize(
    "asked",
    [
        [*LISTED, "", "!", "OOO"],
        [
            "Teleserveplus",
            "Techno Lab",
            "NIOC",
            "OBSKY GCC",
            "Korea Mining D.T. Corp",
            "Plant 21",
            "Plant 23",
        ],
        ["Factory of " + "Verylongwort" * 9, "Factory of " + "Verylongword" * 40, "a " * 40, "oil " * 30],
        ["㍿" * 2_000, "ａ" * 2_000],
        ["Agroperla", "Noruniversalbank", "Sakha Transportnaya", "Northernplant", "Universal Bankers"],
        [
            "Tecnholab",
            "Teleserve Puls",
            "T Universal Bank",
            "Northern U Bank",
            "O S Chemical Complex G",
            "Norhtern",
        ],
        ["National Iranian Oil Company (NIOC)", "zavod Gagarina Nizhny Tagil", "Iran oil", "Kron LLC"],
    ],
)
def test_every_step_is_the_same(both, asked: list[str]) -> None:
    hold(both, asked)
    for name in asked:
        hold(both, [name])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(st.sampled_from(WORDS), st.text("aeginkrtuz", min_size=1, max_size=12)), max_size=6
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_words_are_the_same(both, asked: list[list[str]]) -> None:
    hold(both, [" ".join(words) for words in asked])


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(LISTED), st.integers(0, 60), st.text("abgkorzuy 1", max_size=3), st.integers(0, 3))
def test_misspelt_names_are_the_same(both, name: str, at: int, put: str, cut: int) -> None:
    hold(both, [name[:at] + put + name[at + cut :]])


def test_names_of_the_embedded_lists_with_letters_lost() -> None:
    entries = load_corpus(ROOT / "lists" / "embedded" / "data").entries
    arrays = build_index(entries)
    names = [entry.names[0].text for entry in entries][::3]
    asked = [name[:at] + name[at + 1 + at % 3 :] for at, name in enumerate(names, start=4)]
    hold((CandidateIndex(arrays), CandidateIndex(arrays, compiled=False)), [*names, *asked])


def test_an_answer_does_not_depend_on_the_company_it_is_asked_in(both) -> None:
    for index in both:
        every = [np.arange(index.names, dtype=np.int32)]
        alone = compute(index, [index.prepare("Korea Mining")], every).values
        wide = compute(
            index, [index.prepare("Korea Mining"), index.prepare(" ".join(WORDS[:14]))], every * 2
        ).values
        assert alone.tobytes() == wide[: len(alone)].tobytes()


def test_threads_share_one_kernel(both) -> None:
    compiled, plain = both
    asked = [f"{first} {second}" for first in WORDS for second in WORDS[:8]]
    expected = [plain.propose(plain.prepare(name)).tolist() for name in asked]

    def ask(_: int) -> list[list[int]]:
        return [compiled.propose(compiled.prepare(name)).tolist() for name in asked]

    with ThreadPoolExecutor(4) as pool:
        assert all(found == expected for found in pool.map(ask, range(8)))


def test_a_library_of_another_version_is_left_alone_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_LAYOUT", -1)
    library = kernel._library.__wrapped__
    with pytest.warns(UserWarning, match="install the package again"):
        assert library() is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.floats(-2, 30, width=32), min_size=len(NAMES), max_size=len(NAMES)), max_size=4))
def test_scores_are_the_same(rows: list[list[float]]) -> None:
    table = np.array(rows, dtype=np.float32).reshape(-1, len(NAMES))
    assert default_model().compiled is not None
    assert (
        default_model().score(table).tolist() == replace(default_model(), compiled=None).score(table).tolist()
    )
