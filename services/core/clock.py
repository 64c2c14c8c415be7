"""Time, injected: every rule and service takes a `Clock`, so that a test can hold it."""

from datetime import UTC, datetime
from time import monotonic
from typing import Protocol


class Clock(Protocol):
    """Two readings of time: the wall (UTC, aware) and a monotonic one for durations."""

    def now(self) -> datetime:
        """The wall clock, aware and in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary point; never goes back."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The wall clock, aware and in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since the machine started."""
        return monotonic()


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises `ValueError` for a naive datetime: it has no moment."""
    if moment.tzinfo is None:
        raise ValueError(f"a datetime without time zone is refused: {moment.isoformat()}; attach UTC or a zone")
    return moment.astimezone(UTC)


def to_rfc3339(moment: datetime) -> str:
    """`2026-11-20T08:08:49.711037Z`: UTC, always six digits of fraction."""
    return as_utc(moment).isoformat(timespec="microseconds")[:26] + "Z"


def from_rfc3339(text: str) -> datetime:
    """Reads RFC 3339 with any offset. Raises `ValueError` when it is none or has no zone."""
    return as_utc(datetime.fromisoformat(text))
