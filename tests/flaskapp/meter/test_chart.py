from datetime import timedelta

from flaskapp.meter.chart import Chart, drawn
from services.store.meter import Meter, Span
from tests.pictures import NOON

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
METER = Meter("power", "register", low=0, high=5)


def span(hours: float, least: float, most: float | None = None) -> Span:
    return Span(NOON + hours * HOUR, least, (least + (most or least)) / 2, most or least)


def draw(*spans: Span, one: Meter = METER) -> Chart:
    made = drawn(spans, one, NOON, DAY)
    assert made
    return made


def test_time_goes_to_the_right_and_what_is_more_stands_higher() -> None:
    made = draw(span(0, 0), span(2, 10), one=Meter("power", "register"))
    assert (made.line, made.least, made.most) == ("M0 120L50 0", 0, 10)


def test_the_band_goes_along_the_most_and_back_along_the_least() -> None:
    made = draw(span(0, 2, 4), span(2, 0, 10))
    assert made.band == "M0 72L50 0L50 120L0 96Z"


def test_where_nothing_was_read_for_long_the_line_begins_anew() -> None:
    made = draw(span(0, 0), span(1, 1), span(5, 2), span(6, 3))
    assert made.line.count("M") == made.band.count("Z") == 2
    assert draw(span(0, 0), span(2, 1)).line.count("M") == 1


def test_a_reading_by_itself_is_a_dot_and_what_stays_the_same_a_line_in_the_middle() -> None:
    assert draw(span(12, 7)).line == "M300 60L300 60"
    assert draw(span(0, 7), span(1, 7)).line == "M0 60L25 60"


def test_limits_are_drawn_where_they_are_in_sight() -> None:
    assert draw(span(0, 0), span(1, 10)).limits == (60,)
    assert draw(span(0, -10), span(1, 10)).limits == (60, 30)
    assert draw(span(0, 6), span(1, 10)).limits == ()


def test_without_a_reading_there_is_nothing_to_draw() -> None:
    assert drawn([], METER, NOON, DAY) is None
