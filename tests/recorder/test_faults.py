"""Cameras that fail, with a real RTSP server and a real ffmpeg."""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
import structlog

from services.core.spool import Record
from services.recorder.backoff import LONGEST_S
from services.recorder.probe import look
from services.recorder.timeline import JUMP
from tests.peers import wait_until
from tests.recorder.bad_line import BadLine
from tests.recorder.cameras import House, RtspServer, ShiftedClock, spans, stream
from tests.recorder.mjpeg_camera import mjpeg_camera

FRAME, SEAM = timedelta(seconds=0.11), timedelta(seconds=2)
HOUR = 3600.0


@pytest.fixture
def own_camera(tmp_path: Path) -> Iterator[RtspServer]:
    """One that the test may end."""
    folder = tmp_path / "rtsp"
    folder.mkdir()
    with RtspServer(folder) as server:
        yield server


class Hurry(threading.Event):
    """From `begin` on nobody waits, and the time passes by, until an hour has: `then` is called at its end."""

    def __init__(self, clock: ShiftedClock, then: Callable[[], None]) -> None:
        super().__init__()
        self._clock = clock
        self._then = then
        self._until: datetime | None = None
        self.pauses: list[float] = []

    def begin(self) -> None:
        self._until = self._clock.now() + timedelta(seconds=HOUR)

    def wait(self, timeout: float | None = None) -> bool:
        if self._until is None or timeout is None:
            return super().wait(timeout)
        self.pauses.append(timeout)
        self._clock.skip(timeout)
        if self._clock.now() >= self._until:
            self._until = None
            self._then()
        return self.is_set()


def has(house: House, count: int) -> bool:
    return len(house.of("yard")) >= count


def films_of(house: House, records: list[Record]) -> None:
    """Each is there, and lasts as long as it says."""
    for one, (began, ended) in zip(records, spans(records), strict=True):
        film = look(house.media.path(one["path"]))
        assert film
        assert ended > began
        assert abs(film.seconds - (ended - began).total_seconds()) < 0.5


def test_a_camera_that_was_gone_for_an_hour_is_back_within_a_minute_and_leaves_one_gap_and_few_words(
    own_camera: RtspServer, media_folder: Path
) -> None:
    clock = ShiftedClock()
    hurry = Hurry(clock, own_camera.start)
    house = House(media_folder, segment_s=2, clock=clock, stopping=hurry)
    with structlog.testing.capture_logs() as lines:
        house.record(stream(own_camera.url("h264")), chance=lambda: 1.0)
        wait_until(partial(has, house, 2), "segments before")
        own_camera.stop(signal.SIGKILL)
        hurry.begin()
        gone_at = clock.now()
        wait_until(lambda: house.states("yard") == ["ok", "cut_off", "away", "ok"], "the camera again")
        wait_until(partial(has, house, len(house.of("yard")) + 2), "segments after")
        house.stop()
    assert max(hurry.pauses) == LONGEST_S
    assert len(hurry.pauses) < 70
    films = house.of("yard")
    films_of(house, films)
    ((ended, began),) = [(one, other) for (_, one), (other, _) in pairwise(spans(films)) if other - one > SEAM]
    assert abs(ended - gone_at) < SEAM
    assert timedelta() < began - ended - timedelta(seconds=HOUR) < timedelta(seconds=LONGEST_S + 30)
    assert [one["state"] for one in lines if one["event"] == "recording_ended"] == ["cut_off", "away"], "each once"


def test_ten_cameras_that_went_at_once_are_not_tried_at_once(own_camera: RtspServer, media_folder: Path) -> None:
    names = [f"c{number}" for number in range(10)]
    house = House(media_folder, segment_s=60)
    chance = iter([number / 10 for number in range(10)] * 100)
    for name in names:
        house.record(stream(own_camera.url("small"), name), chance=lambda: next(chance))
    wait_until(lambda: all(house.states(name) == ["ok"] for name in names), "all of them")
    own_camera.stop(signal.SIGKILL)
    came: list[float] = []
    with socket.create_server(("127.0.0.1", own_camera.port)) as door:
        while len(came) < 30:
            door.accept()[0].close()
            came.append(time.monotonic())
    own_camera.start()
    wait_until(lambda: all(house.states(name)[-1] == "ok" for name in names), "all of them again")
    house.stop()
    assert max(sum(at <= other < at + 0.05 for other in came) for at in came) <= 5
    assert all(len(house.of(name)) >= 2 for name in names)


