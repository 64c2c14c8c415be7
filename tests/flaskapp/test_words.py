import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flaskapp import words
from flaskapp.assets import FOLDER
from flaskapp.camera.labels import ALL
from flaskapp.zone import Zone

ROME = Zone(ZoneInfo("Europe/Rome"))
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "now"), (12, "12 s ago"), (240, "4 min ago"), (3 * 3600, "3 h ago"), (2 * 86400, "2 days ago")],
)
def test_it_says_how_long_ago(seconds: float, said: str) -> None:
    assert words.ago(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(30, "30 s"), (0.5, "0.5 s"), (60, "60 s"), (90, "90 s"), (300, "5 min"), (301, "301 s"), (7200, "2 h")],
)
def test_a_time_that_somebody_has_set_is_not_rounded(seconds: float, said: str) -> None:
    assert words.span(seconds) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 20, 7, 14, tzinfo=UTC), "08:14"),
        (datetime(2026, 11, 19, 21, 14, tzinfo=UTC), "yesterday 22:14"),
        # Just before midnight in UTC is already the next day in Rome.
        (datetime(2026, 11, 19, 23, 30, tzinfo=UTC), "00:30"),
        (datetime(2026, 11, 17, 21, 14, tzinfo=UTC), "Tue 17 Nov 22:14"),
        (datetime(2025, 11, 17, 21, 14, tzinfo=UTC), "Mon 17 Nov 2025 22:14"),
    ],
)
def test_it_says_when_as_the_house_counts_days(moment: datetime, said: str) -> None:
    assert words.when(moment, NOW, ROME) == said


def test_it_names_days() -> None:
    assert words.day_name(NOW, NOW, ROME) == "Today"
    assert words.day_name(NOW - timedelta(days=1), NOW, ROME) == "Yesterday"
    assert words.day_name(NOW - timedelta(days=3), NOW, ROME) == "Tuesday 17 November"


def test_it_counts_as_people_do() -> None:
    assert words.seen(["person", "dog", "person"]) == "2 people, 1 dog"
    assert words.many(1, "picture") == "1 picture"
    assert words.many(1000, "picture", 1000) == "more than 1 000 pictures"


@given(st.text(max_size=64))
def test_a_label_has_one_colour_for_ever(label: str) -> None:
    assert words.colour(label) == words.colour(label)
    assert 0 <= words.colour(label) < words.COLOUR_COUNT


def test_no_label_has_the_colour_of_a_common_one() -> None:
    common = ["person", "car", "truck", "bus", "dog", "cat", "bicycle", "motorcycle", "bird", "backpack"]
    taken = {words.colour(label) for label in common}
    assert len(taken) == len(common)
    assert not taken & {words.colour(label) for label in ALL - set(common)}


def test_every_colour_is_in_the_style_sheet() -> None:
    style = (FOLDER / "app.css").read_text()
    colours = re.findall(r"^\.c(\d+) { --label: (#[0-9a-f]{6}); }$", style, flags=re.MULTILINE)
    assert [int(number) for number, _ in colours] == list(range(words.COLOUR_COUNT))
    assert len({value for _, value in colours}) == words.COLOUR_COUNT


def test_a_decision_is_about_what_its_labels_name_in_the_picture() -> None:
    assert words.about(["person"], ["person", "car", "person"]) == "2 people"
    assert words.about(["person", "dog"], []) == "person, dog"


def test_sizes_are_readable() -> None:
    assert words.size(834_000) == "834 kB"
    assert words.size(41_300_000_000) == "41.3 GB"


def test_spans_are_readable() -> None:
    assert [words.lasting(seconds) for seconds in (8, 420, 7500)] == ["8 s", "7 min", "2 h 5 min"]


def test_a_house_says_what_it_waits_for_and_of_both_what_is_pending() -> None:
    arming, pending = NOW + timedelta(seconds=30), NOW + timedelta(seconds=45)
    assert words.delays_in_words(None, None, ROME) is None
    assert words.delays_in_words(arming, None, ROME) == "armed at 13:00:30"
    assert words.delays_in_words(arming, pending, ROME) == "entry delay until 13:00:45"
