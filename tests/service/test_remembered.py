"""What is remembered of earlier questions, and how much of it."""

from service.remembered import Found, Remembered


def found(size: int) -> Found:
    return Found({"matches": b"x" * size}, (0.9,))


def test_what_was_kept_is_recalled():
    memory = Remembered(1_000)
    memory.keep("one", found(5))
    assert memory.recall("one") == found(5)
    assert memory.recall("another") is None


def test_what_was_asked_for_longest_ago_makes_room():
    memory = Remembered(1_000)
    for number in range(100):
        memory.keep(number, found(10))
    memory.recall(0)
    memory.keep(100, found(10))
    assert memory.recall(0)
    assert memory.recall(1) is None
    assert memory.recall(100)


def test_what_is_kept_twice_takes_room_once():
    memory = Remembered(1_000)
    for _ in range(1_000):
        memory.keep("one", found(10))
    for number in range(99):
        memory.keep(number, found(10))
    assert memory.recall("one")


def test_what_is_much_too_large_pushes_nothing_out():
    memory = Remembered(1_000)
    memory.keep("one", found(10))
    memory.keep("large", found(11))
    assert memory.recall("large") is None
    assert memory.recall("one")


def test_each_question_is_put_once_and_only_if_it_is_new():
    memory, put = Remembered(1_000), []
    memory.keep("known", found(1))

    def find(places):
        put.append(list(places))
        return [found(2 + place) for place in places]

    assert memory.answers(["new", "known", "new", "other"], find) == [found(2), found(1), found(2), found(5)]
    assert memory.answers(["other", "known"], find) == [found(5), found(1)]
    assert put == [[0, 3]]
