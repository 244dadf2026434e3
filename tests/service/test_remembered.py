"""What is remembered of earlier questions, and how much of it."""

from datetime import date

from service.remembered import BESIDE, Found, Remembered, question_of

ROOM = 100 * (BESIDE + 10_000)
"""A hundred of the largest that are kept."""


def found(size: int) -> Found:
    return Found({"matches": b"x" * size}, (0.9,))


def test_what_was_kept_is_recalled():
    memory = Remembered(ROOM)
    memory.keep(b"one", found(5))
    assert memory.recall(b"one") == found(5)
    assert memory.recall(b"another") is None


def test_what_was_asked_for_longest_ago_makes_room():
    memory = Remembered(ROOM)
    for number in range(100):
        memory.keep(b"%d" % number, found(10_000))
    memory.recall(b"0")
    memory.keep(b"100", found(10_000))
    assert memory.recall(b"0")
    assert memory.recall(b"1") is None
    assert memory.recall(b"100")


def test_what_is_kept_twice_takes_room_once():
    memory = Remembered(ROOM)
    for _ in range(1_000):
        memory.keep(b"one", found(10_000))
    for number in range(99):
        memory.keep(b"%d" % number, found(10_000))
    assert memory.recall(b"one")


def test_what_is_much_too_large_pushes_nothing_out():
    memory = Remembered(ROOM)
    memory.keep(b"one", found(10))
    memory.keep(b"large", found(10_001))
    assert memory.recall(b"large") is None
    assert memory.recall(b"one")


def test_names_without_a_match_take_room_too():
    memory = Remembered(ROOM)
    for number in range(10_000):
        memory.keep(b"%d" % number, found(0))
    kept = sum(memory.recall(b"%d" % number) is not None for number in range(10_000))
    assert kept == ROOM // BESIDE


def test_each_question_is_put_once_and_only_if_it_is_new():
    memory, put = Remembered(ROOM), []
    memory.keep(b"known", found(1))

    def find(places):
        put.append(list(places))
        return [found(2 + place) for place in places]

    first = memory.answers([b"new", b"known", b"new", b"other"], find)
    assert first == [found(2), found(1), found(2), found(5)]
    assert memory.answers([b"other", b"known"], find) == [found(5), found(1)]
    assert put == [[0, 3]]


def test_questions_differ_where_anything_in_them_does():
    asked = ("KOMID", None, ("kp",), (), (5, 0.5, date(2026, 1, 1)))
    others = [
        ("KOMIC", *asked[1:]),
        ("KOMID", "Vessel", *asked[2:]),
        (*asked[:2], (), ("kp",), asked[4]),
        (*asked[:4], (5, 0.5, date(2026, 1, 2))),
        ("\ud800", *asked[1:]),
    ]
    digests = {question_of(*question) for question in (asked, *others)}
    assert len(digests) == 6
    assert question_of(*asked) in digests
