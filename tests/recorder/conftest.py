"""A camera that streams, for the session: GStreamer's server in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.recorder.cameras import RtspServer


@pytest.fixture(scope="session")
def cameras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspServer]:
    """Every kind of stream, on one loopback port."""
    with RtspServer(tmp_path_factory.mktemp("rtsp")) as server:
        yield server


@pytest.fixture
def media_folder(tmp_path: Path) -> Path:
    """An empty media folder."""
    folder = tmp_path / "media"
    folder.mkdir()
    return folder
