"""Where cameras of some makers have pictures and streams. `{account}` and `{password}` are filled in when asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

OWN, ONVIF = "own", "onvif"
RTSP_PORT = 554


@dataclass(frozen=True)
class Maker:
    """Paths below the camera's host. Its stream is at `rtsp_port`; None: at the port of its pictures."""

    name: str
    snapshot: str
    stream: str
    substream: str
    http_port: int = 80
    rtsp_port: int | None = RTSP_PORT


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "foscam": Maker(
            "Foscam",
            "/cgi-bin/CGIProxy.fcgi?cmd=snapPicture2&usr={account}&pwd={password}",
            "/videoMain",
            "/videoSub",
            http_port=88,
            rtsp_port=None,
        ),
        "hikvision": Maker(
            "Hikvision", "/ISAPI/Streaming/channels/101/picture", "/Streaming/Channels/101", "/Streaming/Channels/102"
        ),
        "dahua": Maker(
            "Dahua, Amcrest",
            "/cgi-bin/snapshot.cgi?channel=1",
            "/cam/realmonitor?channel=1&subtype=0",
            "/cam/realmonitor?channel=1&subtype=1",
        ),
        "reolink": Maker(
            "Reolink",
            "/cgi-bin/api.cgi?cmd=Snap&channel=0&rs=hearthwatch&user={account}&password={password}",
            "/h264Preview_01_main",
            "/h264Preview_01_sub",
        ),
        "axis": Maker(
            "Axis", "/axis-cgi/jpg/image.cgi", "/axis-media/media.amp", "/axis-media/media.amp?resolution=640x360"
        ),
    }
)
"""What is not among them has addresses of its own (`own`), or says itself where they are (`onvif`)."""
