import json

import pytest


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_a_pair(loaded, tmp_path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(
        "name1,name2,schema\nJSC Sukhoi,Sukhoi Joint Stock Company,Company\nJSC Sukhoi,Bakery of Nowhere,Company\n"
    )
    like, unlike = lines(loaded("compare", "--input", pairs).out)
    assert like["confidence"] > 0.5 > unlike["confidence"]
    for line in (like, unlike):
        assert sum(part["contribution"] for part in line["features"]) == pytest.approx(
            line["score"], abs=1e-4
        )


def test_two_names_are_explained_on_a_terminal(loaded):
    done = loaded("compare", "JSC Sukhoi", "Sukhoi OAO", "--format", "table")
    assert "JSC Sukhoi  ~  Sukhoi OAO" in done.out
    assert "score" in done.out


def test_order_does_not_matter(loaded):
    one = json.loads(loaded("compare", "UAC", "United Aircraft Corporation").out)
    other = json.loads(loaded("compare", "United Aircraft Corporation", "UAC").out)
    assert one["score"] == pytest.approx(other["score"])


def test_no_list_is_asked(loaded, tmp_path):
    nowhere = tmp_path / "nowhere"
    there, elsewhere = loaded("compare", "A", "B"), loaded("compare", "A", "B", "--data", nowhere)
    assert (elsewhere.code, elsewhere.out) == (0, there.out)
    assert not nowhere.exists()


def test_a_bad_pair_does_not_fail_the_others(loaded):
    done = loaded("compare", "-", given=b"name1,name2\nA,B\nA,\nC,D\n")
    first, bad, last = lines(done.out)
    assert (bad["score"], bad["confidence"]) == (None, None)
    assert "name2" in bad["error"]
    assert None not in (first["score"], last["score"])
    assert done.code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compare"], "give two names"),
        (["compare", "one"], "give two names"),
        (["compare", "", "two"], "name1: "),
        (["compare", "one", "two", "three"], "give two names"),
        (["compare", "--input", "nowhere.csv"], "No such file"),
    ],
)
def test_wrong_use_says_what_to_do(loaded, arguments, said):
    done = loaded(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
