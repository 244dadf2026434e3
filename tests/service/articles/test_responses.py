"""What a web server sent becomes an article, or is said to be none; whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.articles.article import Article, Limits, ReadOptions, Skipped
from service.articles.responses import KINDS, MediaType, Response, media_type


def read(content: bytes, header: str) -> Article | Skipped:
    return Response(content, media_type(header), "https://news.example/a").article("a", ReadOptions(), print)


@pytest.mark.parametrize(
    ("header", "kind", "charset"),
    [
        ("text/html", "text/html", None),
        ("Text/HTML;charset=UTF-8", "text/html", "UTF-8"),
        ('text/plain; format=flowed; charset="koi8-r"', "text/plain", "koi8-r"),
        ("text/html; charset=", "text/html", None),
        ("", "", None),
    ],
)
def test_a_header_says_kind_and_encoding(header, kind, charset):
    assert media_type(header) == MediaType(kind, charset)


@pytest.mark.parametrize("charset", ["undefined", "a\0b", "zip", "rot13", "idna", "no-such", "utf-32"])
def test_an_encoding_that_is_none_is_guessed_instead(charset):
    found = read("KOMID fährt".encode("cp1252"), f"text/plain; charset={charset}")
    assert isinstance(found, Article)
    assert found.text == "KOMID fährt"


def test_what_is_larger_than_an_article_may_be_is_skipped():
    options = ReadOptions(limits=Limits(article_bytes=10))
    found = Response(b"x" * 11, MediaType("text/plain")).article("a", options, print)
    assert found == Skipped("a", "larger than 10 bytes, the limit for one article")


@given(st.binary(max_size=300), st.sampled_from(KINDS), st.text(max_size=12))
def test_no_bytes_raise(content, kind, charset):
    assert isinstance(read(content, f"{kind}; charset={charset}"), Article | Skipped)
