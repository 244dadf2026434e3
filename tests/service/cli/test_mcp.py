"""The server for agents, as an agent's client starts it: the command, over its standard input and output."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed: pip install 'sanctions-xref[mcp]'")

from mcp import Client, StdioServerParameters

from lists.importing import Import, import_files
from service.holdings import store_of

HEADER = "entry_id,schema,name,aliases,countries,programmes,listing_date\n"
ROW = "36431,Organization,UNITED AIRCRAFT CORPORATION,PJSC UAC,ru,RUSSIA-EO14024,2022-06-28\n"
TEXT = "Officials visited United Aircraft Corporation on Friday."


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mcp") / "data"
    table = folder.parent / "us_ofac_sdn.csv"
    table.write_text(HEADER + ROW)
    import_files(store_of(folder), [table], Import("us_ofac_sdn"), datetime.now(UTC))
    return folder


@pytest.fixture
def ask(data):
    """Return a function that starts the command, does something with its client, and ends it."""

    def run(work):
        async def asking():
            command = str(Path(sys.executable).with_name("sanctions-xref"))
            parameters = StdioServerParameters(command=command, args=["mcp", "--data", str(data)])
            async with Client(parameters) as client:
                return await work(client)

        return asyncio.run(asyncio.wait_for(asking(), 60))

    return run


def call(tool, /, **arguments):
    return lambda client: client.call_tool(tool, arguments)


def test_it_says_what_it_is_and_what_it_can(ask):
    async def look(client):
        return client.instructions, await client.list_tools()

    instructions, listed = ask(look)
    assert "potential match" in instructions
    assert "cleared" not in instructions
    tools = {tool.name: tool for tool in listed.tools}
    assert tools.keys() == {"screen_text", "match_name", "explain_match", "list_status"}
    assert all(tool.description and tool.output_schema for tool in tools.values())


def test_it_screens_a_text(ask):
    found = ask(call("screen_text", text=TEXT)).structured_content
    (organization,) = found["organizations"]
    (place,) = organization["mentions"]
    start, _, rest = place.partition("-")
    end, _, words = rest.partition(" ")
    assert TEXT[int(start) : int(end)] == words == "United Aircraft Corporation"
    assert organization["hits"][0]["entry_id"] == "36431"
    assert found["snapshots"][0].startswith("us_ofac_sdn ")
    assert found["engine"].startswith("sanctions-xref/")
    assert "calibration/" in found["engine"]
    assert "person" in found["note"]


def test_it_matches_a_name_and_explains_it(ask):
    async def work(client):
        looked = await client.call_tool(
            "match_name", {"name": "United Aircraft Corporation", "country": "ru"}
        )
        hit = looked.structured_content["hits"][0]
        asked = {
            "name": "United Aircraft Corporation",
            "list_id": hit["list_id"],
            "entry_id": hit["entry_id"],
        }
        return hit, (await client.call_tool("explain_match", asked)).structured_content

    hit, explained = ask(work)
    assert (hit["listed_since"], hit["status"], hit["programmes"]) == (
        "2022-06-28",
        "listed",
        ["RUSSIA-EO14024"],
    )
    match = explained["match"]
    assert match["list"] == "us_ofac_sdn"
    assert sum(feature["contribution"] for feature in match["features"]) == pytest.approx(
        match["score"], abs=1e-4
    )


def test_no_hit_clears_nobody(ask):
    found = ask(call("match_name", name="Bakery of Nowhere")).structured_content
    assert found["hits"] == []
    assert found["note"] == "nothing reached the confidence; nobody is clear"


def test_it_says_how_fresh_the_lists_are(ask):
    (state,) = ask(call("list_status")).structured_content["result"]
    assert (state["list_id"], state["entries"], state["stale"]) == ("us_ofac_sdn", 1, False)


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("match_name", {"name": ""}, "at least 1 character"),
        ("match_name", {"name": "x" * 3000}, "at most 2000"),
        ("explain_match", {"name": "KOMID", "list_id": "us_ofac_sdn", "entry_id": "7"}, "is not among"),
        ("match_name", {"name": "x", "lists": ["nowhere"]}, "loaded: us_ofac_sdn"),
        ("screen_text", {}, "required"),
        ("screen_text", {"text": "https://news.example/a"}, "give the text of the page"),
    ],
)
def test_what_is_wrong_is_told(ask, tool, arguments, said):
    answer = ask(call(tool, **arguments))
    assert answer.is_error
    assert said in answer.content[0].text
