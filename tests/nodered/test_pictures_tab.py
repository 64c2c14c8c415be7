"""The tab *Pictures*: each new picture is looked at or kept, as its camera's plan says."""

import pytest

from tests.nodered.peer import Bus, example

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]


def decision(bus: Bus, camera_id: str) -> tuple[str, str, list[str]]:
    image = example("image-new", camera_id=camera_id)
    bus.tell("image/new", image)
    heard = bus.hear("work/detect", "work/keep")
    assert heard["image_id"] == image["image_id"]
    assert heard["src"] == "nodered"
    return heard.topic, heard["camera_id"], heard["reasons"]


def test_a_picture_of_a_camera_set_to_detect_goes_to_the_detector(bus: Bus) -> None:
    expected = ("work/detect", "front-door", ["Front Door is set to have its pictures looked at"])
    assert decision(bus, "front-door") == expected


def test_a_picture_of_a_camera_set_to_keep_is_kept_without_a_look(bus: Bus) -> None:
    assert decision(bus, "garden") == ("work/keep", "garden", ["Garden is set to keep pictures without a look"])


def test_a_picture_of_an_unknown_camera_is_looked_at_and_the_reason_says_so(bus: Bus) -> None:
    expected = ("work/detect", "shed", ["camera not in the configuration yet: looked at"])
    assert decision(bus, "shed") == expected


def test_a_changed_plan_takes_effect_with_the_next_picture(bus: Bus) -> None:
    config = example("config-cameras")
    config["cameras"][0]["plan"] = "keep"
    assert decision(bus, "front-door")[0] == "work/detect"
    bus.tell("config/cameras", config, retain=True)
    assert decision(bus, "front-door")[0] == "work/keep"


def test_a_broken_configuration_is_refused_and_the_last_good_one_stays(bus: Bus) -> None:
    broken = example("config-cameras")
    broken["cameras"][1]["plan"] = "perhaps"
    bus.tell("config/cameras", broken)
    assert "cameras.1.plan" in bus.hear("event/report")["detail"]
    assert decision(bus, "garden")[0] == "work/keep"


def test_a_camera_that_is_to_give_a_picture_every_second_is_asked_for_one_again_and_again(bus: Bus) -> None:
    config = example("config-cameras")
    config["cameras"][1] |= {"can_snapshot": True, "snapshot_every_s": 1}
    config["cameras"][0] |= {"can_snapshot": True, "snapshot_every_s": None}
    bus.tell("config/cameras", config, retain=True)
    first, second = bus.hear("work/snapshot"), bus.hear("work/snapshot")
    assert {first["camera_id"], second["camera_id"]} == {"garden"}
    assert first["asked_by"] == "the schedule: every 1 s"
    assert first["pull_id"] != second["pull_id"]


def test_each_of_many_pictures_gets_its_own_decision(bus: Bus) -> None:
    images = [example("image-new", image_id=f"019aa0f4-7c2f-7a01-9c3e-{number:012x}") for number in range(200)]
    for image in images:
        bus.tell("image/new", image)
    heard = [bus.hear("work/detect") for _ in images]
    assert [message["image_id"] for message in heard] == [image["image_id"] for image in images]
    assert len({message["id"] for message in heard}) == len(images)
