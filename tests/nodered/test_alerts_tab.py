"""The tab *Alerts*: one verdict for each picture in which something was seen, and in it an answer for each person."""

from time import monotonic
from typing import Any

import pytest

from tests.nodered.peer import Bus, Heard, example
from tests.peers import DEADLINE_S

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
SIGHTING = "019aa0f4-7c2f-7b11-9c3e-2f1d0b7a9e56"


def seen(label: str, score: float) -> dict[str, Any]:
    where = {"box": [0.1, 0.1, 0.5, 0.9], "zones": []}
    return {"label": label, "score": score, **where, "sighting_id": None, "arrival": False, "place": 0}


def verdict(bus: Bus, *detections: dict[str, Any], **changes: Any) -> Heard:
    bus.tell("image/detected", example("image-detected", detections=list(detections), **changes))
    return bus.hear("alert/request")


def test_a_label_among_the_cameras_alert_labels_is_told_with_its_reason(bus: Bus) -> None:
    heard = verdict(bus, seen("car", 0.9), seen("person", 0.871))
    assert heard["tell"] is True
    assert heard["rule"] == "alert-labels"
    assert heard["labels"] == [{"label": "person", "score": 0.871}]
    assert heard["reasons"] == [
        "person (87 %) is an alert label of Front Door",
        "car is not an alert label of Front Door",
    ]


def test_another_label_is_not_told_and_the_reason_says_why(bus: Bus) -> None:
    heard = verdict(bus, seen("car", 0.9))
    assert heard["tell"] is False
    assert heard["labels"] == [{"label": "car", "score": 0.9}]
    assert heard["reasons"] == ["car is not an alert label of Front Door"]


def test_a_camera_without_alert_labels_tells_nobody(bus: Bus) -> None:
    assert verdict(bus, seen("person", 0.9), camera_id="garden")["tell"] is False


def test_a_person_at_a_camera_that_is_not_known_yet_is_told_and_the_reason_says_why(bus: Bus) -> None:
    heard = verdict(bus, seen("person", 0.9), camera_id="shed")
    assert heard["tell"] is True
    assert heard["reasons"][0].startswith("shed is not in the configuration yet")


def test_an_empty_picture_and_a_failed_look_ask_for_no_decision(bus: Bus) -> None:
    first, second, third = (f"019aa0f4-7c2f-7a01-9c3e-00000000000{number}" for number in (1, 2, 3))
    bus.tell("image/detected", example("image-detected", detections=[], image_id=first))
    bus.tell("image/detected", example("image-detected", outcome="failed", error="too large", image_id=second))
    assert verdict(bus, seen("car", 0.9), image_id=third)["image_id"] == third


def test_changed_alert_labels_take_effect_with_the_next_picture(bus: Bus) -> None:
    config = example("config-cameras")
    config["cameras"][0]["alert_labels"] = ["car"]
    bus.tell("config/cameras", config, retain=True)
    assert verdict(bus, seen("car", 0.9))["tell"] is True
    assert verdict(bus, seen("person", 0.9))["tell"] is False


def test_each_picture_gets_exactly_one_verdict(bus: Bus) -> None:
    ids = [f"019aa0f4-7c2f-7a01-9c3e-{number:012x}" for number in range(50)]
    for number, image_id in enumerate(ids):
        label = "person" if number % 2 else "car"
        bus.tell("image/detected", example("image-detected", image_id=image_id, detections=[seen(label, 0.8)]))
    last = "019aa0f4-7c2f-7a01-9c3e-ffffffffffff"
    bus.tell("image/detected", example("image-detected", image_id=last))
    assert sorted(bus.hear("alert/request")["image_id"] for _ in range(51)) == [*ids, last]


def test_what_is_still_there_is_not_told_and_what_arrives_is(bus: Bus) -> None:
    there = seen("person", 0.8) | {"sighting_id": SIGHTING, "arrival": False, "place": 9}
    heard = verdict(bus, there)
    assert heard["tell"] is False
    assert heard["reasons"][0].startswith("person is still there since ")
    assert verdict(bus, there | {"arrival": True, "place": 1})["tell"] is True


def test_a_departure_is_told_where_somebody_asks_about_it(bus: Bus) -> None:
    bus.tell("sighting/departed", example("sighting-departed", label="dog"))
    bus.tell("sighting/departed", example("sighting-departed", sighting_id=SIGHTING))
    heard = bus.hear("alert/request")
    assert (heard["rule"], heard["tell"]) == (f"departure-{SIGHTING}", True)
    assert heard["labels"] == [{"label": "car gone", "score": 1}]
    assert heard["reasons"] == ["car has left Front Door after 12 h 18 min, and you want to be told of that"]


def camera_with(**changes: Any) -> dict[str, Any]:
    """`config/cameras` in which the front door alerts only as is said."""
    config = example("config-cameras")
    config["cameras"][0] |= changes
    return config


def mode(bus: Bus, mode_id: str) -> None:
    bus.tell("mode/state", example("mode-state", mode_id=mode_id) | {"name": mode_id.title()}, retain=True)


def settled(bus: Bus, tell: bool) -> Heard:
    """The verdict once what was told before has reached the node."""
    end = monotonic() + DEADLINE_S
    while (heard := verdict(bus, seen("person", 0.9)))["tell"] is not tell:
        assert monotonic() < end, heard["reasons"]
    return heard


