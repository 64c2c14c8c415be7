"""The tab *Sightings*: which pictures' plates are read, and who is told of a plate."""

from typing import Any

import pytest

from tests.nodered.peer import Bus, Heard, example

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
ANOTHER = "019aa0f4-7c2f-7a01-9c3e-ffffffffffff"


def seen(label: str, place: int) -> dict[str, Any]:
    where = {"box": [0.1, 0.1, 0.5, 0.9], "zones": []}
    return {"label": label, "score": 0.8, **where, "sighting_id": None, "arrival": False, "place": place}


def settled(standing: str, **changes: Any) -> dict[str, Any]:
    (one,) = example("image-plates")["settled"]
    return {**one, "standing": standing, **changes}


def verdict(bus: Bus, *plates: dict[str, Any], **changes: Any) -> Heard:
    bus.tell("image/plates", example("image-plates", camera_id="front-door", settled=list(plates), **changes))
    return bus.hear("alert/request")


def test_a_vehicle_that_is_new_in_view_is_read_with_the_reason(bus: Bus) -> None:
    bus.tell("image/detected", example("image-detected", detections=[seen("person", 1), seen("truck", 3)]))
    heard = bus.hear("work/plates")
    assert heard["image_id"] == example("image-detected")["image_id"]
    assert heard["reasons"] == ["truck: picture 3 of its sighting"]


def test_a_parked_car_and_a_person_are_not_read(bus: Bus) -> None:
    bus.tell("image/detected", example("image-detected", detections=[seen("car", 4)]))
    bus.tell("image/detected", example("image-detected", detections=[seen("person", 1)]))
    bus.tell("image/detected", example("image-detected", detections=[seen("bus", 1)], image_id=ANOTHER))
    assert bus.hear("work/plates")["image_id"] == ANOTHER


def test_a_known_plate_is_told_in_words_for_people(bus: Bus) -> None:
    heard = verdict(bus, settled("known"))
    assert (heard["rule"], heard["tell"]) == ("plates", True)
    assert heard["labels"] == [{"label": "known plate BAB123 (Anna)", "score": 0.94}]
    assert heard["reasons"] == ["BAB123 (Anna) is a known plate"]


def test_a_denied_plate_is_told_too(bus: Bus) -> None:
    assert verdict(bus, settled("deny", owner=None))["labels"] == [{"label": "denied plate BAB123", "score": 0.94}]


def test_an_allowed_plate_is_not_told_and_the_reason_says_why(bus: Bus) -> None:
    heard = verdict(bus, settled("allow"))
    assert heard["tell"] is False
    assert heard["reasons"] == ["BAB123 (Anna) is allowed to come: nobody is told of it"]


def test_a_plate_that_nobody_has_named_asks_for_no_verdict(bus: Bus) -> None:
    bus.tell("image/plates", example("image-plates", settled=[settled("unknown", owner=None)]))
    bus.tell("image/plates", example("image-plates", settled=[]))
    assert verdict(bus, settled("known"), image_id=ANOTHER)["image_id"] == ANOTHER


def test_each_picture_that_settles_plates_gets_exactly_one_verdict(bus: Bus) -> None:
    ids = [f"019aa0f4-7c2f-7a01-9c3e-{number:012x}" for number in range(30)]
    for number, image_id in enumerate(ids):
        plates = [settled("known"), settled("deny", text="XY99", owner=None)] if number % 2 else [settled("allow")]
        bus.tell("image/plates", example("image-plates", image_id=image_id, settled=plates))
    heard = [verdict(bus, settled("known"), image_id=ANOTHER), *(bus.hear("alert/request") for _ in ids)]
    assert sorted(one["image_id"] for one in heard) == [*ids, ANOTHER]
