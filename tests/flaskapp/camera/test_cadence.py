from datetime import UTC, datetime, timedelta

from flaskapp.camera import cadence

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def before(*seconds: float) -> list[datetime]:
    return [NOON - timedelta(seconds=one) for one in seconds]


def test_a_pause_between_two_visits_does_not_change_what_is_usual() -> None:
    found = cadence.of(before(1, 3, 5, 3600, 3602, 3604), NOON, 600)
    assert (found.usual_s, found.since_s, found.late) == (2, 1, False)


def test_the_next_picture_is_late_after_three_times_as_long_as_is_usual() -> None:
    assert not cadence.of(before(29, 39, 49, 59), NOON, 600).late
    assert cadence.of(before(31, 41, 51, 61), NOON, 600).late
    assert not cadence.of(before(9, 9.1, 9.2, 9.3), NOON, 600).late, "a fast camera may rest for ten seconds"


def test_of_few_pictures_nothing_is_said() -> None:
    assert cadence.of(before(500, 510, 520), NOON, 600).usual_s is None
    nothing = cadence.of([], NOON, 600)
    assert (nothing.usual_s, nothing.since_s, nothing.late) == (None, None, False)
