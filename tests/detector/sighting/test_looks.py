"""What looks tell: the same thing in any light, another thing, an empty place, and when nothing can be told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.polygon import Box
from services.detector.plugin import Pixels
from services.detector.sighting.looks import LENGTH, Looks, Scene, is_alike, resemblance, standing
from tests.detector.sighting.memory import CAR, lit, put, street

STREET = street(640, 480)
PARKED = put(STREET, CAR)


def looks(view: Pixels, box: Box = CAR) -> Looks:
    return Scene.of(view).cut(box)


@settings(max_examples=30)
@given(st.floats(0.15, 1.5), st.floats(0, 30), st.integers(0, 1000))
def test_a_thing_is_the_same_in_any_light(gain: float, offset: float, seed: int) -> None:
    assert standing(looks(PARKED), looks(lit(PARKED, gain, offset * gain, 4, seed)), CAR) != "other"
    assert is_alike(looks(PARKED), looks(lit(PARKED, gain, 0, 4, seed)))


@pytest.mark.parametrize("gain", [0.3, 0.6, 1.0, 1.3])
def test_its_place_without_it_is_told_in_any_light(gain: float) -> None:
    assert standing(looks(PARKED), looks(lit(STREET, gain, noise=4)), CAR) == "other"


def test_another_thing_at_its_place_is_told() -> None:
    assert standing(looks(PARKED), looks(put(STREET, CAR, 9)), CAR) == "other"


def test_where_all_around_has_changed_nothing_is_said_of_the_thing() -> None:
    moved = put(street(640, 480, seed=5), CAR, 9)
    assert standing(looks(PARKED), looks(moved), CAR) == "unsure"


def test_a_shadow_over_thing_and_street_is_no_departure() -> None:
    shaded = PARKED.astype(np.float64)
    shaded[:, : int(640 * 0.42)] *= 0.4
    assert standing(looks(PARKED), looks(shaded.astype(np.uint8)), CAR) != "other"


def test_an_empty_place_on_a_bare_wall_is_told() -> None:
    wall = np.full((480, 640, 3), 120, np.uint8)
    assert standing(looks(put(wall, CAR)), looks(wall), CAR) == "other"


def test_what_has_no_contrast_says_nothing() -> None:
    wall = np.full((480, 640, 3), 120, np.uint8)
    assert standing(looks(wall), looks(PARKED), CAR) == "unsure"


def test_a_dark_picture_is_known() -> None:
    assert Scene.of(lit(PARKED, 0.02)).is_dark
    assert not Scene.of(lit(PARKED, 0.4)).is_dark


def test_things_resemble_themselves_more_than_each_other() -> None:
    one, other = looks(PARKED), looks(put(STREET, CAR, 9))
    assert resemblance(one, looks(lit(PARKED, 0.5, noise=4))) > 0.9 > resemblance(one, other)


@given(st.tuples(st.floats(0, 0.8), st.floats(0, 0.8), st.floats(0.001, 0.2), st.floats(0.001, 0.2)))
def test_looks_come_back_from_a_row_as_they_were(edges: tuple[float, float, float, float]) -> None:
    x, y, width, height = edges
    made = looks(PARKED, (x, y, x + width, y + height))
    packed = made.pack()
    again = Looks.unpack(packed)
    assert len(packed) == LENGTH <= 1024
    assert again
    assert np.abs(again.inner - np.clip(made.inner, -4, 4)).max() < 0.05
    assert again.pack() == packed


@pytest.mark.parametrize("data", [None, b"", b"\x01" * 3, b"\x02" * LENGTH])
def test_what_has_another_form_is_no_looks(data: bytes | None) -> None:
    assert Looks.unpack(data) is None
