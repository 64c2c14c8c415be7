import numpy as np
import pytest

from services.plates.fallback import WHY_MAX, FallBack
from services.plates.plate import ReaderError
from tests.pictures import HeldClock
from tests.plates.cast import SaidReader

PICTURE = np.zeros((40, 80, 3), np.uint8)
CAR = (0.1, 0.1, 0.9, 0.9)


def test_the_first_reads_while_it_can() -> None:
    first, second = SaidReader("service"), SaidReader("local")
    reading = FallBack(first, second, HeldClock()).read(PICTURE, [CAR])
    assert (reading.reader, reading.fell_back_because, second.asked) == ("service", None, 0)


def test_the_second_stands_in_and_the_reading_says_why() -> None:
    first = SaidReader("service", ReaderError("it took too long"))
    reading = FallBack(first, SaidReader("local"), HeldClock()).read(PICTURE, [CAR])
    assert (reading.reader, reading.fell_back_because) == ("local", "it took too long")
    assert len(reading.plates[0]) == 1


def test_after_trouble_the_first_is_left_alone_for_as_long_as_the_trouble_says() -> None:
    clock = HeldClock()
    first = SaidReader("service", ReaderError("wrong token", 60))
    both = FallBack(first, SaidReader("local"), clock)
    both.read(PICTURE, [CAR])
    clock.pass_by(59)
    assert both.read(PICTURE, [CAR]).fell_back_because == "wrong token"
    assert first.asked == 1
    first.problem = None
    clock.pass_by(2)
    reading = both.read(PICTURE, [CAR])
    assert (reading.reader, reading.fell_back_because) == ("service", None)


def test_trouble_with_one_picture_keeps_the_next_from_nothing() -> None:
    first = SaidReader("service", ReaderError("too large"))
    both = FallBack(first, SaidReader("local"), HeldClock())
    both.read(PICTURE, [CAR])
    first.problem = None
    assert both.read(PICTURE, [CAR]).reader == "service"


def test_when_neither_can_read_the_seconds_reason_is_told() -> None:
    both = FallBack(
        SaidReader("service", ReaderError("away")), SaidReader("local", ReaderError("no models")), HeldClock()
    )
    with pytest.raises(ReaderError, match="no models"):
        both.read(PICTURE, [CAR])


def test_a_mistake_in_the_first_is_not_hidden() -> None:
    both = FallBack(SaidReader("service", TypeError("mistake")), SaidReader("local"), HeldClock())
    with pytest.raises(TypeError):
        both.read(PICTURE, [CAR])


def test_a_reason_fits_its_column() -> None:
    both = FallBack(SaidReader("service", ReaderError("x" * 999)), SaidReader("local"), HeldClock())
    assert len(both.read(PICTURE, [CAR]).fell_back_because or "") == WHY_MAX == 300


def test_both_are_closed() -> None:
    first, second = SaidReader("service"), SaidReader("local")
    FallBack(first, second, HeldClock()).close()
    assert first.closed and second.closed
