"""Folders of pictures."""

import os
from datetime import UTC, datetime
from pathlib import Path

import cv2
import pytest
from structlog.testing import capture_logs

from node_agent.frames import Frame
from node_agent.sources import SourceEndedError, SourceLostError
from node_agent.sources.folder import FolderSource
from tests.node_agent.staging import TestClock, brightness, scene

TAKEN_AT = datetime(2026, 11, 19, 7, 30, 0, 250_000, UTC)


def put(folder: Path, name: str, level: int, taken_at: datetime = TAKEN_AT) -> Path:
    path = folder / name
    assert cv2.imwrite(str(path), scene(level))
    os.utime(path, (taken_at.timestamp(), taken_at.timestamp()))
    return path


def opened(folder: Path, clock: TestClock, *, loop: bool = False, watch: bool = False) -> FolderSource:
    source = FolderSource(folder, 2, loop, watch, clock)
    source.open()
    return source


def pictures(source: FolderSource, reads: int) -> list[Frame]:
    return [frame for frame in (source.read() for _ in range(reads)) if frame]


def test_it_shows_the_pictures_by_name_at_the_frame_rate(tmp_path: Path) -> None:
    put(tmp_path, "b.png", 100)
    put(tmp_path, "a.jpg", 50)
    (tmp_path / "notes.txt").write_text("no picture")
    clock = TestClock()
    assert [brightness(frame) for frame in pictures(opened(tmp_path, clock), 2)] == [50, 100]
    assert clock.waits == [0.5]


def test_it_ends_after_the_last_picture(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", 50)
    source = opened(tmp_path, TestClock())
    source.read()
    with pytest.raises(SourceEndedError, match="has been shown"):
        source.read()


def test_it_shows_them_for_ever_with_loop(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", 50)
    put(tmp_path, "b.jpg", 100)
    found = pictures(opened(tmp_path, TestClock(), loop=True), 8)
    assert [brightness(frame) for frame in found] == [50, 100, 50, 100, 50, 100]


def test_an_empty_folder_that_loops_is_waited_for_not_spun_on(tmp_path: Path) -> None:
    clock = TestClock()
    assert pictures(opened(tmp_path, clock, loop=True), 3) == []
    assert clock.waits == [1, 1, 1]


def test_a_new_picture_is_taken_with_its_own_time_once_it_has_stopped_growing(tmp_path: Path) -> None:
    source = opened(tmp_path, TestClock(), watch=True)
    path = put(tmp_path, "new.jpg", 50)
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    assert pictures(source, 1) == []
    path.write_bytes(whole)
    os.utime(path, (TAKEN_AT.timestamp(), TAKEN_AT.timestamp()))
    found = pictures(source, 3)
    assert [(brightness(frame), frame.captured_at) for frame in found] == [(50, TAKEN_AT)]
    assert pictures(source, 4) == []


def test_watching_shows_what_is_there_first_and_new_ones_by_their_time(tmp_path: Path) -> None:
    put(tmp_path, "old.jpg", 50)
    source = opened(tmp_path, TestClock(), watch=True)
    put(tmp_path, "a-later.jpg", 150, TAKEN_AT.replace(hour=9))
    put(tmp_path, "b-sooner.jpg", 100, TAKEN_AT.replace(hour=8))
    assert [brightness(frame) for frame in pictures(source, 6)] == [50, 100, 150]


def test_a_picture_that_is_overwritten_is_new_again(tmp_path: Path) -> None:
    put(tmp_path, "latest.jpg", 50)
    source = opened(tmp_path, TestClock(), watch=True)
    source.read()
    put(tmp_path, "latest.jpg", 200, TAKEN_AT.replace(hour=8))
    assert [brightness(frame) for frame in pictures(source, 4)] == [200]


def test_an_unreadable_picture_is_logged_and_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    put(tmp_path, "b.jpg", 100)
    source = opened(tmp_path, TestClock())
    with capture_logs() as logs:
        assert [brightness(frame) for frame in pictures(source, 2)] == [100]
    assert [log["event"] for log in logs] == ["picture_unreadable"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceLostError, match=r"folder .*/nowhere cannot be read \(No such file or directory\)"):
        opened(tmp_path / "nowhere", TestClock())


def test_after_an_interruption_only_new_pictures_are_shown(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", 50)
    source = opened(tmp_path, TestClock())
    source.read()
    source.close()
    put(tmp_path, "b.jpg", 100)
    source.open()
    assert [brightness(frame) for frame in pictures(source, 1)] == [100]
