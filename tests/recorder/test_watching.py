"""With a real RTSP server and a real ffmpeg."""

import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.core.clock import SystemClock
from services.core.spool import Record
from services.intake.acceptor import Note, Picture
from services.recorder.motion import Gate, Rules
from services.recorder.verdict import Verdict
from services.recorder.watching import Frames, Pace, Watching
from tests.peers import wait_until
from tests.pictures import jpeg
from tests.recorder.cameras import ACCOUNT, PASSWORD, RtspServer, stream
from tests.recorder.mjpeg_camera import mjpeg_camera

RULES = Rules(area_percent=0.1, contrast=25, still_s=3)


class House:
    """Watches a stream; what was handed in, and what was said of it."""

    def __init__(self, url: str, rules: Rules = RULES, **values: Any) -> None:
        self.pictures: list[Picture] = []
        self.events: list[Record] = []
        self.said: list[Verdict] = []
        self.stopping = threading.Event()
        pace = Pace(picture_every_s=0.5, frames_per_s=4, stall_s=15)
        one = stream(url, **values)
        self.watching = Watching(
            one, Gate(rules), pace, SystemClock(), self._hand_in, lambda _, verdict: self.said.append(verdict)
        )
        work = [self.watching.work] + ([self.watching.look_closer] if one.substream_url else [])
        self.threads = [threading.Thread(target=target, args=(self.stopping,)) for target in work]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join(20)
            assert not thread.is_alive()

    def details(self) -> list[str]:
        return [one["detail"] for one in self.events]

    def _hand_in(self, one: Picture | Note) -> None:
        if isinstance(one, Picture):
            self.pictures.append(one)
        else:
            self.events.append(one.record)


def test_motion_is_an_event_and_brings_pictures_and_where_nothing_moves_there_are_none(
    cameras: RtspServer,
) -> None:
    moving = House(cameras.url("auth"), account=ACCOUNT, password=PASSWORD)
    still, missing = House(cameras.url("still")), House(cameras.url("nothing"))
    fine = House(cameras.url("large"), substream_url=cameras.url("small"))
    try:
        wait_until(lambda: len(moving.pictures) >= 2, "pictures of what moves")
        wait_until(lambda: len(fine.pictures) >= 2, "pictures of the stream itself")
        wait_until(lambda: still.said, "a look at what is still")
    finally:
        for house in (moving, still, missing, fine):
            house.stop()
    assert moving.details()[0] == "moving"
    assert moving.details()[-1] == "still", "its end ends the motion"
    assert (moving.events[0]["event"], moving.events[0]["of"], moving.events[0]["source"]) == (
        "motion",
        "camera",
        "yard",
    )
    assert (moving.pictures[0].size.width, moving.pictures[0].source) == (640, "yard")
    assert {one.size.width for one in fine.pictures} == {1280}
    assert (still.events, still.pictures) == ([], [])
    assert {one.state for one in still.said} == {"ok"}
    assert {one.state for one in missing.said} == {"missing"}


def test_a_camera_that_restarts_in_the_middle_of_a_visit_does_not_make_two_of_it(tmp_path: Path) -> None:
    with RtspServer(tmp_path) as camera:
        house = House(camera.url("h264"), replace(RULES, still_s=30))
        wait_until(lambda: house.events, "motion")
        camera.stop(signal.SIGKILL)
        camera.start()
        count = len(house.pictures)
        wait_until(lambda: len(house.pictures) >= count + 2, "pictures after it")
        assert house.details() == ["moving"]
        house.stop()
    assert house.details() == ["moving", "still"]


def test_what_moved_when_a_camera_went_away_is_still_soon_after(tmp_path: Path) -> None:
    with RtspServer(tmp_path) as camera:
        house = House(camera.url("h264"))
        wait_until(lambda: house.events, "motion")
        camera.stop(signal.SIGKILL)
        wait_until(lambda: house.details() == ["moving", "still"], "the end of it, with the camera away")
        house.stop()
    assert house.details() == ["moving", "still"]


def test_cameras_of_one_picture_a_second_and_of_jpegs_by_http_are_watched(cameras: RtspServer) -> None:
    with mjpeg_camera() as url:
        houses = [House(cameras.url("slow")), House(url)]
        for house in houses:
            wait_until(lambda house=house: len(house.pictures) >= 2, "pictures of what moves")
            house.stop()
    assert [(house.details()[0], house.details()[-1]) for house in houses] == [("moving", "still")] * 2


@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_frames_are_put_together_from_pieces(piece: int) -> None:
    pictures = [jpeg(shade=shade) for shade in (10, 90, 200)]
    row, frames = b"".join(pictures), Frames()
    found = [one for at in range(0, len(row), piece) for one in frames.feed(row[at : at + piece])]
    assert found == pictures


def test_what_never_ends_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.recorder.watching.FRAME_MAX", 1000)
    frames = Frames()
    assert list(frames.feed(bytes(2000))) == []
    assert list(frames.feed(jpeg())) == [jpeg()]
