"""Which detection belongs to which sighting."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.polygon import Box
from services.detector.sighting.looks import Standing
from services.detector.sighting.matching import Place, Subject, likelihood, pair
from services.store.sighting import Candidate, Sighting, Spot
from tests.detector.sighting.memory import Remembered, car
from tests.pictures import NOON

BOX = (0.4, 0.4, 0.5, 0.6)


def aside(by: float, box: Box = BOX) -> Box:
    return (box[0] + by, box[1], box[2] + by, box[3])


def there(label: str = "person", box: Box = BOX, **values: object) -> Sighting:
    camera = Remembered()
    camera.look(0, car(box, label=label))
    (one,) = camera.sightings.values()
    return replace(one, **values)  # type: ignore[arg-type]


def place(one: Sighting, seconds: float = 1, standing: Standing = "unsure", late: bool = False) -> Place:
    return Place(Candidate(one, Spot(NOON, one.box), None), None, standing, timedelta(seconds=seconds), late)


def likely(box: Box, where: Place, label: str = "person") -> bool:
    return likelihood(Subject(label, box, None), where) is not None


def test_cars_trucks_and_buses_are_one_and_all_else_is_not() -> None:
    assert likely(BOX, place(there("car")), "truck")
    assert not likely(BOX, place(there("cat")), "dog")


@pytest.mark.parametrize(
    ("by", "seconds", "is_it"), [(0.1, 1, True), (0.3, 0.2, False), (0.3, 2, True), (0.6, 60, False)]
)
def test_how_far_a_thing_may_have_come_grows_with_the_time_up_to_a_limit(
    by: float, seconds: float, is_it: bool
) -> None:
    assert likely(aside(by), place(there(), seconds)) is is_it


def test_a_thing_of_quite_another_size_is_another_thing() -> None:
    assert not likely((0.1, 0.1, 0.9, 0.9), place(there()))


def test_the_nearer_of_two_is_the_likelier() -> None:
    where = place(there())
    near, far = (likelihood(Subject("person", aside(by), None), where) for by in (0.12, 0.2))
    assert near
    assert far
    assert near > far


def test_a_parked_car_that_is_seen_at_its_place_is_not_the_one_beside_it() -> None:
    parked = there("car", still=True)
    assert not likely(aside(0.15), place(parked, standing="same"), "car")
    assert likely(aside(0.15), place(parked, standing="other"), "car")


@pytest.mark.parametrize(("label", "is_it"), [("car", True), ("person", False)])
def test_hours_later_a_car_at_the_same_place_is_the_same_and_a_person_is_not(label: str, is_it: bool) -> None:
    assert likely(BOX, place(there(label, still=True), 3 * 3600), label) is is_it


def test_a_lost_thing_is_found_again_at_its_own_place_only() -> None:
    lost = there("car", still=True, departed_at=NOON, expires_at=NOON)
    assert likely(BOX, place(lost, 3600), "car")
    assert not likely(aside(0.08), place(lost, 3600), "car")
    assert not likely(BOX, place(lost, 3600, "other"), "car")


def test_what_is_there_comes_before_what_was_lost() -> None:
    lost = place(there("car", still=True, departed_at=NOON, expires_at=NOON), 3600)
    nearby = place(there("car", box=aside(0.05)))
    assert pair([Subject("car", BOX, None)], [lost, nearby]) == {0: 1}


numbers = st.lists(st.tuples(st.floats(0, 0.8), st.floats(0, 0.7)), max_size=6)


@given(numbers, numbers)
def test_nothing_is_given_away_twice(
    subjects: Sequence[tuple[float, float]], places: Sequence[tuple[float, float]]
) -> None:
    boxes = [(x, y, x + 0.1, y + 0.2) for x, y in subjects]
    known = [place(there(box=(x, y, x + 0.1, y + 0.2))) for x, y in places]
    pairs = pair([Subject("person", box, None) for box in boxes], known)
    assert len(set(pairs.values())) == len(pairs) <= min(len(boxes), len(known))
