"""Days and hours as the people of the house count them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

PARTS = {"night": (0, 6), "morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24)}
"""Times of day, by the hour each begins and the hour it ends before."""


@dataclass(frozen=True)
class Zone:
    """A time zone. All moments that go in or out are aware."""

    tz: tzinfo

    def local(self, moment: datetime) -> datetime:
        """The same moment by the clock on the wall."""
        return moment.astimezone(self.tz)

    def clock(self, moment: datetime) -> str:
        """`16:04`."""
        return f"{self.local(moment):%H:%M}"

    def day_of(self, moment: datetime) -> date:
        """The day on which it was."""
        return self.local(moment).date()

    def bounds(self, day: date, part: str | None = None) -> tuple[datetime, datetime]:
        """Where a day, or a part of it, begins and what it ends before, in UTC; 23 or 25 hours where clocks change."""
        first, last = PARTS[part] if part else (0, 24)
        return self._at(day, first), self._at(day, last)

    def _at(self, day: date, hour: int) -> datetime:
        on = day + timedelta(days=hour // 24)
        return datetime.combine(on, time(hour % 24), self.tz).astimezone(UTC)


def days(start: date, step: int, count: int) -> Iterator[date]:
    """`count` days from `start` on, forwards or backwards."""
    for number in range(count):
        yield start + timedelta(days=step * number)
