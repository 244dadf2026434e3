"""Names of datasets: ours, the collections, and the names that OpenSanctions gives the same lists.

Existing configurations name their datasets as OpenSanctions does; each of these names stands for one or more
of the lists that are loaded. A name that stands for no loaded list is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from service.errors import NotFound

COLLECTIONS = frozenset({"default", "sanctions", "all"})
"""Every list that is loaded."""
OTHER_NAMES = MappingProxyType(
    {
        # name at OpenSanctions (index of its datasets, 2026) → ids of our lists
        "us_ofac_cons": ("us_ofac_ssi", "us_ofac_cmic", "us_ofac_mbs", "us_ofac_plc", "us_ofac_capta"),
        "us_trade_csl": (
            "us_bis_entity_list",
            "us_bis_dpl",
            "us_bis_uvl",
            "us_bis_meu",
            "us_state_isn",
            "us_state_debarred",
        ),
        "gb_fcdo_sanctions": ("gb_uksl",),
        "gb_hmt_sanctions": ("gb_uksl",),
        "un_sc_sanctions": ("un_sc",),
        "ch_seco_sanctions": ("ch_seco",),
        "ca_dfatd_sema_sanctions": ("ca_sema",),
        "au_dfat_sanctions": ("au_dfat",),
    }
)
TOPICS = MappingProxyType(
    {
        # FollowTheMoney topics of lists whose parties are not sanctioned in the narrow sense
        "us_bis_entity_list": ("export.control",),
        "us_bis_dpl": ("export.control",),
        "us_bis_uvl": ("export.risk",),
        "us_bis_meu": ("export.control",),
        "us_state_debarred": ("debarment",),
    }
)


def topics_of(list_id: str) -> tuple[str, ...]:
    """Return the FollowTheMoney topics that being on a list means."""
    return TOPICS.get(list_id, ("sanction",))


def lists_named(name: str, loaded: Iterable[str]) -> frozenset[str]:
    """Return the loaded lists that a dataset name stands for; `NotFound` where there is none."""
    known = frozenset(loaded)
    found = known if name in COLLECTIONS else known & {name, *OTHER_NAMES.get(name, ())}
    if not found:
        raise NotFound(f"no dataset {name}; there are default, sanctions, {', '.join(sorted(known))}")
    return found


def lists_in(names: Iterable[str], loaded: Iterable[str]) -> frozenset[str]:
    """Return the loaded lists that any of the names stands for; unknown names count for nothing."""
    known = frozenset(loaded)
    found: set[str] = set()
    for name in names:
        found |= known if name in COLLECTIONS else known & {name, *OTHER_NAMES.get(name, ())}
    return frozenset(found)


def scope_of(name: str, include: Iterable[str], loaded: Iterable[str]) -> frozenset[str]:
    """Return the lists that a request asks: `include` narrows a collection, and adds to a single list.

    Clients that take several datasets put the first into the path and the others into `include_dataset`;
    clients that put a collection into the path mean to choose from it.
    """
    known, more = frozenset(loaded), tuple(include)
    scope = lists_named(name, known)
    if not more:
        return scope
    return lists_in(more, known) if name in COLLECTIONS else scope | lists_in(more, known)
