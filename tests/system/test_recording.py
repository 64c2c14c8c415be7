"""A camera that streams, in a real stack: recorded through kills, and one clip for each visit."""

import os
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import pytest
from sqlalchemy import Row, insert

from bench.own_stack import OwnStack, free_offset, wait_until
from services.core.clock import SystemClock
from services.recorder.probe import look
from services.store import camera
from services.store.recording_tables import access
from tests.recorder.cameras import ACCOUNT, PASSWORD, RtspServer

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
OFFSETS = (23000, 23300)
SETTINGS = {"recorder_segment_s": "10", "clip_before_s": "5", "clip_after_s": "5"}
STREAMS = {"Sound": "aac", "New": "h265", "Old": "mjpeg", "Locked": "auth", "Visited": "visit"}
FRAME = timedelta(seconds=0.11)
CLOCK = SystemClock()
NIGHT = 60


@pytest.fixture(scope="module")
def cameras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspServer]:
    """GStreamer's RTSP server."""
    with RtspServer(tmp_path_factory.mktemp("rtsp")) as server:
        yield server


@pytest.fixture(scope="module")
def stack(cameras: RtspServer) -> Iterator[OwnStack]:
    """A stack that records them, in short segments."""
    with OwnStack(free_offset(*OFFSETS), SETTINGS) as made:
        for name, path in STREAMS.items():
            add(made, name, cameras.url(path), watches=path == "visit")
        yield made


def add(stack: OwnStack, name: str, url: str, watches: bool) -> None:
    """Makes a camera that is recorded."""
    now = CLOCK.now()
    fixed = {"maker": "own", "shown": "127.0.0.1", "transport": "tcp", "records": True, "watches": watches}
    with stack.engine.begin() as connection:
        camera_id = camera.register(connection, name, now)
        account = {"account": ACCOUNT, "password": PASSWORD} if url.endswith("auth") else {}
        times = {"created_at": now, "changed_at": now}
        connection.execute(insert(access).values(camera_id=camera_id, stream_url=url, **fixed, **account, **times))


def segments(stack: OwnStack, camera_id: str) -> list[Row[Any]]:
    """A camera's segments, by time."""
    return list(stack.rows("SELECT * FROM segment WHERE camera_id = :camera_id ORDER BY began_at", camera_id=camera_id))


def gaps(stack: OwnStack, camera_id: str) -> list[datetime]:
    """Where one segment does not begin at the frame after the one before."""
    rows = segments(stack, camera_id)
    return [one.ended_at for one, other in pairwise(rows) if other.began_at - one.ended_at > FRAME]


def recorder(stack: OwnStack) -> int:
    """Its process."""
    return next(one.pid for one in stack.living() if one.program == "recorder")


def all_have(stack: OwnStack, count: int) -> bool:
    return all(len(segments(stack, name.lower())) >= count for name in STREAMS)


def test_streams_are_recorded_without_a_gap_and_a_kill_costs_only_its_moment(
    stack: OwnStack, cameras: RtspServer
) -> None:
    wait_until(lambda: all_have(stack, 4), "four segments of each camera", 120)
    assert [gaps(stack, name.lower()) for name in STREAMS] == [[]] * len(STREAMS)
    os.kill(recorder(stack), signal.SIGKILL)
    count = len(segments(stack, "sound"))
    wait_until(lambda: len(segments(stack, "sound")) >= count + 3, "the next ones", 120)
    cameras.stop(signal.SIGKILL)
    cameras.start()
    wait_until(lambda: len(segments(stack, "sound")) >= count + 6, "those after the camera came back", 180)
    for name in STREAMS:
        assert len(gaps(stack, name.lower())) <= 2
        for one in segments(stack, name.lower()):
            film = look(Path(stack.layout.data) / "media" / one.path)
            assert film
            assert film.bytes == one.bytes
    done = stack.command("doctor")
    assert done.returncode == 0, done.stdout


def test_each_visit_is_one_clip_that_begins_before_the_visitor_is_there(stack: OwnStack) -> None:
    # The kills of the test before cut visits in two: only what began after them counts.
    wait_until(lambda: state(stack) == "ok", "the camera that is visited", 120)
    since = CLOCK.now()
    wait_until(lambda: len(visits(stack, since)) >= 2, "two visits", 180)
    found = visits(stack, since)
    for one in found:
        (moved,) = moves(stack, one.from_at, one.to_at)
        assert moved - one.began_at >= timedelta(seconds=4)
        assert brightest(Path(stack.layout.data) / "media" / one.path) < NIGHT, "nobody is there yet"
    spans = stack.rows("SELECT from_at, to_at FROM clip WHERE camera_id = 'visited' AND from_at > :since", since=since)
    until = found[-1].to_at
    assert len([one for one in spans if one.to_at <= until]) == len(found) == len(moves(stack, since, until))
    assert all(other.from_at > one.to_at for one, other in pairwise(found))
    shown = stack.rows("SELECT id FROM image WHERE camera_id = 'visited' AND captured_at > :since", since=since)
    assert shown


def state(stack: OwnStack) -> str:
    """How the stream of the camera that is visited is reached."""
    rows = stack.rows("SELECT state FROM reach WHERE camera_id = 'visited' AND way = 'stream'")
    return str(rows[0].state)


def visits(stack: OwnStack, since: datetime) -> list[Row[Any]]:
    """Clips of whole visits that can be played, of those that began since then."""
    ready = "SELECT * FROM clip WHERE camera_id = 'visited' AND state = 'ready' AND from_at > :since ORDER BY from_at"
    return list(stack.rows(ready, since=since))


def moves(stack: OwnStack, begin: datetime, end: datetime) -> list[datetime]:
    """When something began to move."""
    told = (
        "SELECT happened_at FROM event WHERE kind = 'motion' AND detail = 'moving' AND camera_id = 'visited' "
        "AND happened_at BETWEEN :begin AND :end ORDER BY happened_at"
    )
    return [one.happened_at for one in stack.rows(told, begin=begin, end=end)]


def brightest(path: Path) -> int:
    """The brightest spot (0-255) of a film's first picture."""
    film = cv2.VideoCapture(str(path))
    done, frame = film.read()
    film.release()
    assert done
    return int(frame.max())
