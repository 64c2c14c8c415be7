from hypothesis import given
from hypothesis import strategies as st

from flaskapp.camera.seeing_shape import Typed, corners, of_zone, read
from services.store.zone import Zone

SHARES = st.integers(0, 10_000).map(lambda number: number / 10_000)
POINTS = st.lists(st.tuples(SHARES, SHARES), min_size=3, max_size=64).map(tuple)


@given(POINTS)
def test_the_corners_that_a_form_shows_are_those_that_it_sends(points: tuple[tuple[float, float], ...]) -> None:
    assert corners(of_zone(Zone("1", "zone", "Path", points)).corners) == points


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_as_corners_in_the_picture_or_not_at_all(text: str) -> None:
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in corners(text) or ())


def test_corners_are_typed_with_spaces_commas_or_percent_signs() -> None:
    assert corners("10 20\n 30,40 \n\n50 % 60 %") == ((0.1, 0.2), (0.3, 0.4), (0.5, 0.6))


def test_a_form_of_a_mask_becomes_the_mask() -> None:
    typed = Typed("", "mask", "Street", "0 0\n50 0\n50 25", everything=False, labels=("car",))
    assert read(typed, "7") == Zone("7", "mask", "Street", ((0, 0), (0.5, 0), (0.5, 0.25)), ("car",))
