from services.look.guard import Guard
from services.store.work import Job
from tests.pictures import NOON, HeldClock

JOB = Job("0198", "front", "images/x.jpg", 10, NOON, NOON, 1)


def test_a_look_that_ends_in_time_is_left_alone() -> None:
    clock, hung = HeldClock(), list[Job]()
    guard = Guard(clock, 20, hung.append)
    with guard.watching(JOB):
        clock.pass_by(20)
        assert not guard.check()
    clock.pass_by(100)
    assert not guard.check()
    assert hung == []


def test_a_look_that_takes_too_long_is_reported_once() -> None:
    clock, hung = HeldClock(), list[Job]()
    guard = Guard(clock, 20, hung.append)
    with guard.watching(JOB):
        clock.pass_by(20.1)
        assert guard.check()
        assert not guard.check()
    assert hung == [JOB]


def test_the_time_begins_anew_with_each_picture() -> None:
    clock, hung = HeldClock(), list[Job]()
    guard = Guard(clock, 20, hung.append)
    for _ in range(3):
        with guard.watching(JOB):
            clock.pass_by(15)
            guard.check()
    assert hung == []
