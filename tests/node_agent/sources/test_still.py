"""Still pictures over HTTP, from a real HTTP camera."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from node_agent.sources import SourceLostError, still
from node_agent.sources.still import StillSource
from tests.node_agent.sources.cameras import http_camera
from tests.node_agent.staging import TestClock, brightness

PORT = 24160


@contextmanager
def camera_at(path: str, clock: TestClock | None = None, framerate: float = 2) -> Iterator[StillSource]:
    source = StillSource(f"http://viewer:secret@127.0.0.1:{PORT}{path}", framerate, clock or TestClock())
    source.open()
    yield source
    source.close()


def test_it_fetches_a_picture_at_the_frame_rate() -> None:
    clock = TestClock()
    with http_camera(PORT), camera_at("/still.jpg", clock) as source:
        assert [brightness(source.read()) for _ in range(3)] == [100] * 3
    assert clock.waits == [0.5, 0.5]


def test_a_camera_that_refuses_is_named_with_its_answer_and_without_password() -> None:
    with (
        http_camera(PORT),
        camera_at("/other?password=secret") as source,
        pytest.raises(SourceLostError, match=r"/other is refused with status 401") as caught,
    ):
        source.read()
    assert "secret" not in str(caught.value)


def test_a_web_page_is_no_picture() -> None:
    with http_camera(PORT), camera_at("/broken.jpg") as source, pytest.raises(SourceLostError, match="is no picture"):
        source.read()


def test_an_answer_without_an_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(still, "_MAX_BYTES", 100_000)
    with http_camera(PORT), camera_at("/stream") as source, pytest.raises(SourceLostError, match="is no picture"):
        source.read()


def test_a_camera_that_is_not_there_is_lost() -> None:
    with camera_at("/still.jpg") as source, pytest.raises(SourceLostError, match=r"cannot be fetched \(Connection"):
        source.read()
