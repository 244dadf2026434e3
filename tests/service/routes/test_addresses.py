"""Articles that come as the address of their page: refused by default, fetched from the hosts that are allowed."""

import hashlib
import json
import ssl
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from service.fetching import Fetcher, Network
from service.routes.screening import ADDRESSES
from service.settings import Settings

TEXT = "Officials met KOMID on Friday."
PAGE = (
    f"<html lang=en><title>A visit</title><meta name=date content=2023-09-15><article><p>{TEXT}</p></article>"
)
OFF = "no addresses are fetched here; send the text, or have the host named in SANCTIONS_XREF_FETCH_HOSTS"


@dataclass
class News:
    """A site whose name is allowed, and a fetcher that finds it on the loopback."""

    address: str
    pages: Fetcher
    asked: list[str]


@pytest.fixture
def news(hosting) -> News:
    app, asked = FastAPI(), []

    @app.get("/visit")
    def visit() -> HTMLResponse:
        asked.append("/visit")
        return HTMLResponse(PAGE)

    @app.get("/old")
    def old() -> RedirectResponse:
        return RedirectResponse("/visit", 301)

    @app.get("/inside")
    def inside() -> RedirectResponse:
        return RedirectResponse("http://169.254.169.254/latest/meta-data/")

    @app.get("/plain")
    def plain() -> PlainTextResponse:
        return PlainTextResponse(TEXT)

    @app.get("/long")
    def long() -> PlainTextResponse:
        return PlainTextResponse("x" * 1_001)

    async def resolve(_: str) -> list[str]:
        return ["127.0.0.1"]

    port = hosting(app).rpartition(":")[2]
    network = Network(resolve, lambda found: found == "127.0.0.1", ssl.create_default_context())
    pages = Fetcher(Settings(fetch_hosts=(f"news.example:{port}",)), network)
    return News(f"http://news.example:{port}", pages, asked)


def test_an_address_is_refused_where_no_host_is_allowed(client):
    answer = client.post("/v1/screen", json={"url": "https://news.example/visit"})
    assert (answer.status_code, answer.json()["detail"]) == (422, f"the page was not fetched: {OFF}")


@pytest.mark.parametrize("more", [{}, {"text": ""}, {"text": " \n"}, {"html": True}])
def test_a_refused_address_does_not_fail_the_others_and_is_not_taken_for_an_empty_article(client, more):
    articles = [{"id": "1", "url": "https://news.example/visit", **more}, {"id": "2", "text": TEXT}]
    refused, good = client.post("/v1/screen/batch", json={"articles": articles}).json()["results"]
    assert refused == {"article_id": "1", "error": f"the page was not fetched: {OFF}"}
    assert good["organizations"]


@pytest.mark.parametrize("path", ["/visit", "/old"])
def test_a_page_is_screened_as_if_it_had_been_sent_and_says_where_it_was(serving, news, path):
    client = serving(news.pages)
    asked = {"id": "a", "url": news.address + path}
    answer = client.post("/v1/screen", json=asked).json()
    fetched, text = answer["article"].pop("fetched"), answer.pop("text")
    assert fetched.pop("retrieved")
    assert fetched == {
        "url": f"{news.address}/visit",
        "sha256": hashlib.sha256(PAGE.encode()).hexdigest(),
    }
    sent = client.post("/v1/screen", json={"id": "a", "text": PAGE, "html": True}).json()
    assert answer == sent
    assert answer["article"]["published"] == "2023-09-15"
    (mention,) = answer["organizations"][0]["mentions"]
    assert text[mention["start"] : mention["end"]] == "KOMID"
    assert answer["organizations"][0]["matches"]


def test_what_the_caller_says_of_an_article_goes_before_what_its_page_says(serving, news):
    said = {"title": "Another", "published": "2020-01-02", "language": "de"}
    answer = serving(news.pages).post("/v1/screen", json={"url": f"{news.address}/visit", **said}).json()
    assert said.items() <= answer["article"].items()


