"""The tab *Old flows*: imagehub-librarian's questions are put to our services, and answered in its words."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.nodered.outsider import OldFlow
from tests.nodered.peer import Bus, Heard, NodeRed, example

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
IMAGE = "Drive-PiCam-2026-11-20T09.08.49.620000.jpg"
OTHER = "Drive-PiCam-2026-11-20T09.08.50.120000.jpg"
FOLDER = "/home/pi/imagehub_data/images/2026-11-20"
UNKNOWN = {"image_id": None, "camera_id": None, "state": "unknown"}


@pytest.fixture
def old_flow(bus: Bus, node_red: NodeRed) -> Iterator[OldFlow]:
    """An old flow at the broker of the shared Node-RED."""
    made = OldFlow(node_red.broker)
    yield made
    made.close()


def answer_objects(bus: Bus, **changes: Any) -> Heard:
    asked = bus.hear("ask/objects")
    bus.tell("answer/objects", example("answer-objects", ask_id=asked["id"], **changes) | {"name": asked["name"]})
    return asked


def answer_plates(bus: Bus, **changes: Any) -> Heard:
    asked = bus.hear("ask/plates")
    bus.tell("answer/plates", example("answer-plates", ask_id=asked["id"], **changes) | {"name": asked["name"]})
    return asked


def test_a_question_for_objects_is_answered_with_all_classes(bus: Bus, old_flow: OldFlow) -> None:
    old_flow.asks_for_objects(f"{FOLDER}/{IMAGE}")
    assert answer_objects(bus, counts={"motorcycle": 1, "person": 2, "umbrella": 1})["name"] == IMAGE
    assert old_flow.hears("image/id_objects/count") == {
        **dict.fromkeys(("bird", "dog", "cat", "car", "bicycle", "bus", "truck"), 0),
        "person": 2,
        "motorbike": 1,
        "umbrella": 1,
        "filename": IMAGE,
        "isfile": True,
    }


def test_a_picture_that_is_not_there_has_the_short_answer(bus: Bus, old_flow: OldFlow) -> None:
    old_flow.asks_for_objects(f"{FOLDER}/{IMAGE}")
    answer_objects(bus, counts={}, **UNKNOWN)
    assert old_flow.hears("image/id_objects/count") == {"filename": IMAGE, "isfile": False}


def test_a_picture_that_is_not_looked_at_yet_is_asked_for_again(bus: Bus, old_flow: OldFlow) -> None:
    old_flow.asks_for_objects(f"{FOLDER}/{IMAGE}")
    first = answer_objects(bus, state="waiting", counts={})
    second = answer_objects(bus, counts={"cat": 1})
    assert (second["name"], second["id"] != first["id"]) == (IMAGE, True)
    assert old_flow.hears("image/id_objects/count")["cat"] == 1


def test_a_name_that_no_file_has_is_answered_without_our_services(bus: Bus, old_flow: OldFlow) -> None:
    old_flow.asks_for_objects(f"{FOLDER}/")
    assert old_flow.hears("image/id_objects/count") == {"filename": "", "isfile": False}


def test_many_questions_get_their_own_answers(bus: Bus, old_flow: OldFlow) -> None:
    names = [f"Drive-PiCam-2026-11-20T09.08.49.{number:06d}.jpg" for number in range(50)]
    for name in names:
        old_flow.asks_for_objects(f"{FOLDER}/{name}")
    for number, _ in enumerate(names, start=1):
        answer_objects(bus, counts={"person": number})
    told = [old_flow.hears("image/id_objects/count") for _ in names]
    assert [(one["filename"], one["person"]) for one in told] == [(name, at) for at, name in enumerate(names, start=1)]


def test_plates_are_answered_as_plate_recognizer_does(bus: Bus, old_flow: OldFlow) -> None:
    old_flow.asks_for_plates(f"{FOLDER}/{IMAGE}", f"{FOLDER}/{OTHER}")
    answer_plates(bus)
    told = old_flow.hears("image/alpr/results")
    assert [one["plate"] for one in told["results"]] == ["bab123"]
    assert told["filename"][11:60] == IMAGE
    assert (told["version"], told["camera_id"]) == (1, None)


def test_the_second_picture_is_read_when_the_first_shows_no_plate(bus: Bus, old_flow: OldFlow) -> None:
    old_flow.asks_for_plates(f"{FOLDER}/{IMAGE}", f"{FOLDER}/{OTHER}")
    assert answer_plates(bus, plates=[])["name"] == IMAGE
    assert answer_plates(bus)["name"] == OTHER
    assert old_flow.hears("image/alpr/results")["filename"][11:] == OTHER


def test_pictures_without_a_plate_and_unknown_ones_have_empty_results(bus: Bus, old_flow: OldFlow) -> None:
    old_flow.asks_for_plates(f"{FOLDER}/{IMAGE}", f"{FOLDER}/{OTHER}")
    answer_plates(bus, plates=[], **UNKNOWN)
    answer_plates(bus, plates=[], **UNKNOWN)
    told = old_flow.hears("image/alpr/results")
    assert (told["results"], told["filename"][11:]) == ([], OTHER)


def test_questions_that_name_no_picture_are_reported_and_the_next_is_answered(
    own_node_red: NodeRed, own_bus: Bus
) -> None:
    with own_node_red:
        assert own_bus.hear("svc/nodered/1/status")["state"] == "online"
        old_flow = OldFlow(own_node_red.broker)
        for text in ("{broken", "[]", '{"filename": 7}', '{"filename": []}'):
            old_flow.says("image/alpr/get_license", text)
        assert "tab Old flows" in own_bus.hear("event/report")["detail"]
        old_flow.asks_for_plates(IMAGE)
        answer_plates(own_bus)
        assert old_flow.hears("image/alpr/results")["filename"][11:] == IMAGE
        old_flow.close()


def test_silence_of_our_services_is_answered_and_reported_also_over_a_restart(
    own_node_red: NodeRed, own_bus: Bus
) -> None:
    own_node_red.edit(**{"old question: what is in it?": {"limit": "3"}})
    old_flow = OldFlow(own_node_red.broker)
    with own_node_red:
        assert own_bus.hear("svc/nodered/1/status")["state"] == "online"
        old_flow.asks_for_objects(f"{FOLDER}/{IMAGE}")
        assert own_bus.hear("ask/objects")["name"] == IMAGE
    with own_node_red:
        assert old_flow.hears("image/id_objects/count") == {"filename": IMAGE, "isfile": False}
        detail = own_bus.hear("event/report")["detail"]
    old_flow.close()
    assert detail.startswith(
        f"an old flow's question about {IMAGE} could not be answered in full: no outcome within 3 s"
    )
