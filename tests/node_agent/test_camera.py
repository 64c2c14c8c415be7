"""What a camera puts into the outbox, and in which order."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from node_agent.camera import Camera
from node_agent.config import CameraSection
from node_agent.frames import Pixels
from node_agent.messages import Message
from node_agent.outbox import Outbox
from node_agent.spool import Spool
from tests.node_agent.staging import ListSource, TestClock, scene

QUIET, WALK = 6, 12
MOTION = {"min_motion_frames": 2, "min_still_frames": 3, "min_area": 1}


def walking_in() -> list[Pixels]:
    """Six quiet frames, then somebody who walks for twelve: frame 6 is the first that differs, frame 7 triggers."""
    return [scene()] * QUIET + [scene(square=(12 * step, 100, 60)) for step in range(WALK)]


class Recorder(Outbox):
    """Remembers what is put."""

    def __init__(self, spool: Spool) -> None:
        super().__init__(spool, queuemax=1000)
        self.put_messages: list[Message] = []

    def put(self, message: Message) -> None:
        self.put_messages.append(message)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Recorder]:
    spool = Spool(tmp_path / "spool", 1_000_000, TestClock())
    spool.open()
    yield Recorder(spool)
    spool.close()


def texts(outbox: Recorder, settings: dict[str, Any], pictures: list[Pixels]) -> list[str]:
    section = CameraSection.model_validate({"source": {"type": "device"}, **settings})
    clock = TestClock()
    camera = Camera("Demo Street", section, ListSource(clock, pictures), outbox, clock)
    for _ in pictures:
        camera.step()
    return [message.text for message in outbox.put_messages]


def headers(outbox: Recorder) -> list[dict[str, Any]]:
    return [json.loads(message.header) for message in outbox.put_messages]


def tenth(header: dict[str, Any]) -> int:
    """The frame's number: the source gives one each tenth of a second, the first at 0.1 s."""
    return round(float(str(header["captured_at"])[17:-1]) * 10) - 1


STILL, MOVING, PICTURE = "Demo Street|motion|still", "Demo Street|motion|moving", "Demo Street|jpg"


def test_without_detectors_every_frame_goes_out(outbox: Recorder) -> None:
    assert texts(outbox, {}, [scene()] * 4) == [PICTURE] * 4


def test_the_pace_of_continuous_pictures_is_a_setting(outbox: Recorder) -> None:
    texts(outbox, {"send_every_seconds": 0.5}, [scene()] * 21)
    assert [tenth(header) for header in headers(outbox)] == [0, 4, 9, 14, 19]  # at 0.1 s, 0.5 s, 1.0 s …


def test_a_detected_event_goes_first_then_the_frames_before_it_and_the_one_that_triggered(outbox: Recorder) -> None:
    settings = {"detectors": [{"motion": {**MOTION, "send_frames": "detected event", "send_count": 4}}]}
    found = texts(outbox, settings, walking_in())
    assert found == [STILL, MOVING, *[PICTURE] * 4]
    assert [tenth(header) for header in headers(outbox)] == [2, 7, 4, 5, 6, 7]


def test_the_frames_of_an_event_are_different_pictures(outbox: Recorder) -> None:
    settings = {"detectors": [{"motion": {**MOTION, "send_frames": "detected event", "send_count": 4}}]}
    texts(outbox, settings, walking_in())
    bodies = [one.body for one in outbox.put_messages if one.text == PICTURE]
    bright = [bool((decoded(body) > 200).any()) for body in bodies]
    assert bright == [False, False, True, True]
    assert len(set(bodies[2:])) == 2


def test_still_brings_pictures_only_if_asked(outbox: Recorder) -> None:
    motion = {**MOTION, "send_frames": "detected event", "send_count": 2, "print_still_frames": True}
    assert texts(outbox, {"detectors": [{"motion": motion}]}, [scene()] * 5) == [STILL, PICTURE, PICTURE]


def test_send_frames_none_sends_events_only(outbox: Recorder) -> None:
    settings = {"detectors": [{"motion": {**MOTION, "send_frames": "none"}}]}
    assert texts(outbox, settings, walking_in()) == [STILL, MOVING]


def test_continuous_with_a_pace_sends_the_frame_that_triggered_as_well(outbox: Recorder) -> None:
    settings = {"send_every_seconds": 60, "detectors": [{"motion": {**MOTION, "send_frames": "continuous"}}]}
    assert texts(outbox, settings, walking_in()) == [PICTURE, STILL, MOVING, PICTURE]
    assert tenth(headers(outbox)[-1]) == 7


def test_no_frame_is_sent_twice_however_many_detectors_want_it(outbox: Recorder) -> None:
    one = {**MOTION, "send_frames": "detected event", "send_count": 3, "log_roi_name": True}
    both = [{"motion": {**one, "roi_name": "left"}}, {"motion": {**one, "roi_name": "all"}}]
    found = texts(outbox, {"detectors": both}, walking_in())
    assert found == [
        f"{STILL}|left",
        f"{STILL}|all",
        f"{MOVING}|left",
        *[PICTURE] * 3,
        f"{MOVING}|all",
    ]


def test_each_region_has_its_own_state(outbox: Recorder) -> None:
    one = {**MOTION, "send_frames": "none", "log_roi_name": True}
    upper = {"motion": {**one, "roi_name": "upper", "ROI": "(0,0),(100,40)"}}
    lower = {"motion": {**one, "roi_name": "lower", "ROI": "(0,40),(100,100)"}}
    found = texts(outbox, {"detectors": [upper, lower]}, walking_in())
    assert found == [f"{STILL}|upper", f"{STILL}|lower", f"{MOVING}|lower"]


def test_light_is_reported_in_stock_words(outbox: Recorder) -> None:
    settings = {"detectors": [{"light": {"min_frames": 2, "send_frames": "none"}}]}
    found = texts(outbox, settings, [scene(20)] * 3 + [scene(200)] * 3)
    assert found == ["Demo Street|light|dark", "Demo Street|light|lighted"]


def test_messages_of_a_camera_are_numbered_without_gaps(outbox: Recorder) -> None:
    settings = {"detectors": [{"motion": {**MOTION, "send_frames": "detected event"}}]}
    texts(outbox, settings, walking_in())
    assert [header["seq"] for header in headers(outbox)] == list(range(1, len(outbox.put_messages) + 1))


def test_the_resolution_and_quality_are_those_of_the_settings(outbox: Recorder) -> None:
    texts(outbox, {"resolution": [160, 120], "jpeg_quality": 50}, [scene(square=(10, 10, 90))])
    small = outbox.put_messages[0].body
    texts(outbox, {"resolution": [160, 120], "jpeg_quality": 100}, [scene(square=(10, 10, 90))])
    assert decoded(small).shape == (120, 160, 3)
    assert len(small) < len(outbox.put_messages[1].body)


def decoded(body: bytes) -> Pixels:
    picture = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture.astype(np.uint8)
