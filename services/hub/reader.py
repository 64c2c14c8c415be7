"""Turns the frames of one message into what has to be made durable, or into a refusal with its reason.

Malformed messages get no answer: nobody of ours makes them, and `OK` would be a lie. A picture that cannot be
taken for a reason its sender should know is answered `REFUSED …`; stock imagenode reads any answer as a reply and
lives on, our node agent keeps the picture and tries again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from services.core.logging import get
from services.core.settings import Settings
from services.hub import metrics
from services.hub.arrival import OK
from services.hub.event_log import EventLog
from services.hub.gate import AllowList, DailyCap, RateLimit
from services.hub.happening import happening
from services.hub.packet import Kind, Malformed, Packet, capture_time, parse
from services.intake import records
from services.intake.acceptor import Acceptor, Note, Picture
from services.intake.jpeg import NotAJpeg, Truncated, measure
from services.intake.records import Happening

JPEG_QUALITY = 95
log = get(__name__)
Entries = list[Picture | Note]


class Refused(Exception):
    """Not taken; `reply` is what the sender hears, None for nothing."""

    def __init__(self, reason: str, reply: bytes | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.reply = reply


def refused_aloud(reason: str) -> Refused:
    """A refusal that the sender hears."""
    return Refused(reason, f"REFUSED {reason}".encode())


class Reader:
    """Reads messages; keeps no picture. `read` never raises: a refusal is counted and logged here."""

    def __init__(
        self,
        settings: Settings,
        acceptor: Acceptor,
        event_log: EventLog,
        cap: DailyCap,
        rate: RateLimit,
    ) -> None:
        self._allow = AllowList(settings.hub_allow)
        self._max_bytes = settings.hub_max_bytes
        self._acceptor = acceptor
        self._event_log = event_log
        self._cap = cap
        self._rate = rate

    def read(self, connection: bytes, address: str, frames: Sequence[Any]) -> tuple[Entries, bytes | None]:
        """What is to be stored, and the answer once it is. `frames` are buffers, without the envelope."""
        try:
            return self._read(connection, address, frames)
        except Refused as refusal:
            metrics.refused.labels(refusal.reason).inc()
            log.warning("message_refused", reason=refusal.reason, peer=address)
            entries = self._note_of_cap(refusal, frames)
            return entries, refusal.reply

    def _read(self, connection: bytes, address: str, frames: Sequence[Any]) -> tuple[Entries, bytes | None]:
        if not self._allow.allows(address):
            raise Refused("address not allowed", None)
        if not self._rate.allows(connection):
            raise Refused("too fast", None)
        if len(frames) != 2:
            raise Refused("not two frames", None)
        packet = self._parse(frames)
        metrics.received.labels(packet.kind).inc()
        at = self._acceptor.stamp()
        return self._entries(packet, at), OK

    def _parse(self, frames: Sequence[Any]) -> Packet:
        try:
            return parse(memoryview(frames[0]), memoryview(frames[1]))
        except Malformed as error:
            raise Refused(str(error), None) from error

    def _entries(self, packet: Packet, at: datetime) -> Entries:
        if packet.kind is Kind.TEST:
            return []
        if packet.kind is Kind.HEARTBEAT:
            return [Note(records.heartbeat(packet.source, at))]
        if packet.kind is Kind.PICTURE:
            return [self._picture(packet, at)]
        self._event_log.write(packet.text)
        return [Note(records.event(packet.source, packet.text, happening(packet), capture_time(packet, at), at))]

    def _picture(self, packet: Packet, at: datetime) -> Picture:
        if packet.data.nbytes > self._max_bytes:
            raise refused_aloud("too large")
        data = packet.data if packet.shape is None else _encode(packet.data, packet.shape)
        try:
            size = measure(data)
        except NotAJpeg as error:
            raise Refused("not a JPEG", None) from error
        except Truncated as error:
            raise refused_aloud("picture cut short") from error
        if not self._cap.allows(packet.source, f"{at.astimezone():%Y-%m-%d}"):
            raise refused_aloud("daily cap")
        return Picture(packet.source, data, size, at, capture_time(packet, at))

    def _note_of_cap(self, refusal: Refused, frames: Sequence[Any]) -> Entries:
        if refusal.reason != "daily cap":
            return []
        packet = self._parse(frames)
        if not self._cap.is_first_refusal(packet.source):
            return []
        at = self._acceptor.stamp()
        self._event_log.write("Max images written. Writing stopped.")
        told = Happening("daily_cap", "camera", "as many pictures today as its daily cap allows; more are refused")
        return [Note(records.event(packet.source, packet.text, told, at, at))]


def _encode(data: memoryview, shape: tuple[int, ...]) -> bytes:
    """An array as the JPEG that the same sender would have made."""
    import cv2  # noqa: PLC0415 (a third of a second, and a hub must be back within one: few senders send arrays)

    array = np.frombuffer(data, np.uint8).reshape(shape)
    done, encoded = cv2.imencode(".jpg", array, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise Refused("array cannot be encoded", None)
    return encoded.tobytes()
