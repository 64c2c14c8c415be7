from collections.abc import Iterator

import pytest

from tests.plates.plate_recognizer import PlateRecognizerDouble
from tests.plates.waiting_clock import WaitingClock


@pytest.fixture
def double() -> Iterator[PlateRecognizerDouble]:
    with PlateRecognizerDouble().running() as running:
        yield running


@pytest.fixture
def clock() -> WaitingClock:
    return WaitingClock()
