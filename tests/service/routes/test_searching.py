"""`GET /search/{dataset}`: which parties pass which filters, in which order, counted how."""

import pytest

UAC, KOMID, VESSEL = "us-ofac-sdn-36431", "us-ofac-sdn-9999..2Fa..20b", "us-ofac-sdn-3"


def ids(client, **asked: object) -> list[str]:
    answer = client.get("/search/default", params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == {"value": len(answer.json()["results"]), "relation": "eq"}
    return [one["id"] for one in answer.json()["results"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "*"}, [VESSEL, UAC, KOMID]),
        ({"q": ""}, [VESSEL, UAC, KOMID]),
        ({"q": "united aircraft"}, [UAC]),
        ({"q": "*", "schema": "Thing"}, [VESSEL, UAC, KOMID]),
        ({"q": "*", "schema": "LegalEntity"}, [UAC, KOMID]),
        ({"q": "*", "schema": "Organization"}, [UAC, KOMID]),
        ({"q": "united aircraft", "schema": "Company"}, [UAC]),
        ({"q": "*", "schema": "Vessel"}, [VESSEL]),
        ({"q": "*", "schema": "Person"}, []),
        ({"q": "*", "exclude_schema": "Vessel"}, [UAC, KOMID]),
        ({"q": "*", "countries": "KP"}, [VESSEL, KOMID]),
        ({"q": "*", "topics": "sanction"}, [VESSEL, UAC, KOMID]),
        ({"q": "*", "topics": "debarment"}, []),
        ({"q": "*", "datasets": "us_ofac_sdn"}, [VESSEL, UAC, KOMID]),
        ({"q": "*", "exclude_dataset": "us_ofac_sdn"}, []),
        ({"q": "*", "filter": "innCode:7708619320"}, [UAC]),
        ({"q": "*", "sort": "caption:desc"}, [UAC, KOMID, VESSEL]),
        ({"q": "*", "sort": "caption:asc"}, [VESSEL, KOMID, UAC]),
    ],
)
def test_what_passes_which_filter(client, asked, found):
    assert ids(client, **asked) == found


def test_pages_and_facets_are_of_all_that_was_found(client):
    answer = client.get("/search/default", params={"q": "*", "limit": 1, "offset": 1}).json()
    assert [one["id"] for one in answer["results"]] == [UAC]
    assert (answer["total"]["value"], answer["limit"], answer["offset"]) == (3, 1, 1)
    countries = {one["name"]: one["count"] for one in answer["facets"]["countries"]["values"]}
    assert countries == {"kp": 2, "ru": 1}
    assert answer["facets"]["countries"]["label"] == "Countries"
