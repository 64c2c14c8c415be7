from dataclasses import replace

import pytest

from services.scribe.progress import Progress, of_objects, of_plates
from services.store.image import Image
from services.store.question import Look
from tests.pictures import NOON

PICTURE = Image(
    id="1",
    camera_id="front-door",
    name="a.jpg",
    path="images/a.jpg",
    captured_at=NOON,
    received_at=NOON,
    stored_at=NOON,
    width=64,
    height=48,
    bytes=1,
    sha256="0",
    state="detected",
    decided_at=None,
    claimed_by=None,
    claim_expires_at=None,
    attempts=0,
    detected_at=None,
    model=None,
    model_version=None,
    took_ms=None,
    fell_back_because=None,
    error=None,
    judged_at=None,
)


def look(state: str, error: str | None = None) -> Look:
    return Look(state, None, error, [])


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("new", "waiting"),
        ("pending", "waiting"),
        ("detecting", "waiting"),
        ("kept", "waiting"),
        ("detected", "detected"),
    ],
)
def test_a_picture_is_waited_for_until_it_was_looked_at(state: str, told: str) -> None:
    assert of_objects(replace(PICTURE, state=state)).state == told


def test_a_look_that_failed_says_why() -> None:
    failed = replace(PICTURE, state="failed", error="cut short")
    assert of_objects(failed) == of_plates(failed, None, False) == Progress("failed", "cut short")


def test_a_picture_that_is_not_there_is_unknown() -> None:
    assert of_objects(None) == of_plates(None, None, False) == Progress("unknown")


def test_plates_are_asked_for_once_the_picture_was_looked_at() -> None:
    assert of_plates(replace(PICTURE, state="pending"), None, False) == Progress("waiting")
    assert of_plates(PICTURE, None, True) == Progress("waiting", unasked=True)
    assert of_plates(PICTURE, look("pending"), True) == Progress("waiting")
    assert of_plates(PICTURE, look("reading"), True) == Progress("waiting")


def test_a_picture_without_a_vehicle_has_no_plates() -> None:
    assert of_plates(PICTURE, None, False) == Progress("read")


def test_plates_that_were_read_are_known_and_those_that_could_not_be_say_why() -> None:
    assert of_plates(PICTURE, look("read"), True) == Progress("read")
    assert of_plates(PICTURE, look("failed", "no reader"), True) == Progress("failed", "no reader")
