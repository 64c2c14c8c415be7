from dataclasses import dataclass

import pytest

from services.plates.match import closest


@dataclass(frozen=True)
class Known:
    text: str


FLEET = [Known("AB123CD"), Known("XY987ZT"), Known("HH0001")]


@pytest.mark.parametrize(
    ("read", "meant"), [("AB123CD", "AB123CD"), ("A8I23CD", "AB123CD"), ("AB128CD", "AB123CD"), ("HHO0O1", "HH0001")]
)
def test_a_text_means_the_plate_that_looks_like_it(read: str, meant: str) -> None:
    assert closest(read, FLEET) == Known(meant)


@pytest.mark.parametrize("read", ["AB155CD", "CD123", "987ZT", "QQ123CD", ""])
def test_a_strangers_plate_means_none_of_them(read: str) -> None:
    assert closest(read, FLEET) is None


def test_the_very_text_goes_before_one_that_only_looks_alike() -> None:
    assert closest("B0B8", [Known("8O88"), Known("B0B8")]) == Known("B0B8")


def test_of_two_plates_that_are_equally_near_neither_is_meant() -> None:
    assert closest("AB123CD", [Known("AB124CD"), Known("AB125CD")]) is None


def test_with_no_distance_allowed_only_lookalikes_pass() -> None:
    assert closest("A8123CD", FLEET, 0) == Known("AB123CD")
    assert closest("AB124CD", FLEET, 0) is None


def test_a_sign_lost_at_the_edge_is_one_away() -> None:
    assert closest("B123CD", FLEET) == Known("AB123CD")
