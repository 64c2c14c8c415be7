"""From settings to sources."""

from typing import Any

import pytest

from node_agent.config import CameraSection
from node_agent.sources.choice import source_of
from node_agent.sources.device import DeviceSource
from node_agent.sources.file import FileSource
from node_agent.sources.folder import FolderSource
from node_agent.sources.still import StillSource
from node_agent.sources.stream import StreamSource
from tests.node_agent.staging import TestClock


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ({"type": "device", "device": "/dev/video2"}, DeviceSource),
        ({"type": "file", "path": "a.avi"}, FileSource),
        ({"type": "folder", "path": "pictures", "watch": True}, FolderSource),
        ({"type": "url", "url": "rtsp://cam/1"}, StreamSource),
        ({"type": "url", "url": "http://cam/1.jpg", "still": True}, StillSource),
    ],
)
def test_each_kind_of_source_can_be_chosen(source: dict[str, Any], kind: type) -> None:
    settings = CameraSection.model_validate({"source": source})
    assert isinstance(source_of(settings, TestClock()), kind)
