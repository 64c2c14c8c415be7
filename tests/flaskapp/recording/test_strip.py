from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flaskapp.recording import strip
from flaskapp.recording.day import beside, bounds
from flaskapp.recording.strip import Day, Span
from flaskapp.zone import Zone
from services.store.segment import Segment

UTC_ZONE, ROME = Zone(UTC), Zone(ZoneInfo("Europe/Rome"))
MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)
DAY = Day(MIDNIGHT, MIDNIGHT + timedelta(days=1))
LATER = MIDNIGHT + timedelta(days=9)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return MIDNIGHT + timedelta(hours=hour, minutes=minute, seconds=second)


def segment(start: datetime, end: datetime) -> Segment:
    return Segment("s", "front-door", "recordings/x.mp4", start, end, 9, 1, 1, "h264", None, True, end, False, "made")


@dataclass(frozen=True)
class Happened:
    happened_at: datetime
    kind: str = "motion"
    detail: str = ""


def ends(spans: list[Span]) -> list[tuple[datetime, datetime]]:
    return [(one.start, one.end) for one in spans]


def gaps(*segments: Segment, now: datetime = LATER, since: datetime | None = None, records: bool = False) -> list[Span]:
    return strip.gaps(segments, DAY, now, since or segments[0].began_at, records, UTC_ZONE)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-11-20", 24), ("2026-10-25", 25)])
def test_a_day_is_as_long_as_the_house_has_it(day: str, hours: int) -> None:
    found = bounds(date.fromisoformat(day), ROME)
    assert found.seconds == hours * 3600
    named = Counter(words for _, words in found.hours(ROME))
    assert sum(named.values()) == hours
    assert named["02"] == hours - 23


def test_what_reaches_over_midnight_is_cut_off_there() -> None:
    over = Span(at(-1), at(6), "")
    assert DAY.share(over.start) == 0
    assert DAY.width(over) == 25


def test_between_two_segments_something_is_missing_but_not_at_a_seam() -> None:
    found = gaps(segment(at(1), at(1, 5)), segment(at(1, 5, 1), at(1, 10)), segment(at(1, 20), at(1, 25)))
    assert ends(found) == [(at(1, 10), at(1, 20))]
    assert found[0].says == "Not recorded 01:10:00–01:20:00 (10 min)"


def test_overlapping_segments_leave_no_gap() -> None:
    assert gaps(segment(at(1), at(2)), segment(at(1, 10), at(1, 20)), segment(at(2), at(3))) == []


def test_before_the_first_segment_of_all_nothing_is_missing() -> None:
    assert gaps(segment(at(5), at(6))) == []
    assert ends(gaps(segment(at(5), at(6)), since=at(-3))) == [(MIDNIGHT, at(5))]
    assert strip.gaps([], DAY, LATER, None, True, UTC_ZONE) == []


def test_where_only_what_was_to_be_kept_is_left_nothing_is_said_to_be_missing() -> None:
    kept = (segment(at(1), at(1, 5)), segment(at(9), at(9, 5)))
    assert gaps(*kept, since=at(30), records=True) == []
    assert ends(gaps(*kept, since=at(4))) == [(at(4), at(9))]


def test_of_a_camera_that_records_now_the_end_is_missing_only_when_a_segment_should_have_ended() -> None:
    some = segment(MIDNIGHT, at(12))
    assert gaps(some, now=at(12, 6), records=True) == []
    assert ends(gaps(some, now=at(13), records=True)) == [(at(12), at(13))]
    assert ends(gaps(some, records=True)) == [(at(12), DAY.end)]
    assert gaps(some, now=at(13)) == []


def test_motion_goes_on_until_it_is_still() -> None:
    some = [Happened(at(1), detail="moving"), Happened(at(1, 1), detail="moving"), Happened(at(1, 2), detail="still")]
    assert ends(strip.motion(some, DAY, UTC_ZONE)) == [(at(1), at(1, 2))]


def test_motion_that_began_the_day_before_or_has_not_ended_is_drawn_as_far_as_it_is_known() -> None:
    assert ends(strip.motion([Happened(at(0, 3), detail="still")], DAY, UTC_ZONE)) == [(MIDNIGHT, at(0, 3))]
    assert ends(strip.motion([Happened(at(3), detail="moving")], DAY, UTC_ZONE)) == [(at(3), at(3, 0, 1))]
    assert strip.motion([], DAY, UTC_ZONE) == []


def test_a_camera_is_dark_until_it_is_back() -> None:
    some = [Happened(at(2), "camera_back"), Happened(at(5), "camera_silent"), Happened(at(6), "camera_back")]
    assert ends(strip.dark(some, DAY, LATER, None, UTC_ZONE)) == [(MIDNIGHT, at(2)), (at(5), at(6))]


def test_a_camera_that_is_dark_now_is_so_until_now() -> None:
    some = [Happened(at(5), "camera_silent")]
    assert ends(strip.dark(some, DAY, at(7), at(5), UTC_ZONE)) == [(at(5), at(7))]
    assert ends(strip.dark([], DAY, at(7), at(-30), UTC_ZONE)) == [(MIDNIGHT, at(7))]
    assert strip.dark([], DAY, at(7), None, UTC_ZONE) == []
    assert strip.dark([], DAY, at(-5), at(-30), UTC_ZONE) == [], "a day that is still to come"


def test_there_is_no_day_after_today() -> None:
    today = date(2026, 11, 20)
    assert beside(today, today) == (date(2026, 11, 19), None)
    assert beside(date(2026, 11, 19), today)[1] == today
