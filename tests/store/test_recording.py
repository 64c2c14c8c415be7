"""A camera's days as people look at them, also where a day has 23 or 25 hours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from services.store import clip, recording
from services.store.clip import Wish
from tests.store.recordings import a_segment, recorded_camera

pytestmark = pytest.mark.mariadb
ROME = ZoneInfo("Europe/Rome")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def bounds(day: date) -> tuple[datetime, datetime]:
    """When a day of the house begins and ends, in UTC."""
    begin, end = (datetime.combine(one, time(), ROME).astimezone(UTC) for one in (day, day + DAY))
    return begin, end


def hours(begin: datetime, end: datetime) -> Iterator[datetime]:
    while begin < end:
        yield begin
        begin += HOUR


@pytest.mark.parametrize(("day", "count"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 1), 24)])
def test_a_day_has_each_of_its_hours_once_and_shares_what_goes_on_at_midnight(
    engine: Engine, day: date, count: int
) -> None:
    yard = recorded_camera(engine)
    begin, end = bounds(day)
    made = [a_segment(engine, yard, at + HOUR / 2, 3600) for at in hours(begin - 2 * HOUR, end + HOUR)]
    with engine.begin() as connection:
        for one in made:
            clip.want(connection, Wish(yard, "asked", one.began_at, one.began_at, one.began_at), begin)
        shown = recording.segments(connection, yard, begin, end)
        clips = recording.clips(connection, yard, begin, end)
        others = [recording.segments(connection, yard, *bounds(day + days * DAY)) for days in (-1, 1)]
        amount = recording.amounts(connection, begin, end)[yard]
        newest = recording.newest(connection, end)
    assert len(shown) == count + 1
    assert shown == made[1 : count + 2]
    assert (shown[0].began_at, shown[-1].began_at) == (begin - HOUR / 2, end - HOUR / 2)
    assert others[0][-1] == shown[0], "what goes on at midnight is of both days"
    assert others[1][0] == shown[-1]
    assert len(clips) == count
    assert (amount.seconds, amount.clips) == (count * 3600, count)
    assert newest == end - HOUR / 2
