from datetime import UTC, datetime

import pytest

from flaskapp.detector.pace import Pace
from flaskapp.detector.verdict import Verdict, took, verdict
from services.store.backlog import Waiting

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PACE = Pace("nanodet", "1", 40, 61.2, 80.0, NOON)


def said(waiting: int, paces: list[Pace], running: bool) -> Verdict:
    return verdict(Waiting(waiting, NOON if waiting else None), paces, running, lambda moment: f"{moment:%H:%M}")


@pytest.mark.parametrize(
    ("waiting", "paces", "running", "sentence", "well"),
    [
        (0, [PACE], True, "Keeps up. A picture takes 61 ms.", True),
        (0, [], True, "Ready. No picture was looked at in the last hour.", True),
        (1, [PACE], True, "1 picture waits since 12:00.", False),
        (312, [PACE], True, "312 pictures wait since 12:00.", False),
        (312, [PACE], False, "No detector is running: nothing looks at pictures.", False),
    ],
)
def test_the_most_pressing_is_said_first(
    waiting: int, paces: list[Pace], running: bool, sentence: str, well: bool
) -> None:
    assert said(waiting, paces, running) == Verdict(sentence, well)


def test_a_long_time_is_said_in_seconds() -> None:
    assert (took(999.4), took(1300)) == ("999 ms", "1.3 s")
