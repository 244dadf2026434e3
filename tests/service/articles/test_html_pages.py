"""What is taken from a web page, and what is left."""

# ruff: noqa: E501 - a case is a line, however long

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchers.mentions import find_mentions
from service.articles import Article, ReadOptions, Skipped, read_articles
from service.articles.html_pages import page_article
from service.articles.html_text import TooDeep, parse_page

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Visit - Example News</title>
<meta property="og:title" content="Visit to the plant"><meta property="article:published_time" content="2023-09-15T08:00:00+09:00">
<link rel="canonical" href="https://news.example/visit"><style>p{color:red}</style><script>var x = "Acme Script";</script></head>
<body><nav><a href="/">Home</a> <a href="/b">Boeing Channel</a></nav>
<article><h1>Visit to the plant</h1><p>They saw the <b>Yuri Gagarin</b> Aviation&nbsp;Plant,<br>then the <u>meeting</u> in Moscow.</p>
<p>A branch of <a href="/uac">United Aircraft Corporation</a> &amp; partners, it builds jets that are flown by the air force of the country.</p>
<div style="display: none">Hidden Holdings</div>
<ul class="related"><li><a href="/1">Lockheed Martin</a></li></ul></article>
<footer>Copyright Example Media Group</footer></body></html>"""
LXML = ReadOptions(html_extractor="lxml")


def article(content: str, options: ReadOptions = LXML) -> Article:
    found = page_article(content, "page.html", options)
    assert isinstance(found, Article)
    return found


def test_the_built_in_extractor_keeps_the_article_and_nothing_else() -> None:
    found = article(PAGE)
    assert found.text.split("\n") == [
        "Visit to the plant",
        "They saw the Yuri Gagarin Aviation Plant,",
        "then the meeting in Moscow.",
        "A branch of United Aircraft Corporation & partners, it builds jets that are flown by the air force of the country.",
    ]


def test_metadata_is_read() -> None:
    found = article(PAGE)
    assert (found.title, found.published, found.published_basis) == (
        "Visit to the plant",
        "2023-09-15",
        "metadata",
    )
    assert (found.url, found.language) == ("https://news.example/visit", "en")


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "datePublished": "2021-02-03"}]}</script>',
        '<meta name="DC.date" content="3 February 2021">',
        '<meta name="pubdate" content="20210203">',
    ],
)
def test_dates_are_found_where_pages_put_them(head: str) -> None:
    assert (
        article(f"<html><head>{head}</head><body><p>Rosneft grew.</p></body></html>").published
        == "2021-02-03"
    )


def test_a_page_without_date_says_so() -> None:
    found = article("<p>Rosneft grew.</p>")
    assert (found.published, found.published_basis) == (None, "unknown")


def test_text_outside_a_marked_article_is_not_lost() -> None:
    page = f"<body><article>{'short ' * 50}</article><div>{'Rosneft grew. ' * 100}</div></body>"
    assert "Rosneft" in article(page).text


def test_a_class_name_alone_does_not_hide_an_article() -> None:
    page = f"<body><div class='social-content related'><p>{'Rosneft grew. ' * 100}</p></div></body>"
    assert "Rosneft" in article(page).text


def test_trafilatura_is_used_where_it_is_installed() -> None:
    found = article(PAGE, ReadOptions(html_extractor="trafilatura"))
    assert "Yuri Gagarin Aviation" in found.text
    assert "Boeing Channel" not in found.text


def test_a_declared_encoding_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    markup = '<html><head><meta charset="windows-1251"></head><body><p>Росатом растёт.</p></body></html>'
    path.write_bytes(markup.encode("cp1251"))
    (found,) = read_articles([path], LXML)
    assert isinstance(found, Article)
    assert found.text == "Росатом растёт."


TAGS = st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<br/>", "<div class='nav'>", "</div>", "<!--", "-->", "&amp;", "&#x41;", "<a href=x>", "</a>", "<script>", "</script>", "<", ">"])  # fmt: skip
TEXT = st.sampled_from(["Gagarin plant", "Rosneft", "e\u0301", "שלום", "公司", "👩\u200d🚀", " ", "\n", "«Прибой»", "\u200f", "\x00", "\ud800"])  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(TAGS, TEXT), max_size=60).map("".join))
def test_offsets_hold_in_extracted_text(markup: str) -> None:
    found = page_article(markup, "page.html", LXML)
    if isinstance(found, Skipped):
        return
    for mention in find_mentions(found.text):
        assert found.text[mention.start : mention.end] == mention.text


BOTH = [LXML, ReadOptions()]


@pytest.mark.parametrize("options", BOTH)
@pytest.mark.parametrize("tag", ["font", "div", "b", "table><tr><td"])
def test_tags_that_are_never_closed_hide_nothing(tag: str, options: ReadOptions) -> None:
    content = "<html><body>" + f"<{tag}>The talks went on. " * 400 + "<p>Rosneft grew.</p>"
    assert "Rosneft grew." in article(content, options).text


@pytest.mark.parametrize("options", BOTH)
def test_a_page_that_is_too_deep_to_be_read_to_its_end_is_skipped_with_what_to_do(
    options: ReadOptions,
) -> None:
    content = "<div>" * 5_000 + "Rosneft grew." + "</div>" * 5_000
    found = page_article(content, "page.html", options)
    assert isinstance(found, Skipped)
    assert found.reason.endswith("nested too deeply to be read to the end; give its text")
    with pytest.raises(TooDeep):
        parse_page(content)


def test_a_page_of_very_many_elements_is_left_to_the_built_in_extractor() -> None:
    content = "<html><body>" + "<h1>Title</h1>" * 30_000
    assert article(content, ReadOptions()) == article(content)
    assert len(article(content).text) > 100_000


def test_what_is_too_deep_in_a_feed_or_a_message_is_read_as_it_stands(tmp_path: Path) -> None:
    deep = "<div>" * 5_000 + "Rosneft grew."
    feed = f"<rss><channel><item><title>A</title><description><![CDATA[{deep}]]></description></item></channel></rss>"
    (tmp_path / "a.rss").write_text(feed)
    (tmp_path / "b.eml").write_text(f"From: a@b.example\nSubject: A\nContent-Type: text/html\n\n{deep}\n")
    for path in tmp_path.iterdir():
        (found,) = read_articles([path])
        assert isinstance(found, Article)
        assert "Rosneft grew." in found.text
