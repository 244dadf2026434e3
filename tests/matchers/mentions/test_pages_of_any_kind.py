"""From any HTML to mentions: offsets always count code points of the text that was read, and slice back."""

# ruff: noqa: E501 - a case is a line, however long

from __future__ import annotations

import io
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from matchers.mentions import AliasSpotter, build_spotter, find_mentions, resolve
from service.articles.article import Article, ReadOptions
from service.articles.reading import read_source
from service.articles.source import Source

SPOTTER = AliasSpotter(build_spotter(()))
PIECE = st.one_of(
    st.sampled_from(
        ["Gagarin plant", "United Aircraft\u00a0Corporation", "«Прибой»", "(IAIO)", "e\u0301cole", "👩\u200d🚀", "שלום KOMID", "\u202eRosneft\u202c", "ماهان ایر", "公司", "조선인민군은", "&amp;", "&lt;b&gt;", "&#x1F680;", "İstanbul", "ﬁnance", "the", "of", "and", "\n", " ", "A\u0301\u0302B"]
    ),
    st.text(max_size=12).map(lambda text: text.replace("<", "").replace("&", "")),
)  # fmt: skip
TAG = st.sampled_from(["p", "b", "u", "div", "span", "li", "h1", "td", "em"])
MARKUP = st.recursive(
    PIECE,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", TAG, st.lists(inner, max_size=5)
    ),
    max_leaves=25,
)

KNOWN = "<p>On Friday workers of the <b>Komsomolsk Shipyard</b> went home before it was dark.</p>"


def read(page: str) -> list[Article]:
    source = Source("page", io.BufferedReader(io.BytesIO(page.encode("utf-8", "replace"))))
    options = ReadOptions(format="html", html_extractor="lxml")
    return [found for found in read_source(source, options, lambda _: None) if isinstance(found, Article)]


@settings(max_examples=150, deadline=None)
@given(st.lists(MARKUP, min_size=1, max_size=6))
def test_offsets_into_the_text_of_any_page(parts: list[str]) -> None:
    page = f"<html><meta charset='utf-8'><body><article>{''.join(parts)}{KNOWN}</article></body></html>"
    articles = read(page)
    assert articles or any(unicodedata.category(char) == "Cc" for char in page)  # taken for no text at all
    for article in articles:
        mentions = find_mentions(article.text, SPOTTER)
        assert "Komsomolsk Shipyard" in {mention.text for mention in mentions}
        for mention in mentions:
            assert article.text[mention.start : mention.end] == mention.text
            assert all(0 <= start < end <= len(article.text) for start, end in mention.alternatives)
        for group in resolve(article.text, mentions):
            for place in (*group.context.places, *group.context.cues):
                assert article.text[place.start : place.end] == place.text
