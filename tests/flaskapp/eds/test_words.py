from datetime import UTC, datetime, timedelta, timezone

from flaskapp.eds import words
from flaskapp.eds.words import Fresh, Paths

PATHS = Paths("image3-hi", "image3-lo", "video3-hi", "video3-lo")


def test_the_id_is_the_one_that_eds_cctv_makes_of_the_same_event() -> None:
    assert words.event_id(datetime(1, 1, 3, tzinfo=UTC), PATHS) == "a2eaf2df-ff28-581b-acf3-5a638deca70d"


def test_the_id_depends_on_the_moment_and_not_on_the_zone_that_it_is_told_in() -> None:
    noon = datetime(2026, 11, 20, 12, 0, 0, 120000, UTC)
    assert words.event_id(noon, PATHS) == words.event_id(noon.astimezone(timezone(timedelta(hours=5))), PATHS)
    assert words.event_id(noon, PATHS) != words.event_id(noon + timedelta(microseconds=1), PATHS)


def test_a_time_has_as_much_of_a_fraction_as_there_is() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert words.timestamp(noon) == "2026-11-20T12:00:00Z"
    assert words.timestamp(noon + timedelta(microseconds=108260)) == "2026-11-20T12:00:00.10826Z"


def test_events_come_by_day_in_their_order() -> None:
    some = [{"timestamp": f"2026-11-{day}T12:00:00Z", "event_id": str(day)} for day in (20, 20, 19)]
    assert {day: len(found) for day, found in words.by_date(some).items()} == {
        "2026-11-20T00:00:00Z": 2,
        "2026-11-19T00:00:00Z": 1,
    }


def test_what_is_read_again_is_given_once_and_what_is_gone_is_forgotten() -> None:
    fresh = Fresh()
    assert fresh.of(["a", "b"]) == ["a", "b"]
    assert fresh.of(["a", "b", "c"]) == ["c"]
    assert fresh.of(["c"]) == []
    assert fresh._given == {"c"}