def test_plain_text_is_screened_as_it_is(serving, news):
    answer = serving(news.pages).post("/v1/screen", json={"url": f"{news.address}/plain"}).json()
    assert answer["article"]["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    (mention,) = answer["organizations"][0]["mentions"]
    assert TEXT[mention["start"] : mention["end"]] == "KOMID"


def test_an_article_with_a_text_is_not_fetched(serving, news):
    asked = {"text": TEXT, "url": f"{news.address}/visit"}
    assert "fetched" not in serving(news.pages).post("/v1/screen", json=asked).json()["article"]
    assert news.asked == []


ALL = ("/visit", "/inside", "/nowhere", "/plain")


def check_all(answers: list[dict]) -> None:
    """Two of four are answered, each of the others says why not, and nothing of where it led."""
    assert [answer.get("article", {}).get("id") for answer in answers] == ["0", None, None, "3"]
    assert all(answers[number]["organizations"] for number in (0, 3))
    assert [answers[number]["article_id"] for number in (1, 2)] == ["1", "2"]
    assert "it leads on to an address" in answers[1]["error"]
    assert "169.254" not in answers[1]["error"]
    assert answers[2]["error"] == "the page was not fetched: its server answered 404"


def test_a_batch_answers_each_address_by_itself(serving, news):
    articles = [{"id": str(number), "url": news.address + path} for number, path in enumerate(ALL)]
    check_all(serving(news.pages).post("/v1/screen/batch", json={"articles": articles}).json()["results"])


def test_a_stream_answers_each_address_by_itself(serving, news):
    lines = [json.dumps({"id": str(number), "url": news.address + path}) for number, path in enumerate(ALL)]
    answer = serving(news.pages).post("/v1/screen/stream", content="\n".join(lines))
    _, *answers, end = map(json.loads, answer.text.splitlines())
    check_all(answers)
    assert end == {"answered": 4, "errors": 2}


def test_a_batch_of_more_addresses_than_it_may_fetch_is_refused_whole(serving, news):
    articles = [{"url": f"{news.address}/visit"}] * (ADDRESSES + 1)
    answer = serving(news.pages).post("/v1/screen/batch", json={"articles": articles})
    assert answer.status_code == 413
    assert "21 pages to fetch; at most 20 in one batch" in answer.json()["detail"]
    assert news.asked == []


def test_a_page_longer_than_a_text_may_be_is_refused(serving, news):
    answer = serving(news.pages, max_text=1_000).post("/v1/screen", json={"url": f"{news.address}/long"})
    assert answer.status_code == 422
    assert "1,001 characters; one article may have 1,000" in answer.json()["detail"]


def test_the_log_says_the_host_and_the_hash_and_the_metrics_how_long_it_took(serving, news, caplog):
    client = serving(news.pages)
    with caplog.at_level("INFO", "service.fetching"):
        client.post("/v1/screen", json={"url": f"{news.address}/visit?secret=1"})
    (record,) = [one for one in caplog.records if one.name == "service.fetching"]
    sha256 = hashlib.sha256(PAGE.encode()).hexdigest()
    assert (
        record.getMessage() == f"fetched {len(PAGE)} bytes with the SHA-256 {sha256}, asked of news.example"
    )
    assert 'xref_stage_seconds_count{stage="fetch"} 1.0' in client.get("/metrics").text


def test_the_log_says_why_nothing_was_fetched_from_an_allowed_host_and_not_what(serving, news, caplog):
    client = serving(news.pages)
    with caplog.at_level("INFO", "service.fetching"):
        client.post("/v1/screen", json={"url": f"{news.address}/nowhere?secret=1"})
        client.post("/v1/screen", json={"url": "http://elsewhere.example/"})
    said = [record.getMessage() for record in caplog.records if record.name == "service.fetching"]
    assert said == ["the page was not fetched: its server answered 404; asked of news.example"]


def test_a_service_fetches_where_its_settings_allow_it(serving):
    answer = serving(fetch_hosts=("localhost.localdomain",)).post(
        "/v1/screen", json={"url": "http://localhost.localdomain/"}
    )
    assert answer.status_code == 422
    assert "no place on the public internet" in answer.json()["detail"]


def test_every_character_of_a_text_counts(client):
    text = f" \n\t{TEXT}\n"
    answer = client.post("/v1/screen", json={"text": text}).json()
    (mention,) = answer["organizations"][0]["mentions"]
    assert text[mention["start"] : mention["end"]] == "KOMID"
    assert answer["article"]["sha256"] == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("body", [{}, {"id": "1"}, {"url": ""}, {"url": None}, {"title": "x"}])
def test_an_article_without_a_text_and_an_address_is_wrong(client, body):
    answer = client.post("/v1/screen", json=body)
    assert answer.status_code == 422
    assert "an article needs its text, or the url of its page" in answer.text
