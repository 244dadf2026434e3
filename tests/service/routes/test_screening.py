"""Batches of articles: in turns that others need not wait for, within a time."""

import pytest

from service.inputs import BadLine
from service.routes.screening import CHARACTERS, TOGETHER, turns
from service.schemas import ArticleIn

BAD = BadLine("item", "", "no article")


def article(length: int) -> ArticleIn:
    return ArticleIn(text="x" * length)


@pytest.mark.parametrize(
    ("lengths", "parts"),
    [
        ([1], [1]),
        ([1] * TOGETHER, [TOGETHER]),
        ([1] * (2 * TOGETHER + 1), [TOGETHER, TOGETHER, 1]),
        ([CHARACTERS, 1, 1], [1, 2]),
        ([1, CHARACTERS, 1], [1, 1, 1]),
        ([CHARACTERS // 2] * 5, [2, 2, 1]),
        ([3 * CHARACTERS] * 2, [1, 1]),
    ],
)
def test_articles_are_parted_by_number_and_length(lengths, parts):
    found = list(turns(map(article, lengths)))
    assert [len(turn) for turn in found] == parts
    assert [len(one.text) for turn in found for one in turn] == lengths


def test_what_cannot_be_read_keeps_its_place():
    assert list(turns([BAD, article(1), BAD])) == [[BAD, article(1), BAD]]


def test_what_does_not_come_in_time_is_answered_with_an_error_and_the_rest_as_ever(serving):
    client = serving(batch_seconds=1e-9)
    articles = [{"id": str(number), "text": "KOMID met officials."} for number in range(TOGETHER + 2)]
    results = client.post("/v1/screen/batch", json={"articles": [*articles, {"id": "bad"}]}).json()["results"]
    assert all(one["organizations"] for one in results[:TOGETHER])
    assert [one["article_id"] for one in results[TOGETHER:]] == ["8", "9", None]
    assert all(
        "did not come within the 1e-09 seconds of a batch" in one["error"] for one in results[TOGETHER:]
    )
