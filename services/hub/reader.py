"""Turns the frames of one message into what has to be made durable, or into a refusal with its reason.

Malformed messages get no answer: nobody of ours makes them, and `OK` would be a lie. A message that cannot be
taken for a reason its sender should know is answered `REFUSED …`; stock imagenode reads any answer as a reply and
lives on, our node agent keeps the picture and tries again. `docs/hub.md` lists the reasons.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from services.core.clock import Clock
from services.core.ids import id_for
from services.core.rate import RateLimit
from services.core.settings import Settings
from services.hub import metrics
from services.hub.arrival import Arrival, Reading
from services.hub.complaints import Complaints
from services.hub.gate import DailyCap
from services.hub.happening import happening
from services.hub.names import Names
from services.hub.packet import Kind, Malformed, Packet, capture_time, parse
from services.intake import records
from services.intake.acceptor import Note, Picture
from services.intake.allow import AllowList
from services.intake.jpeg import NotAJpeg, Truncated, measure
from services.intake.records import Happening, Sent

NOTES_PER_S = 50.0
NOTES_AT_ONCE = 500.0
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Buffer = bytes | memoryview
_received = {kind: metrics.received.labels(kind) for kind in Kind}


class Refused(Exception):
    """Not taken; `reply` is what the sender hears, None for nothing. `told` is an event that the owner is told of."""

    def __init__(self, reason: str, aloud: bool = True, told: Note | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.reply = f"REFUSED {reason}".encode() if aloud else None
        self.told = told


class Reader:
    """Reads messages; keeps no picture. `read` never raises: a refusal is counted and logged here."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        stamp: Callable[[], datetime],
        names: Names,
        cap: DailyCap,
    ) -> None:
        self._max_bytes = settings.hub_max_bytes
        self._stamp = stamp
        self._names = names
        self._cap = cap
        self._allow = AllowList(settings.hub_allow)
        self._rate = RateLimit(clock, settings.hub_max_rate)
        self._notes = RateLimit(clock, NOTES_PER_S, NOTES_AT_ONCE)
        self._complaints = Complaints(clock)
        self._told_of_names = ""

    def read(self, connection: bytes, address: Callable[[], str] | None, frames: Sequence[Buffer]) -> Reading:
        """What is to be stored, and the answer once it is. `frames` come without the envelope; no `address` is
        a publisher's, which is in the settings and so needs no leave.
        """
        try:
            return self._read(connection, address, frames)
        except Refused as refusal:
            metrics.refused.labels(refusal.reason).inc()
            self._complaints.say(refusal.reason, address() if address else connection.decode())
            return Reading((refusal.told,) if refusal.told else (), refusal.reply)

    def before_storing(self) -> None:
        """Writes down what goes to disk with the next group. Raises `OSError`."""
        self._names.save()

    def refused(self, arrival: Arrival) -> None:
        """Takes a message that could not be stored out of the counts."""
        for picture in arrival.pictures:
            self._cap.give_back(picture.source)

    def _read(self, connection: bytes, address: Callable[[], str] | None, frames: Sequence[Buffer]) -> Reading:
        if address and not self._allow.allows(address):
            raise Refused("address not allowed", aloud=False)
        if not self._rate.allows(connection):
            raise Refused("too fast")
        if len(frames) != 2:
            raise Refused("not two frames", aloud=False)
        try:
            packet = parse(frames[0], memoryview(frames[1]))
        except Malformed as error:
            raise Refused(str(error), aloud=False) from error
        _received[packet.kind].inc()
        return Reading() if packet.kind is Kind.TEST else self._take(packet, self._stamp())

    def _take(self, packet: Packet, at: datetime) -> Reading:
        if packet.kind is Kind.PICTURE:
            return self._picture(packet, at)
        self._check_name(packet, at)
        if not self._notes.allows(packet.source):
            raise Refused("too many events")
        if packet.kind is Kind.HEARTBEAT:
            return Reading((Note(records.heartbeat(packet.source, at)),))
        sent = _sent(packet)
        event_id = sent.id_of(packet.text) if sent else None
        record = records.event(packet.source, packet.text, happening(packet), capture_time(packet, at), at, event_id)
        return Reading((Note(record),), line=(packet.text, at))

    def _picture(self, packet: Packet, at: datetime) -> Reading:
        if packet.data.nbytes > self._max_bytes:
            raise Refused("too large")
        data = packet.data if packet.shape is None else _encode(packet.data, packet.shape)
        try:
            size = measure(data)
        except NotAJpeg as error:
            raise Refused("not a JPEG", aloud=False) from error
        except Truncated as error:
            raise Refused("picture cut short") from error
        self._check_name(packet, at)
        if not self._cap.allows(packet.source, _day(at)):
            raise Refused("daily cap", told=self._note_of_cap(packet, at))
        return Reading((Picture(packet.source, data, size, at, capture_time(packet, at), _sent(packet)),))

    def _check_name(self, packet: Packet, at: datetime) -> None:
        if not self._names.allows(packet.source):
            raise Refused("too many names", told=self._note_of_names(packet, at))

    def _note_of_cap(self, packet: Packet, at: datetime) -> Note | None:
        if not self._cap.is_first_refusal(packet.source):
            return None
        detail = "as many pictures today as its daily cap allows; more are refused"
        return _once_a_day(packet, Happening("daily_cap", "camera", detail), at, packet.source)

    def _note_of_names(self, packet: Packet, at: datetime) -> Note | None:
        if self._told_of_names == _day(at):
            return None
        self._told_of_names = _day(at)
        detail = f"a new name is refused, HEARTHWATCH_HUB_MAX_NAMES are known: {packet.source}"
        return _once_a_day(packet, Happening("too_many_names", "hub", detail[:500]), at, "")


def _sent(packet: Packet) -> Sent | None:
    """Our node agent numbers its messages and repeats one unchanged; the moment may be wrong, it is the same again."""
    if packet.captured_at is None or packet.number is None or packet.captured_at < EPOCH:
        return None
    return Sent(packet.captured_at, packet.number)


def _day(at: datetime) -> str:
    return at.astimezone().date().isoformat()


def _once_a_day(packet: Packet, told: Happening, at: datetime, whose: str) -> Note:
    """The day's event has the same id however often it is told, also after a restart: it has one row."""
    midnight = at.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    event_id = id_for(midnight, f"{told.kind} {whose}")
    return Note(records.event(packet.source, packet.text, told, at, at, event_id))


def _encode(data: memoryview, shape: tuple[int, ...]) -> bytes:
    """The libraries for it take a third of a second to load, and a hub must be back within one: few need them."""
    from services.hub.array import NotEncodable, encode  # noqa: PLC0415

    try:
        return encode(data, shape)
    except NotEncodable as error:
        raise Refused("array cannot be encoded", aloud=False) from error
