"""`/stream`: every client gets every event, each in a frame of its own, as soon as it is ready."""

import contextlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from flaskapp.eds.recent import LOOK_S, Ready
from flaskapp.eds.words import Fresh
from flaskapp.live.fanout import Stream
from services.core.clock import Clock

SESSION_S = 10.0
SEND_S = 10.0
"""A client that takes nothing for so long has gone."""


class Socket(Protocol):
    """The client's end, as simple-websocket has it."""

    connected: bool

    def send(self, data: str) -> None:
        """Raises `OSError` or simple-websocket's `ConnectionClosed`."""

    def receive(self, timeout: float | None = None) -> object:
        """What the client said; None for nothing."""


def serve(
    socket: Socket,
    stream: Stream,
    recent: Callable[[], Sequence[Ready]],
    may_look: Callable[[], bool],
    clock: Clock,
    began: datetime,
) -> None:
    """Sends what becomes ready from `began` on, when the client asked, until it has gone or may look no longer."""
    fresh, due = Fresh(), clock.monotonic() + SESSION_S
    fresh.of([one.told["event_id"] for one in recent() if one.at < began])
    with contextlib.suppress(OSError):
        while socket.connected and not stream.closed:
            if clock.monotonic() >= due:
                due = clock.monotonic() + SESSION_S
                if not may_look():
                    return
            found = {one.told["event_id"]: one.told for one in recent()}
            for event_id in fresh.of(list(found)):
                socket.send(json.dumps(found[event_id], separators=(",", ":")))
            while socket.connected and socket.receive(timeout=0) is not None:
                # Clients have nothing to say here; what they say anyway must not pile up.
                pass
            stream.take(LOOK_S)
