"""When a stream's seconds were by the wall clock. The camera's clock runs at a pace of its own, ours may be set."""

from datetime import datetime, timedelta

SLEW = 0.005
"""A segment's span may be stretched or shrunk by this share, so that segments stay contiguous while clocks drift."""
JUMP = timedelta(seconds=5)
"""By more than this no drift explains it: the wall clock was set, or the stream had a gap. The time is taken anew."""


class Timeline:
    """One run of a stream. `reached` is told often how far it is; `cut` at each end of a segment."""

    def __init__(self) -> None:
        self._anchor: datetime | None = None
        self._open: tuple[float, datetime] | None = None

    def reached(self, second: float, now: datetime) -> None:
        """So far it was at that moment: the earliest that second 0 can have been counts, for a network only delays."""
        anchor = now - timedelta(seconds=second)
        if self._anchor is None or anchor < self._anchor or anchor - self._anchor > JUMP:
            self._anchor = anchor

    def began(self) -> datetime | None:
        """When the segment that grows now began; None while nothing is known."""
        if self._open is None or self._anchor is None:
            return self._anchor
        second, ended = self._open
        seen = self._anchor + timedelta(seconds=second)
        return ended if abs(seen - ended) <= JUMP else seen

    def cut(self, begin: float, end: float, now: datetime) -> tuple[datetime, datetime]:
        """When a finished segment of these seconds began and ended. Where one ends the next one begins."""
        span = timedelta(seconds=max(end - begin, 0.0))
        if self._anchor is None:
            self._anchor = now - timedelta(seconds=end)
        began = self._open[1] if self._open else self._anchor + timedelta(seconds=begin)
        seen = min(now, self._anchor + timedelta(seconds=end))
        ended = _ended(began, span, seen)
        if ended is None:
            began, ended = seen - span, seen
        self._open = end, ended
        # Only what is observed from here on says how late the next one is.
        self._anchor = now - timedelta(seconds=end)
        return began, ended


def _ended(began: datetime, span: timedelta, seen: datetime) -> datetime | None:
    """The end by the stream's seconds, drawn a little to where it was seen; None when that is too far away."""
    off = seen - (began + span)
    if abs(off) > JUMP:
        return None
    most = span * SLEW
    return began + span + max(-most, min(most, off))
