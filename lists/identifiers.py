"""Identifying numbers: which kind a publisher's label means, and whether the check digits agree.

A number is stored as published, apart from spaces and the prefix that its kind implies (`IMO 9562233` →
`9562233`). A number whose check digits disagree is kept with `valid=False`: typing errors of publishers are
facts, and a reviewer has to see them. The check digits are python-stdnum's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from stdnum import bic, imo, isin, lei
from stdnum.cn import uscc
from stdnum.ru import inn, ogrn

from lists.models import Identifier

CHECKS: Mapping[str, Callable[[str], bool]] = {
    "bikCode": lambda value: re.fullmatch(r"0[0-9]{8}", value) is not None,
    "imoNumber": imo.is_valid,
    "innCode": inn.is_valid,
    "isin": isin.is_valid,
    "leiCode": lei.is_valid,
    "mmsi": lambda value: re.fullmatch(r"[2-7][0-9]{8}", value) is not None,
    "ogrnCode": ogrn.is_valid,
    "swiftBic": bic.is_valid,
    "uscCode": uscc.is_valid,
}
"""What tells whether a number of a kind can exist; kinds that are not here have nothing to check."""

LABELS: Mapping[str, str] = {
    # OFAC's document and feature types, and the same numbers' names on the other lists (lower case).
    "bik": "bikCode",
    "bik (ru)": "bikCode",
    "business registration number": "registrationNumber",
    "cage code": "cageCode",
    "company number": "registrationNumber",
    "d-u-n-s number": "dunsCode",
    "enterprise number": "registrationNumber",
    "global intermediary identification number": "giiNumber",
    "government gazette number": "okpoCode",
    "identification number": "idNumber",
    "imo number": "imoNumber",
    "inn": "innCode",
    "isin": "isin",
    "kpp": "kppCode",
    "le number": "leiCode",
    "legal entity number": "leiCode",
    "license": "licenseNumber",
    "mmsi": "mmsi",
    "national id no.": "idNumber",
    "ogrn": "ogrnCode",
    "okpo": "okpoCode",
    "passport": "passportNumber",
    "registration id": "registrationNumber",
    "registration number": "registrationNumber",
    "swift/bic": "swiftBic",
    "tax id no.": "taxNumber",
    "unified social credit code (uscc)": "uscCode",
    "united social credit code certificate (usccc)": "uscCode",
    "v.a.t. number": "vatCode",
    "vessel registration identification": "imoNumber",
}

_IMO = re.compile(r"(?:IMO)?[\s:.-]*(\d{5,8})", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_LABELLED = re.compile(
    r"\b(?P<label>INN|OGRN(?:IP)?|KPP|OKPO|BI[CK]|SWIFT(?:[/ -]BIC)?|LEI|IMO|MMSI|TIN)\b"
    r"(?:\s+(?:number|code|no\.?))?\s*[:№#]?\s*(?P<value>[A-Z0-9][A-Z0-9]{5,19})\b"
)
_IN_TEXT = {
    "INN": "innCode",
    "OGRN": "ogrnCode",
    "OGRNIP": "ogrnCode",
    "KPP": "kppCode",
    "OKPO": "okpoCode",
    "LEI": "leiCode",
    "IMO": "imoNumber",
    "MMSI": "mmsi",
    "TIN": "taxNumber",
    "BIK": "bikCode",
}


def identifier(
    kind: str,
    value: str,
    *,
    country: str | None = None,
    label: str | None = None,
    flags: tuple[str, ...] = (),
) -> Identifier:
    """Return an identifier of a known kind with the result of its check digits.

    >>> identifier("imoNumber", "IMO 9562233").value, identifier("innCode", "7708619321").valid
    ('9562233', False)
    """
    bare = _bare(kind, value)
    check = CHECKS.get(kind)
    valid = check(bare) if check else None
    return Identifier(kind=kind, value=bare, country=country, label=label, valid=valid, flags=flags)


def labelled(
    label: str, value: str, country: str | None = None, flags: tuple[str, ...] = ()
) -> Identifier | None:
    """Return the identifier that a publisher's label means; None for a label that `LABELS` does not have.

    A Russian tax or registration number with the right length and check digits becomes an INN or OGRN, a
    `Legal Entity Number` that is no LEI a registration number: OFAC uses these labels loosely.
    """
    kind = LABELS.get(label.strip().rstrip(":").lower())
    if kind is None:
        return None
    refined = _refined(kind, value, country)
    found = identifier(refined, value, country=country, label=label, flags=flags)
    is_no_lei = kind == "leiCode" and refined != kind
    return found.model_copy(update={"valid": False}) if is_no_lei else found


def identifiers_in(text: str) -> Iterator[Identifier]:
    """Yield the numbers that a free text labels: `INN: 7708619320`, `OGRN 1067761849704`, `IMO 9562233`."""
    for found in _LABELLED.finditer(_SPACES.sub(" ", text)):
        label, value = found["label"], found["value"]
        if not any(character.isdigit() for character in value) and not label.startswith(("SWIFT", "BIC")):
            continue
        kind = _IN_TEXT.get(label) or ("swiftBic" if bic.is_valid(value) else "bikCode")
        yield identifier(kind, value, label=label)


def _bare(kind: str, value: str) -> str:
    text = value.strip()
    if kind == "imoNumber":
        found = _IMO.fullmatch(text)
        return found[1] if found else text
    if kind in CHECKS or kind in {"kppCode", "okpoCode"}:
        return _SPACES.sub("", text).upper()
    return text.replace("-", "") if kind == "dunsCode" else text


def _refined(kind: str, value: str, country: str | None) -> str:
    bare = _SPACES.sub("", value)
    if kind == "leiCode" and not lei.is_valid(bare):
        return "registrationNumber"
    if country == "ru" and kind in {"taxNumber", "registrationNumber", "idNumber"}:
        if inn.is_valid(bare):
            return "innCode"
        if ogrn.is_valid(bare):
            return "ogrnCode"
    if country == "cn" and kind in {"taxNumber", "registrationNumber"} and uscc.is_valid(bare):
        return "uscCode"
    return kind
