"""A real RTSP camera for tests: GStreamer's server. Run it with the distribution's Python 3 (`/usr/bin/python3`).

`rtsp_server.py PORT` prints `ready` once it listens. Paths: /h264, /h265, /mjpeg, /aac (H.264 with sound), /slow (one
picture a second), /auth (H.264 behind digest: `watch` with the password `pa:ss@w/rd`), /stall (silent after 4 s),
/broken (503), /between (reached between two key frames), /still (nothing moves), /visit (a ball is there for 8 s of
33), /small and /large, /turn (from 640x360 to 320x180 after 6 s). Anything else is 404.
"""

import sys
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 (the versions come first)

ACCOUNT, PASSWORD = "watch", "pa:ss@w/rd"
STALL_MS, TURN_MS = 4000, 6000
AWAY_S, THERE_S = 25, 8
RAW = "video/x-raw,width={width},height={height},framerate={rate}/1"
H264 = "x264enc tune=zerolatency speed-preset=ultrafast key-int-max={key} bitrate=500 ! video/x-h264,profile=baseline"
PAY264 = "rtph264pay name=pay0 pt=96 config-interval=1"
SOUND = "audiotestsrc is-live=true wave=ticks ! audioconvert ! avenc_aac ! rtpmp4gpay name=pay1 pt=97"


def source(rate: int = 10, width: int = 640, height: int = 360, pattern: str = "ball") -> str:
    raw = RAW.format(width=width, height=height, rate=rate)
    return f"videotestsrc is-live=true pattern={pattern} ! {raw}"


def h264(key: int = 10, **kind: Any) -> str:
    return f"{source(**kind)} ! {H264.format(key=key)} ! {PAY264}"


PIPELINES = {
    "/h264": h264(),
    "/small": h264(width=320, height=180),
    "/large": h264(width=1280, height=720, rate=15, key=15),
    "/still": h264(pattern="smpte75"),
    "/auth": h264(),
    "/visit": h264(pattern="black").replace("videotestsrc ", "videotestsrc name=scene "),
    "/slow": h264(rate=1, key=1),
    "/aac": f"{h264()} {SOUND}",
    # Small: a busy machine cannot encode more of it in time, and what comes late is no gap of the recorder's.
    "/h265": f"{source(width=320, height=180)} ! x265enc tune=zerolatency speed-preset=ultrafast key-int-max=10 "
    "bitrate=500 ! rtph265pay name=pay0 pt=96 config-interval=1",
    "/mjpeg": f"{source()} ! videoconvert ! video/x-raw,format=I420 ! jpegenc ! rtpjpegpay name=pay0 pt=26",
    "/stall": f"{source()} ! valve name=v ! {H264.format(key=10)} ! {PAY264}",
    "/turn": "videotestsrc is-live=true pattern=ball ! videoscale ! capsfilter name=size "
    f"caps={RAW.format(width=640, height=360, rate=10)} ! {H264.format(key=10)} ! {PAY264}",
    "/between": h264(key=20).replace("x264enc ", "x264enc name=coder "),
    "/broken": f"filesrc location=/nonexistent ! {H264.format(key=10)} ! {PAY264}",
}


def stall(_factory: Any, media: Any) -> None:
    valve = media.get_element().get_by_name("v")
    GLib.timeout_add(STALL_MS, lambda: valve.set_property("drop", True))


def turn(_factory: Any, media: Any) -> None:
    """Somebody chooses another resolution in the camera."""
    size = media.get_element().get_by_name("size")
    small = Gst.Caps.from_string(RAW.format(width=320, height=180, rate=10))
    GLib.timeout_add(TURN_MS, lambda: size.set_property("caps", small))


def visit(_factory: Any, media: Any) -> None:
    """Nothing is there, then a ball that bounces, and so on."""
    scene = media.get_element().get_by_name("scene")

    def turn(is_there: bool) -> bool:
        Gst.util_set_object_arg(scene, "pattern", "ball" if is_there else "black")
        GLib.timeout_add_seconds(THERE_S if is_there else AWAY_S, turn, not is_there)
        return False

    turn(False)


def between(_factory: Any, media: Any) -> None:
    """A camera that sends no key frame because somebody asks for its stream; the one just before is over."""
    first: list[int] = []

    def lose_first(_pad: Any, info: Any) -> Any:
        is_list = info.type & Gst.PadProbeType.BUFFER_LIST
        packet = info.get_buffer_list().get(0) if is_list else info.get_buffer()
        if not first:
            first.append(packet.pts)
        return Gst.PadProbeReturn.DROP if packet.pts == first[0] else Gst.PadProbeReturn.OK

    def begin_anew(_pad: Any, _info: Any) -> Any:
        first.clear()
        return Gst.PadProbeReturn.OK

    def refuse(_pad: Any, info: Any) -> Any:
        is_wish = info.get_event().has_name("GstForceKeyUnit")
        return Gst.PadProbeReturn.DROP if is_wish else Gst.PadProbeReturn.OK

    sent = media.get_element().get_by_name("pay0").get_static_pad("src")
    sent.add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, lose_first)
    # Once the server has told what the stream is, it plays it from its beginning.
    sent.add_probe(Gst.PadProbeType.EVENT_FLUSH, begin_anew)
    media.get_element().get_by_name("coder").get_static_pad("src").add_probe(Gst.PadProbeType.EVENT_UPSTREAM, refuse)


TURNS = {"/between": between, "/stall": stall, "/turn": turn, "/visit": visit}


def permissions(construct: bool) -> Any:
    """Who may see a path: with `construct` false nobody without an account, and is told 401 and not 404."""
    made = GstRtspServer.RTSPPermissions()
    for role, may in {"user": True, "anonymous": construct}.items():
        made.add_permission_for_role(role, "media.factory.access", True)
        made.add_permission_for_role(role, "media.factory.construct", may)
    return made


def token(role: str) -> Any:
    made = GstRtspServer.RTSPToken()
    made.set_string("media.factory.role", role)
    return made


def factory(path: str, pipeline: str) -> Any:
    made = GstRtspServer.RTSPMediaFactory()
    made.set_launch(f"( {pipeline} )")
    made.set_shared(path not in ("/between", "/stall", "/turn"))
    made.set_permissions(permissions(construct=path != "/auth"))
    if path in TURNS:
        made.connect("media-configure", TURNS[path])
    return made


def serve(port: int) -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(port))
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(ACCOUNT, PASSWORD, token("user"))
    auth.set_default_token(token("anonymous"))
    server.set_auth(auth)
    for path, pipeline in PIPELINES.items():
        server.get_mount_points().add_factory(path, factory(path, pipeline))
    if not server.attach(None):
        sys.exit(f"cannot listen on port {port}")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