def test_what_a_bad_line_damages_is_recorded_and_what_comes_after_it_is_whole(
    cameras: RtspServer, media_folder: Path
) -> None:
    house = House(media_folder, segment_s=3)
    with BadLine(cameras.port) as line:
        house.record(stream(f"rtsp://127.0.0.1:{line.port}/aac"))
        wait_until(lambda: house.of("yard"), "a whole segment")
        line.damages.set()
        wait_until(lambda: line.damaged > 60, "damage")
        line.damages.clear()
        count = len(house.of("yard"))
        wait_until(lambda: len(house.of("yard")) >= count + 3, "segments after it")
        house.stop()
    assert house.states("yard") == ["ok"]
    films = house.of("yard")
    films_of(house, films)
    shown = [decoded(house.media.path(one["path"])) for one in films]
    assert all(frames > 5 for frames, _ in shown)
    assert any(complaints for _, complaints in shown), "it was damaged"
    assert (shown[0][1], shown[-1][1]) == ("", "")


def decoded(path: Path) -> tuple[int, str]:
    """How many pictures a film shows, and what a decoder complains of."""
    shown = ["-f", "null", "-", "-progress", "pipe:1", "-nostats"]
    line = ["ffmpeg", "-v", "error", "-threads", "1", "-max_error_rate", "1", "-i", str(path), "-map", "0:v", *shown]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    return int(done.stdout.rpartition("frame=")[2].split("\n", 1)[0]), done.stderr


def test_a_camera_that_changes_its_resolution_has_segments_of_both(cameras: RtspServer, media_folder: Path) -> None:
    house = House(media_folder, segment_s=2)
    house.record(stream(cameras.url("turn")))
    wait_until(lambda: [one for one in house.of("yard") if one["width"] == 320][1:], "the small ones")
    house.stop()
    films = house.of("yard")
    sizes = [(one["width"], one["height"]) for one in films]
    assert sizes == sorted(sizes, reverse=True)
    assert set(sizes) == {(640, 360), (320, 180)}
    assert house.states("yard") == ["ok"]
    for (_, ended), (began, _) in pairwise(spans(films)):
        assert abs(began - ended) < FRAME


def test_when_the_clock_is_set_segments_keep_their_length_and_it_is_said(
    cameras: RtspServer, media_folder: Path
) -> None:
    clock = ShiftedClock()
    house = House(media_folder, segment_s=2, clock=clock)
    with structlog.testing.capture_logs() as lines:
        house.record(stream(cameras.url("h264")))
        for count, seconds in ((2, HOUR), (4, -HOUR), (7, 0)):
            wait_until(partial(has, house, count), f"{count} segments")
            clock.set_by(seconds)
        house.stop()
    films = house.of("yard")
    films_of(house, films)
    assert {one["whole"] for one in films} == {True}
    for (_, ended), (began, _) in pairwise(spans(films)):
        assert began > ended - JUMP, "none overlaps but by what is taken for a late network"
    said = [one["off_s"] for one in lines if one["event"] == "segment_times_taken_anew"]
    assert [round(one / HOUR) for one in said] == [1, -1]
    assert house.states("yard") == ["ok"]


def test_a_camera_that_sends_jpegs_by_http_is_recorded(media_folder: Path) -> None:
    house = House(media_folder, segment_s=3)
    with mjpeg_camera() as url:
        house.record(stream(url))
        wait_until(lambda: len(house.of("yard")) >= 3, "three segments")
        house.stop()
    films = house.of("yard")
    films_of(house, films)
    assert house.states("yard") == ["ok"]
    assert {(one["video"], one["width"], one["height"]) for one in films} == {("mjpeg", 320, 240)}
    for (_, ended), (began, _) in pairwise(spans(films)):
        assert abs(began - ended) < FRAME
