"""Sightings from one picture to the next: what the rules make of a day in a street."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detector.sighting.memory import CAR, Remembered, car, lit, person, put, street
from tests.pictures import NOON

HOUR = 3600
STREET = street()
PARKED = put(STREET, CAR)


def test_a_thing_arrives_once_and_is_one_sighting_for_as_long_as_it_is_there() -> None:
    camera = Remembered(view=PARKED)
    changes = [camera.look(second, car()) for second in range(200)]
    arrivals = [member.arrival for one in changes for member in one.members.values()]
    assert arrivals == [True, *[False] * 199]
    (one,) = camera.visits
    assert [member.place for change in changes for member in change.members.values()] == list(range(1, 201))
    assert (one.still, one.images, one.missed, one.expires_at) == (True, 200, 0, None)


def test_a_still_thing_departs_ten_seconds_after_its_place_is_seen_empty() -> None:
    camera = Remembered(view=PARKED)
    for second in range(60):
        camera.look(second, car())
    gone = [second for second in range(60, 90) if camera.look(second, view=STREET).departed]
    (one,) = camera.visits
    assert gone == [70]
    assert one.departed_at == one.last_seen_at == NOON + timedelta(seconds=59)
    assert one.expires_at is None, "it was seen to have gone, and is not to be found again"


def test_a_thing_that_leaves_and_comes_back_is_a_visit_of_its_own() -> None:
    camera = Remembered(view=PARKED)
    for second in range(30):
        camera.look(second, car())
    for second in range(30, 60):
        camera.look(second, view=STREET)
    assert [member.arrival for member in camera.look(60, car()).members.values()] == [True]
    assert len(camera.visits) == 2


def test_what_moves_departs_after_ten_seconds_out_of_sight() -> None:
    camera = Remembered(view=STREET)
    for step in range(20):
        camera.look(step / 2, person(0.1 + step * 0.03))
    gone = [second for second in range(10, 40) if camera.look(second).departed]
    assert gone == [20]
    (one,) = camera.visits
    assert not one.still
    assert one.images == 20


def test_two_people_who_cross_stay_two() -> None:
    camera = Remembered(view=STREET)
    for step in range(60):
        left, right = person(0.1 + step * 0.0125), person(0.9 - step * 0.0125, y=0.64)
        # As they pass, the detector finds one of them only.
        camera.look(step / 4, *([left, right] if abs(step - 32) > 1 else [left]))
    for second in range(16, 40):
        camera.look(second)
    assert len(camera.visits) == 2
    assert all(one.departed_at for one in camera.visits)


def test_a_car_that_drives_by_a_parked_one_is_a_visit_and_the_parked_one_stays() -> None:
    camera = Remembered(view=PARKED)
    for second in range(120):
        camera.look(second, car())
    for step in range(18):
        x = step * 0.04
        passing = car((x, 0.55, x + 0.25, 0.78))
        hidden = 0.2 < x < 0.45
        camera.look(120 + step / 2, *([passing] if hidden else [passing, car()]), view=put(PARKED, passing.box, 9))
    for second in range(130, 200):
        camera.look(second, car())
    parked, *others = camera.visits
    assert parked.departed_at is None
    assert len(others) == 1
    assert others[0].departed_at


def test_a_second_box_of_a_parked_car_is_no_second_car() -> None:
    camera = Remembered(view=PARKED)
    for second in range(30):
        camera.look(second, car())
    half = car((CAR[0], CAR[1], CAR[0] + 0.12, CAR[3]), score=0.5)
    changes = camera.look(30, car(), half)
    assert {member.sighting_id for member in changes.members.values()} == {camera.visits[0].id}
    assert not any(member.arrival for member in changes.members.values())


@pytest.mark.parametrize("missed_s", [5, 60, 1000])
def test_a_parked_car_that_the_detector_misses_is_still_there_by_its_looks(missed_s: int) -> None:
    camera = Remembered(view=PARKED)
    for second in range(30):
        camera.look(second, car())
    for second in range(30, 30 + missed_s):
        camera.look(second, view=lit(PARKED, 0.8, noise=3, seed=second))
    assert not camera.look(31 + missed_s, car()).begun
    (one,) = camera.visits
    assert one.departed_at is None


def test_a_weak_detection_at_its_place_is_enough() -> None:
    camera = Remembered(view=PARKED)
    for second in range(30):
        camera.look(second, car())
    for second in range(30, 200):
        camera.look(second, car(score=0.3, dropped="below score"), view=street(seed=second))
    assert camera.visits[0].departed_at is None


def test_the_dark_says_nothing() -> None:
    camera = Remembered(view=PARKED)
    for second in range(30):
        camera.look(second, car())
    for second in range(30, 3 * HOUR, 60):
        assert not camera.look(second, view=lit(PARKED, 0.02)).changed
    assert not camera.look(3 * HOUR, car()).begun


def test_what_was_lost_from_sight_without_being_seen_to_go_is_found_again() -> None:
    camera = Remembered(view=PARKED)
    for second in range(60):
        camera.look(second, car())
    van = car((0.1, 0.3, 0.7, 0.95))
    hidden = put(PARKED, van.box, 9)
    for second in range(60, 2000, 10):
        camera.look(second, van, view=hidden)
    lost = camera.visits[0]
    assert lost.departed_at
    assert lost.expires_at
    assert [one.arrival for one in camera.look(2001, car()).members.values()] == [False]
    assert camera.sightings[lost.id].departed_at is None


def test_somebody_at_the_same_place_hours_later_is_somebody_else() -> None:
    camera = Remembered()
    door = person(0.5)
    for second in range(0, 30, 5):
        camera.look(second, door, view=put(STREET, door.box, 3))
    assert camera.visits[0].still
    later = camera.look(3 * HOUR, door, view=put(STREET, door.box, 4))
    assert [member.arrival for member in later.members.values()] == [True]


def test_seen_in_two_of_three_pictures_arrives_with_the_second() -> None:
    camera = Remembered(seen_in=2, seen_of=3, view=STREET)
    assert [one.arrival for one in camera.look(0, person(0.5)).members.values()] == [False]
    camera.look(1)
    second = camera.look(2, person(0.52))
    assert [(one.arrival, one.place) for one in second.members.values()] == [(True, 2)]
    (one,) = camera.visits
    assert (one.began_at, one.arrived_at) == (NOON, NOON + timedelta(seconds=2))


def test_what_is_seen_once_only_never_arrives_nor_departs() -> None:
    camera = Remembered(seen_in=2, seen_of=3, view=STREET)
    camera.look(0, person(0.5))
    changes = [camera.look(second) for second in range(1, 60)]
    assert camera.visits == []
    assert not any(one.departed for one in changes)
    assert all(one.departed_at and one.departure_judged_at for one in camera.sightings.values())


def test_a_departure_waits_for_a_verdict_only_where_somebody_asked_for_it() -> None:
    for labels, asked in ((frozenset({"car"}), True), (frozenset({"person"}), False)):
        camera = Remembered(view=PARKED, departure_labels=labels)
        camera.look(0, car())
        for second in range(1, 20):
            camera.look(second, view=STREET)
        (one,) = camera.visits
        assert one.departed_at
        assert (one.departure_judged_at is None) is asked


def test_an_older_picture_extends_a_sighting_backwards_and_arrives_nothing_anew() -> None:
    camera = Remembered(view=PARKED)
    for second in range(100, 60, -1):
        camera.look(second, car())
    (one,) = camera.visits
    assert (one.began_at, one.last_seen_at) == (NOON + timedelta(seconds=61), NOON + timedelta(seconds=100))
    assert one.arrived_at == NOON + timedelta(seconds=100)


def test_an_older_picture_without_it_closes_nothing() -> None:
    camera = Remembered(view=PARKED)
    camera.look(100, car())
    for second in range(99, 0, -1):
        assert not camera.look(second, view=STREET).changed
    assert camera.visits[0].departed_at is None


def test_an_older_picture_of_what_has_departed_joins_it_and_opens_nothing() -> None:
    camera = Remembered(view=STREET)
    for second in range(10):
        camera.look(second, person(0.2 + second * 0.02))
    for second in range(20, 60):
        camera.look(second)
    changes = camera.look(9.5, person(0.39))
    (one,) = camera.visits
    assert not changes.begun
    assert one.departed_at == one.last_seen_at == NOON + timedelta(seconds=9.5)


@settings(max_examples=30)
@given(st.randoms(use_true_random=False), st.integers(2, 40))
def test_a_still_thing_is_one_visit_in_whatever_order_its_pictures_are_looked_at(chance: random.Random, n: int) -> None:
    camera = Remembered(view=PARKED)
    moments = list(range(n))
    chance.shuffle(moments)
    arrivals = sum(member.arrival for second in moments for member in camera.look(second, car()).members.values())
    assert arrivals == len(camera.visits) == len(camera.sightings) == 1
    (one,) = camera.visits
    assert (one.began_at, one.last_seen_at) == (NOON, NOON + timedelta(seconds=n - 1))


jitter = st.floats(-0.015, 0.015)


@settings(max_examples=20)
@given(
    st.lists(st.tuples(jitter, jitter, jitter, jitter, st.booleans(), st.floats(0.3, 1.5)), min_size=20, max_size=60)
)
def test_a_parked_car_never_arrives_twice_however_its_box_the_light_and_the_detector_waver(
    looks: list[tuple[float, float, float, float, bool, float]],
) -> None:
    camera = Remembered(view=PARKED)
    camera.look(0, car())
    for number, (a, b, c, d, seen, gain) in enumerate(looks, 1):
        box = (CAR[0] + a, CAR[1] + b, CAR[2] + c, CAR[3] + d)
        camera.look(
            number * 2,
            *([car(box, label="truck" if a > 0.01 else "car")] if seen else []),
            view=lit(PARKED, gain, noise=2),
        )
    assert len(camera.sightings) == 1


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.floats(0.1, 0.9), st.floats(0.3, 0.8), st.sampled_from(["person", "car", "dog"])), max_size=6)
)
def test_each_detection_belongs_to_one_sighting_and_each_arrival_is_told_once(
    things: list[tuple[float, float, str]],
) -> None:
    camera = Remembered(view=STREET)
    arrivals: list[str] = []
    for second in range(5):
        found = [car((x - 0.05, y - 0.1, x + 0.05, y + 0.1), label=label) for x, y, label in things]
        members = camera.look(second, *found).members
        assert set(members) == set(range(len(things)))
        arrivals += [one.sighting_id for one in members.values() if one.arrival]
    assert len(arrivals) == len(set(arrivals)) == len(camera.visits)
