import threading
from collections.abc import Callable
from typing import cast

import pytest
from sqlalchemy.exc import OperationalError

from services.notifier.patience import until_done
from services.notifier.rounds import Rounds
from services.notifier.sender import Sender


class Script:
    """A sender whose answers are written beforehand; it stops the rounds at the end."""

    def __init__(self, stopping: threading.Event, *answers: Callable[[], bool]) -> None:
        self.answers, self.stopping, self.tidied = list(answers), stopping, 0

    def take_back_own(self) -> None:
        self.tidied += 1

    def send_one(self, stopping: threading.Event) -> bool:
        answer = self.answers.pop(0)
        if not self.answers:
            self.stopping.set()
        return answer()


def away() -> bool:
    raise OperationalError("SELECT 1", {}, Exception("gone"))


def broken() -> bool:
    raise ZeroDivisionError


def go_round(*answers: Callable[[], bool]) -> tuple[Script, int]:
    stopping, beats = threading.Event(), [0]
    script = Script(stopping, *answers)
    Rounds(cast("Sender", script)).run(stopping, lambda: beats.append(1))
    return script, len(beats) - 1


def test_it_goes_on_without_waiting_while_something_is_due() -> None:
    script, beats = go_round(*[lambda: True] * 50)
    assert (script.answers, script.tidied, beats) == ([], 1, 50)


def test_it_waits_for_a_database_that_is_away_and_then_tidies_up() -> None:
    script, _ = go_round(lambda: True, away, lambda: True)
    assert (script.answers, script.tidied) == ([], 2)


def test_an_unforeseen_error_ends_the_process_rather_than_being_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        go_round(broken)


def test_a_round_is_woken_from_its_rest() -> None:
    stopping = threading.Event()
    rested = threading.Event()

    def nothing_due() -> bool:
        rested.set()
        return False

    script = Script(stopping, nothing_due, lambda: True)
    rounds = Rounds(cast("Sender", script))
    rounds._woken.wait = lambda timeout=None: threading.Event.wait(rounds._woken, 60)  # type: ignore[method-assign]
    thread = threading.Thread(target=rounds.run, args=(stopping, lambda: None))
    thread.start()
    assert rested.wait(10)
    rounds.wake()
    thread.join(10)
    assert not thread.is_alive()


def test_what_must_be_written_down_is_tried_until_the_database_is_back() -> None:
    answers: list[Callable[[], bool]] = [away, away, lambda: True]

    def next_answer() -> bool:
        return answers.pop(0)()

    assert until_done(next_answer, threading.Event()) is True


def test_it_stops_waiting_for_the_database_when_told_to() -> None:
    stopping = threading.Event()
    stopping.set()
    assert until_done(away, stopping) is None
