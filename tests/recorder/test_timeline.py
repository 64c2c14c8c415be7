from datetime import UTC, datetime, timedelta

from services.recorder.timeline import Timeline

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


def test_a_burst_at_the_start_does_not_make_the_stream_late() -> None:
    line = Timeline()
    line.reached(0, at(3))
    line.reached(3.8, at(4.3))
    assert line.began() == at(0.5)


def test_where_a_segment_ends_the_next_one_begins() -> None:
    line = Timeline()
    line.reached(1, at(1))
    first = line.cut(0, 4.9, at(4.9))
    assert first == (at(0), at(4.9))
    assert line.began() == at(4.9)
    assert line.cut(4.9, 8.9, at(9.1))[0] == at(4.9)


def test_a_cameras_clock_that_is_slow_is_drawn_to_ours() -> None:
    line = Timeline()
    line.reached(1, at(1))
    second, now, ended = 0.0, at(0), at(0)
    for _ in range(50):
        now += timedelta(seconds=300.6)
        line.reached(second + 300, now)
        began, ended_then = line.cut(second, second + 300, now)
        assert began == ended
        second, ended = second + 300, ended_then
    assert abs(ended - now) < timedelta(seconds=1)


def test_when_the_wall_clock_is_set_the_times_are_taken_anew() -> None:
    line = Timeline()
    line.reached(1, at(1))
    line.cut(0, 4, at(4))
    for hour in (3600, -3600):
        line.reached(7.9, at(7.9 + hour))
    began, ended = line.cut(4, 8, at(8 - 3600))
    assert (began, ended) == (at(4 - 3600), at(8 - 3600))


def test_what_grows_when_the_wall_clock_is_set_begins_by_the_new_time() -> None:
    line = Timeline()
    line.reached(1, at(1))
    line.cut(0, 4, at(4))
    line.reached(6, at(6.4))
    assert line.began() == at(4)
    line.reached(7, at(7 + 3600))
    assert line.began() == at(4 + 3600)
    assert line.cut(4, 8, at(8 + 3600)) == (at(4 + 3600), at(8 + 3600))


def test_the_first_segment_of_a_stream_of_which_nothing_was_heard_ends_now() -> None:
    assert Timeline().cut(0, 4, at(10)) == (at(6), at(10))
