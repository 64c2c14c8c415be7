"""Streams, from a real HTTP camera."""

from collections.abc import Iterator

import pytest

from node_agent.clock import SystemClock
from node_agent.sources import SourceLostError
from node_agent.sources.reopening import ReopeningSource
from node_agent.sources.stream import StreamSource
from tests.node_agent.sources.cameras import http_camera
from tests.node_agent.staging import brightness, until

PORT = 24150
URL = f"http://viewer:secret@127.0.0.1:{PORT}/stream?token=secret"


class QuickClock(SystemClock):
    """Real time, but waits are short."""

    def wait(self, seconds: float) -> bool:
        return super().wait(min(seconds, 0.05))


@pytest.fixture
def source() -> Iterator[StreamSource]:
    made = StreamSource(URL, None, SystemClock())
    yield made
    made.close()


def test_it_reads_pictures(source: StreamSource) -> None:
    with http_camera(PORT):
        source.open()
        assert [brightness(source.read()) for _ in range(3)] == [100] * 3
        source.close()


def test_a_stream_that_ends_is_lost(source: StreamSource) -> None:
    with http_camera(PORT):
        source.open()
        source.read()
    with pytest.raises(SourceLostError, match="gives no more pictures"):
        for _ in range(1000):
            source.read()


def test_an_address_without_a_camera_is_named_without_its_passwords(source: StreamSource) -> None:
    with pytest.raises(SourceLostError, match=rf"stream http://127\.0\.0\.1:{PORT}/stream cannot be opened") as caught:
        source.open()
    assert "secret" not in str(caught.value)


def test_it_comes_back_by_itself_after_the_camera_was_away() -> None:
    clock = QuickClock()
    source = ReopeningSource(StreamSource(URL, None, clock), "Demo Street", clock)
    source.open()
    assert source.read() is None
    for _ in range(2):
        with http_camera(PORT):
            until(lambda: source.read() is not None, "a picture")
        until(lambda: source.read() is None, "the loss of the camera")
    source.close()
