from typing import Any

import cv2
import numpy as np
import pytest

from services.core.settings import SettingError, Settings
from services.detector.plugin import Unavailable
from services.detector.rekognition import LONG_SIDE, REST_S, Rekognition, jpeg, open_plugin
from tests.detector.conftest import FrameOf
from tests.detector.rekognition.double import DOG, SILENCE, Amazon
from tests.pictures import HeldClock

FIRST, SECOND = "eu-west-1", "us-east-1"
WALL = np.full((120, 160, 3), 90, np.uint8)


class House:
    """A plug-in with two regions, a clock that stands still, and a purse that counts."""

    def __init__(self, service: Amazon, frame_of: FrameOf, **more: Any) -> None:
        self.service, self.clock, self.calls, self.left = service, HeldClock(), 0, 1000
        self.plugin = open_plugin(settings(service, **more), self.spend, self.clock)
        self._frame = frame_of(WALL)

    def spend(self) -> None:
        if self.calls == self.left:
            raise Unavailable("used up")
        self.calls += 1

    def labels(self) -> list[str]:
        ((*found,),) = self.plugin.detect([self._frame], 0.4)
        return [one.label for one in found]

    def refusal(self) -> str:
        with pytest.raises(Unavailable) as caught:
            self.labels()
        return str(caught.value)


def settings(service: Amazon, **more: Any) -> Settings:
    base: dict[str, Any] = {
        "detector_remote": "rekognition",
        "detector_rekognition_second_region": SECOND,
        "detector_rekognition_key_id": "AKIAEXAMPLE",
        "detector_rekognition_secret_key": "open-sesame",
        "detector_rekognition_url": service.url,
    }
    return Settings(**{**base, **more})


@pytest.fixture
def house(service: Amazon, frame_of: FrameOf) -> House:
    service.answers = {FIRST: DOG, SECOND: DOG}
    return House(service, frame_of)


def test_the_first_region_is_asked_and_its_things_come_back(house: House) -> None:
    assert house.labels() == ["dog"]
    assert house.service.asked == [FIRST]


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError"])
def test_the_second_region_is_asked_when_the_first_cannot_answer(house: House, code: str) -> None:
    house.service.answers[FIRST] = code
    assert house.labels() == ["dog"]
    assert house.service.asked == [FIRST, SECOND]


def test_the_second_region_is_asked_when_the_first_does_not_answer_in_time(service: Amazon, frame_of: FrameOf) -> None:
    service.answers = {FIRST: SILENCE, SECOND: DOG}
    assert House(service, frame_of, detector_remote_timeout_s=1).labels() == ["dog"]


def test_a_region_that_failed_is_left_alone_for_a_while(house: House) -> None:
    house.service.answers[FIRST] = "ThrottlingException"
    assert [house.labels(), house.labels()] == [["dog"], ["dog"]]
    assert house.service.asked == [FIRST, SECOND, SECOND]
    house.service.answers[FIRST] = DOG
    house.clock.pass_by(REST_S)
    house.labels()
    assert house.service.asked[-1] == FIRST


def test_when_both_fail_both_reasons_are_told_also_while_they_rest(house: House) -> None:
    house.service.answers = {FIRST: "ThrottlingException", SECOND: "InternalServerError"}
    first, again = house.refusal(), house.refusal()
    assert first == again
    assert f"in {FIRST} wants fewer calls" in first
    assert f"in {SECOND} has a fault" in first
    assert house.calls == 2


def test_a_wrong_key_is_not_shown_to_the_second_region(house: House) -> None:
    house.service.answers[FIRST] = "UnrecognizedClientException"
    assert "refuses the key" in house.refusal()
    assert "refuses the key" in house.refusal()
    assert house.service.asked == [FIRST]


def test_a_picture_that_is_refused_says_nothing_about_the_next_one(house: House) -> None:
    house.service.answers[FIRST] = "InvalidImageFormatException"
    assert "does not take this picture" in house.refusal()
    house.service.answers[FIRST] = DOG
    assert house.labels() == ["dog"]


def test_each_call_is_paid_for_before_it_is_made(house: House) -> None:
    house.left = 1
    house.labels()
    assert house.refusal() == "used up"
    assert house.service.asked == [FIRST]


def test_without_a_second_region_only_one_is_asked(service: Amazon, frame_of: FrameOf) -> None:
    service.answers = {FIRST: "InternalServerError"}
    assert "has a fault" in House(service, frame_of, detector_rekognition_second_region=None).refusal()


def test_a_large_picture_is_made_smaller_and_loses_all_but_its_pixels() -> None:
    sent = cv2.imdecode(np.frombuffer(jpeg(np.zeros((2000, 4000, 3), np.uint8)), np.uint8), cv2.IMREAD_COLOR)
    assert sent is not None
    assert sent.shape == (LONG_SIDE // 2, LONG_SIDE, 3)


def test_a_small_picture_is_sent_as_large_as_it_is() -> None:
    sent = cv2.imdecode(np.frombuffer(jpeg(WALL), np.uint8), cv2.IMREAD_COLOR)
    assert sent is not None
    assert sent.shape == WALL.shape


@pytest.mark.parametrize("shape", [(79, 200), (200, 79), (160, 4000)])
def test_what_the_service_would_not_take_is_not_sent(house: House, frame_of: FrameOf, shape: tuple[int, int]) -> None:
    with pytest.raises(Unavailable, match="too small or too narrow"):
        house.plugin.detect([frame_of(np.zeros((*shape, 3), np.uint8))], 0.4)
    assert house.calls == 0


def test_a_key_that_is_not_set_is_told_by_the_names_of_its_settings(service: Amazon) -> None:
    with pytest.raises(SettingError, match="HEARTHWATCH_DETECTOR_REKOGNITION_SECRET_KEY_FILE"):
        open_plugin(settings(service, detector_rekognition_secret_key=None), lambda: None, HeldClock())


def test_an_empty_key_is_told(service: Amazon) -> None:
    with pytest.raises(SettingError, match="HEARTHWATCH_DETECTOR_REKOGNITION_KEY_ID_FILE: the file is empty"):
        open_plugin(settings(service, detector_rekognition_key_id=""), lambda: None, HeldClock())


def test_waiting_must_leave_time_for_a_look_here(service: Amazon) -> None:
    with pytest.raises(SettingError, match="2 times 10 s leaves none of the 20 s"):
        open_plugin(settings(service, detector_remote_timeout_s=10), lambda: None, HeldClock())


def test_the_plug_in_says_that_pictures_leave_the_house(house: House) -> None:
    one: Rekognition = house.plugin
    one.warmup()
    assert (one.name, one.version, one.input_size, one.remote) == ("rekognition", "DetectLabels", None, True)
    assert house.service.asked == []
    one.close()
