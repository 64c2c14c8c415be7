"""From a camera's settings to its source."""

from node_agent.clock import Clock
from node_agent.config import (
    CameraSection,
    DeviceSourceSettings,
    FileSourceSettings,
    FolderSourceSettings,
    UrlSourceSettings,
)
from node_agent.sources import Source
from node_agent.sources.device import DeviceSource
from node_agent.sources.file import FileSource
from node_agent.sources.folder import FolderSource
from node_agent.sources.still import StillSource
from node_agent.sources.stream import StreamSource


def source_of(camera: CameraSection, clock: Clock) -> Source:
    """The source that the settings ask for, not yet open."""
    match camera.source:
        case DeviceSourceSettings() as chosen:
            return DeviceSource(chosen.device, camera.resolution, camera.framerate, clock)
        case FileSourceSettings() as chosen:
            return FileSource(chosen.path, camera.framerate, chosen.loop, clock)
        case FolderSourceSettings() as chosen:
            return FolderSource(chosen.path, camera.framerate or 1.0, chosen.loop, chosen.watch, clock)
        case UrlSourceSettings(still=True) as chosen:
            return StillSource(chosen.url, camera.framerate or 1.0, clock)
        case UrlSourceSettings() as chosen:
            return StreamSource(chosen.url, camera.framerate, clock)
