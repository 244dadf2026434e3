import threading

import pytest

from service.errors import DataError, KeyReused, StillAnswering
from service.repeats import CLAIM, Kept, Repeats, key_of

ANSWER = Kept(200, "application/json", b'{"a": 1}')


@pytest.fixture
def clock():
    class Clock:
        now = 1_000.0

        def __call__(self) -> float:
            return self.now

    return Clock()


@pytest.fixture
def repeats(tmp_path, clock):
    return Repeats(tmp_path / "data", 1.0, clock)


def test_an_answer_is_given_again_until_its_time_is_over(repeats, clock):
    assert repeats.claim("k", "q") is None
    repeats.keep("k", ANSWER)
    clock.now += 3599
    assert repeats.claim("k", "q") == ANSWER
    clock.now += 2
    assert repeats.claim("k", "q") is None


def test_another_question_and_an_unfinished_one_are_refused(repeats):
    assert repeats.claim("k", "q") is None
    with pytest.raises(KeyReused):
        repeats.claim("k", "other")
    with pytest.raises(StillAnswering) as raised:
        repeats.claim("k", "q")
    assert raised.value.retry_after == 1


def test_a_claim_that_was_given_up_or_whose_owner_died_is_free_again(repeats, clock):
    repeats.claim("k", "q")
    repeats.release("k")
    assert repeats.claim("k", "q") is None
    clock.now += CLAIM + 1
    assert repeats.claim("k", "q") is None
    repeats.keep("k", ANSWER)
    repeats.release("k")
    assert repeats.claim("k", "q") == ANSWER


def test_of_many_who_claim_at_once_one_gets_it(tmp_path):
    got: list[object] = []

    def claim() -> None:
        try:
            got.append(Repeats(tmp_path, 1.0).claim("k", "q"))
        except StillAnswering:
            got.append("wait")

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got, key=str) == [None, *["wait"] * 7]


@pytest.mark.parametrize("most", [(3, 1_000), (100, 3 * len(ANSWER.body))])
def test_the_oldest_answers_make_room(tmp_path, clock, most):
    repeats = Repeats(tmp_path, 1.0, clock, most)
    for number in range(5):
        clock.now += 1
        repeats.claim(str(number), "q")
        repeats.keep(str(number), ANSWER)
    assert [repeats.claim(str(number), "q") for number in range(5)] == [None, None, ANSWER, ANSWER, ANSWER]


def test_the_file_is_for_its_owner_only_and_an_unusable_one_is_said(repeats):
    repeats.claim("k", "q")
    assert repeats.path.stat().st_mode & 0o077 == 0
    for beside in repeats.path.parent.glob("repeats.sqlite-*"):
        beside.unlink()
    repeats.path.write_bytes(b"no database, but long enough to be looked at" * 100)
    with pytest.raises(DataError, match="cannot be used"):
        repeats.claim("k", "q")


def test_parts_of_a_key_do_not_run_together():
    assert key_of("a", "bc") != key_of("ab", "c")
