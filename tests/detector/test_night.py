import cv2
import numpy as np
import pytest

from services.detector.night import colour, is_night
from services.detector.plugin import Pixels


@pytest.fixture
def evening(street: Pixels) -> Pixels:
    return (street * 0.2).astype(np.uint8)


@pytest.fixture
def grey(street: Pixels) -> Pixels:
    return cv2.cvtColor(cv2.cvtColor(street, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR).astype(np.uint8)


def noisy(bgr: Pixels, strength: float) -> Pixels:
    noise = np.random.default_rng(7).normal(0, strength, bgr.shape)
    packed = cv2.imencode(".jpg", np.clip(bgr + noise, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
    unpacked = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    assert unpacked is not None
    return unpacked.astype(np.uint8)


def test_a_street_by_day_has_colour_also_when_it_is_dark_and_noisy(street: Pixels, evening: Pixels) -> None:
    assert not is_night(street)
    assert not is_night(noisy(evening, 6))


def test_a_street_in_infrared_light_has_none_also_with_noise_in_it_and_the_time_over_it(grey: Pixels) -> None:
    assert colour(grey) == 0
    assert is_night(noisy((grey * 0.25).astype(np.uint8), 8))
    cv2.putText(grey, "2026-11-20 12:00:00", (10, 40), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (0, 255, 255), 3)
    assert is_night(grey)


def test_black_is_night_and_a_pure_colour_is_not() -> None:
    black = np.zeros((30, 40, 3), np.uint8)
    assert is_night(black)
    black[..., 2] = 200
    assert colour(black) == 1
