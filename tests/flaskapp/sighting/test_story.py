from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from flaskapp.sighting.story import stay, title

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "there", "said"),
    [
        (0, False, "there for a moment"),
        (40, False, "there for 40 s"),
        (4 * 60, False, "there for 4 min"),
        (0, True, "still there, a moment"),
        (3 * 3600 + 300, True, "still there, 3 h 5 min"),
    ],
)
def test_a_stay_is_said_in_words(seconds: int, there: bool, said: str) -> None:
    began = NOON - timedelta(seconds=seconds)
    assert stay(SimpleNamespace(began_at=began, departed_at=None if there else NOON), NOON) == said


def test_a_label_begins_a_line_with_a_capital() -> None:
    assert title("traffic light") == "Traffic light"
