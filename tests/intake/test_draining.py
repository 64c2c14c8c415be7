import threading
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from services.intake.draining import Draining
from tests.peers import wait_until


class Scripted:
    """A drain that gives, round by round, what it is told to: how many records, or an error. Afterwards none."""

    def __init__(self, *rounds: int | Exception) -> None:
        self.rounds = list(rounds)
        self.calls = 0

    def drain(self) -> int:
        self.calls += 1
        answer = self.rounds.pop(0) if self.rounds else 0
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def stopping() -> Iterator[threading.Event]:
    made = threading.Event()
    yield made
    made.set()


def at_work(drain: Scripted, stopping: threading.Event) -> tuple[Draining, threading.Thread]:
    draining = Draining(drain.drain)
    thread = threading.Thread(target=draining.work, args=(stopping, lambda: None), daemon=True)
    thread.start()
    return draining, thread


def test_it_drains_until_nothing_is_left_and_again_when_it_is_rung(stopping: threading.Event) -> None:
    drain = Scripted(5, 3)
    draining, _ = at_work(drain, stopping)
    wait_until(lambda: drain.calls == 3, "both batches and the look that found nothing")
    drain.rounds = [1]
    draining.ring()
    wait_until(lambda: not drain.rounds, "the batch that was rung for")


def test_an_absent_database_is_noted_once_and_its_return_too(stopping: threading.Event) -> None:
    away = OperationalError("", {}, Exception("gone away"))
    drain = Scripted(away, away, 2)
    with capture_logs() as logs:
        draining, thread = at_work(drain, stopping)
        wait_until(lambda: not drain.rounds, "the return")
        stopping.set()
        draining.ring()
        thread.join(20)
    assert [one["event"] for one in logs] == ["database_away", "database_back"]
    assert not draining.is_away


def test_it_ends_at_once_when_it_is_told_to(stopping: threading.Event) -> None:
    draining, thread = at_work(Scripted(), stopping)
    stopping.set()
    draining.ring()
    thread.join(20)
    assert not thread.is_alive()
