"""Video files."""

from pathlib import Path

import pytest

from node_agent.sources import SourceEndedError, SourceLostError
from node_agent.sources.file import FileSource
from tests.node_agent.staging import TestClock, brightness, clip, scene

LEVELS = [50, 100, 150]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return clip(tmp_path / "clip.avi", [scene(level) for level in LEVELS], rate=10)


def test_it_plays_at_the_rate_of_the_file(path: Path) -> None:
    clock = TestClock()
    source = FileSource(path, None, False, clock)
    source.open()
    assert [brightness(source.read()) for _ in LEVELS] == LEVELS
    assert clock.waits == pytest.approx([0.1, 0.1])
    source.close()


def test_it_plays_at_another_rate_if_told(path: Path) -> None:
    clock = TestClock()
    source = FileSource(path, 2, False, clock)
    source.open()
    frames = [source.read() for _ in LEVELS]
    assert clock.waits == pytest.approx([0.5, 0.5])
    assert [(frame.captured_at - frames[0].captured_at).total_seconds() for frame in frames if frame and frames[0]] == [
        0,
        0.5,
        1,
    ]
    source.close()


def test_it_plays_for_ever_with_loop_and_keeps_the_pace(path: Path) -> None:
    clock = TestClock()
    source = FileSource(path, None, True, clock)
    source.open()
    frames = [frame for frame in (source.read() for _ in range(11)) if frame]
    assert [brightness(frame) for frame in frames] == LEVELS * 3
    assert {round(wait, 6) for wait in clock.waits} == {0.1}
    source.close()


def test_it_ends_without_loop(path: Path) -> None:
    source = FileSource(path, None, False, TestClock())
    source.open()
    for _ in LEVELS:
        source.read()
    with pytest.raises(SourceEndedError, match="has been played"):
        source.read()
    source.close()


@pytest.mark.parametrize("content", [None, b"no video"])
def test_a_file_that_is_missing_or_no_video_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.avi"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceLostError, match=r"x\.avi cannot be opened: check that it is there and is a video"):
        FileSource(path, None, True, TestClock()).open()


def test_a_stop_ends_the_wait_for_the_next_picture(path: Path) -> None:
    clock = TestClock()
    source = FileSource(path, None, True, clock)
    source.open()
    source.read()
    clock.stopping = True
    assert source.read() is None
    source.close()