def test_a_camera_alerts_only_in_its_modes_and_the_reason_names_the_mode(bus: Bus) -> None:
    bus.tell("config/cameras", camera_with(alert_modes=["away", "night"]), retain=True)
    mode(bus, "home")
    assert settled(bus, False)["reasons"][0] == "not armed: the mode is home"
    mode(bus, "away")
    heard = settled(bus, True)
    assert heard["reasons"] == ["armed: the mode is away", "person (90 %) is an alert label of Front Door"]


def test_a_departure_is_told_only_where_the_camera_is_armed(bus: Bus) -> None:
    bus.tell("config/cameras", camera_with(alert_modes=["away"]), retain=True)
    mode(bus, "home")
    assert settled(bus, False)
    bus.tell("sighting/departed", example("sighting-departed"))
    heard = bus.hear("alert/request")
    assert (heard["tell"], heard["labels"][0]["label"]) == (False, "car gone")
    assert heard["reasons"][0] == "not armed: the mode is home"


def test_a_camera_alerts_only_within_its_schedule(bus: Bus) -> None:
    schedules = example("config-schedules")
    (nights, _) = schedules["schedules"]
    nights |= {"windows": [], "exceptions": []}
    bus.tell("config/schedules", schedules, retain=True)
    bus.tell("config/cameras", camera_with(schedule_id=nights["id"]), retain=True)
    assert settled(bus, False)["reasons"][0] == "not armed: outside of Nights"
    nights["windows"] = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "00:00"}]
    bus.tell("config/schedules", schedules, retain=True)
    assert settled(bus, True)["reasons"][0] == "armed: within Nights"


def enter(bus: Bus, **anna: Any) -> None:
    """Enters Anna, who wants to know of everything but what is said, and Ben, who wants to know of nothing."""
    (one,) = example("config-people")["people"]
    one |= {"cameras": None, "labels": None, "modes": None, "quiet": [], **anna}
    ben = one | {"id": "019aa0f4-7c2f-7080-8a11-5be0d0c1f281", "name": "Ben", "cameras": []}
    bus.tell("config/people", example("config-people", people=[one, ben]), retain=True)


def asked(bus: Bus, tell: bool) -> Heard:
    """The verdict once the people have reached the node: it answers for both of them."""
    end = monotonic() + DEADLINE_S
    while len((heard := settled(bus, tell))["people"] or []) != 2:
        assert monotonic() < end, heard["people"]
    return heard


def test_each_person_has_an_answer_with_its_reason(bus: Bus) -> None:
    enter(bus)
    anna, ben = asked(bus, True)["people"]
    assert (anna["name"], anna["tell"], anna["later"]) == ("Anna", True, None)
    assert anna["reasons"] == ["Anna wants to know of person at Front Door"]
    assert (ben["tell"], ben["reasons"]) == (False, ["Ben does not want to know of Front Door"])


def test_where_nobody_wants_to_know_nobody_is_told_and_all_have_their_answers(bus: Bus) -> None:
    enter(bus, enabled=False)
    heard = asked(bus, False)
    assert heard["reasons"][0] == "none of 2 people is told of it"
    assert [one["tell"] for one in heard["people"]] == [False, False]


def test_a_plate_and_a_happening_are_asked_of_the_same_people(bus: Bus) -> None:
    enter(bus, happenings=["camera_silent"])
    assert asked(bus, True)
    bus.tell("image/plates", example("image-plates", camera_id="front-door"))
    assert [one["tell"] for one in bus.hear("alert/request")["people"]] == [True, False]
    bus.tell("event/new", example("event-new"))
    heard = bus.hear("alert/request")
    assert (heard["rule"], heard["image_id"], heard["event_id"]) == (
        "camera_silent",
        None,
        example("event-new")["event_id"],
    )
    assert heard["text"] == "Front Door has sent nothing for 10 minutes."
    assert [one["tell"] for one in heard["people"]] == [True, False]


def test_a_rule_names_whom_it_wants_told(bus: Bus) -> None:
    enter(bus, cameras=[])
    ben = "019aa0f4-7c2f-7080-8a11-5be0d0c1f281"
    assert asked(bus, False)
    bus.tell("event/new", example("event-new", kind="rule_alert", people=[ben]))
    heard = bus.hear("alert/request")
    assert [one["tell"] for one in heard["people"]] == [False, True]


def test_an_event_that_nobody_is_told_of_asks_for_no_verdict(bus: Bus) -> None:
    bus.tell("event/new", example("event-new", kind="motion"))
    bus.tell("event/new", example("event-new", kind="node_silent", camera_id=None))
    assert bus.hear("alert/request")["rule"] == "node_silent"


def test_a_camera_at_a_way_in_waits_for_the_entry_delay_and_while_it_is_arming_nothing_is_told(bus: Bus) -> None:
    bus.tell("config/cameras", camera_with(alert_modes=["away"], entry=True), retain=True)
    away = example("mode-state", mode_id="away") | {"name": "Away", "entry_s": 45}
    bus.tell("mode/state", away | {"arming": True, "arming_until": "2099-01-01T00:00:00Z"}, retain=True)
    assert settled(bus, False)["reasons"][0].startswith("not armed: armed in ")
    bus.tell("mode/state", away, retain=True)
    heard = settled(bus, True)
    assert heard["entry_s"] == 45
    assert heard["reasons"][:2] == ["armed: the mode is away", "entry delay: it waits 45 s for somebody to disarm"]
