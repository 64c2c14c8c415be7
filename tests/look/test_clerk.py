import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy.exc import OperationalError

from services.look.clerk import Clerk


@contextmanager
def working(clerk: Clerk) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=clerk.work, args=(lambda: None,))
    thread.start()
    yield thread
    clerk.close()
    thread.join(10)
    assert not thread.is_alive()


def away() -> OperationalError:
    return OperationalError("UPDATE image", {}, Exception("gone"))


def test_tasks_are_done_in_their_order() -> None:
    clerk, done = Clerk(), list[int]()
    with working(clerk):
        for number in range(5):
            clerk.give(partial(done.append, number))
        assert clerk.finished(10)
    assert done == [0, 1, 2, 3, 4]


def test_a_task_is_tried_until_the_database_is_back() -> None:
    clerk, tries = Clerk(), list[int]()

    def task() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise away()

    with working(clerk):
        clerk.give(task)
        assert clerk.finished(10)
    assert len(tries) == 3


def test_it_ends_although_the_database_stays_away() -> None:
    clerk, tried = Clerk(), threading.Event()

    def task() -> None:
        tried.set()
        raise away()

    with working(clerk):
        clerk.give(task)
        assert tried.wait(10)


def test_what_was_given_is_done_before_it_ends() -> None:
    clerk, done = Clerk(), list[int]()
    for number in range(5):
        clerk.give(partial(done.append, number))
    with working(clerk):
        clerk.close()
    assert done == [0, 1, 2, 3, 4]


def test_a_task_given_after_its_end_blocks_nobody() -> None:
    clerk = Clerk()
    with working(clerk):
        pass
    for _ in range(100):
        clerk.give(lambda: None)
