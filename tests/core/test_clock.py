from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.core.clock import SystemClock, as_utc, from_rfc3339, to_rfc3339


def test_the_system_clock_is_aware_and_its_other_hand_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() <= clock.monotonic()


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 20, 8, 8, 49, 711037, UTC), "2026-11-20T08:08:49.711037Z"),
        (datetime(2026, 11, 20, 8, 8, 49, 0, UTC), "2026-11-20T08:08:49.000000Z"),
        (datetime(2026, 11, 20, 1, 0, tzinfo=timezone(timedelta(hours=2))), "2026-11-19T23:00:00.000000Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000000Z"),
    ],
)
def test_a_moment_is_written_and_read_back(moment: datetime, text: str) -> None:
    assert to_rfc3339(moment) == text
    assert from_rfc3339(text) == moment


def test_a_naive_moment_is_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 (it is what is refused)
    for way in (as_utc, to_rfc3339):
        with pytest.raises(ValueError, match="without time zone"):
            way(naive)
    with pytest.raises(ValueError, match="without time zone"):
        from_rfc3339("2026-01-01T00:00:00")
