"""A camera's pictures as MJPEG: each viewer gets the newest one when it can take it, and none waits for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flaskapp.live.fanout import Stream
from services.core.clock import Clock

BOUNDARY = "hearthwatch"
HEARTBEAT_S = 10.0
"""So often the viewer's session is looked at, and the same picture sent again: a viewer that has gone is noticed."""
TYPE = f"multipart/x-mixed-replace; boundary={BOUNDARY}"


@dataclass(frozen=True)
class Viewer:
    """Who looks: their stream of one camera's news, and whether they may still look."""

    stream: Stream
    may_look: Callable[[], bool]


def frames(viewer: Viewer, newest: str | None, read: Callable[[str], bytes | None], clock: Clock) -> Iterator[bytes]:
    """Parts of the answer, for ever: `newest` is the id of the first picture, `read` gives a picture's bytes.

    Ends when the stream is closed, or the viewer may look no longer. A picture that cannot be read is passed over.
    """
    shown, due = _read(newest, read), clock.monotonic() + HEARTBEAT_S
    yield part(shown) if shown else b"\r\n"
    while not viewer.stream.closed:
        news = viewer.stream.take(max(0.0, due - clock.monotonic()))
        fresh = _read(str(news[-1].data["image"]), read) if news else None
        beats = clock.monotonic() >= due
        if beats:
            due = clock.monotonic() + HEARTBEAT_S
            if not viewer.may_look():
                return
        shown = fresh or shown
        if fresh or beats:
            yield part(shown) if shown else b"\r\n"


def _read(image_id: str | None, read: Callable[[str], bytes | None]) -> bytes | None:
    return read(image_id) if image_id else None


def part(picture: bytes) -> bytes:
    """One picture as a part. The boundary comes last, so that browsers show it at once."""
    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
    return head.encode() + picture + b"\r\n"
