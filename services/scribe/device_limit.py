"""How fast a device may speak: one that floods must not keep the others from being heard."""

from collections import OrderedDict
from datetime import date, datetime

from prometheus_client import Counter

from services.core.clock import Clock
from services.core.device_messages import DeviceHeartbeat, DeviceReading, DeviceTrigger
from services.core.logging import get
from services.core.rate import RateLimit
from services.scribe.device_rules import is_timely

HEARTBEATS_A_SECOND, HEARTBEATS_AT_ONCE = 1, 10
# At once as many as a device may make in a minute in which nobody listened.
TRIGGERS_A_SECOND, TRIGGERS_AT_ONCE = 5, 300
# At once as many as a meter may send in ten minutes in which nobody listened.
READINGS_A_SECOND, READINGS_AT_ONCE = 1, 600
STRANGERS_A_SECOND, STRANGERS_AT_ONCE = 20, 500
NEW_A_SECOND, NEW_AT_ONCE = 1, 50
DEVICES_MAX = 1000
LINES_A_SECOND, LINES_AT_ONCE = 0.1, 5
HEARD_REMEMBERED = 1000

refused = Counter("scribe_device_refused", "messages of devices that were too many, by reason", ["reason"])
log = get(__name__)


DeviceWord = DeviceHeartbeat | DeviceTrigger | DeviceReading


class _Turns:
    """A bucket per device for each kind of message.

    Those that the broker held while nobody listened must not use up the turn of a trigger.
    """

    def __init__(self, clock: Clock) -> None:
        self._kinds = {
            DeviceHeartbeat: ("heartbeats", RateLimit(clock, HEARTBEATS_A_SECOND, HEARTBEATS_AT_ONCE)),
            DeviceTrigger: ("triggers", RateLimit(clock, TRIGGERS_A_SECOND, TRIGGERS_AT_ONCE)),
            DeviceReading: ("readings", RateLimit(clock, READINGS_A_SECOND, READINGS_AT_ONCE)),
        }

    def allow(self, message: DeviceWord) -> bool:
        """Counts a message; False when it comes too fast, which is counted as refused."""
        name, turns = self._kinds[type(message)]
        if turns.allows(message.device_id):
            return True
        refused.labels(f"{name} too fast").inc()
        return False


class DeviceLimit:
    """Turns for each device that has its row, turns for each that has none, and two buckets for all those together.

    The database is asked only about so many strangers: whoever makes ids up must not keep it busy, fill it, or have
    the buckets of known devices forgotten.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._turns = _Turns(clock)
        self._turns_of_strangers = _Turns(clock)
        self._strangers = RateLimit(clock, STRANGERS_A_SECOND, STRANGERS_AT_ONCE)
        self._new = RateLimit(clock, NEW_A_SECOND, NEW_AT_ONCE)
        self._lines = RateLimit(clock, LINES_A_SECOND, LINES_AT_ONCE)
        self._known: set[str] = set()
        self._flooding: dict[str, date] = {}
        self._heard: OrderedDict[str, datetime] = OrderedDict()
        self._unfinished: set[str] = set()

    def first_heard(self, message: DeviceWord) -> datetime:
        """When a message came for the first time: with the database away it is tried again and again."""
        at = self._heard.pop(message.id, None) or self._clock.now()
        self._heard[message.id] = at
        if len(self._heard) > HEARD_REMEMBERED:
            self._heard.popitem(last=False)
        return at

    def allows(self, message: DeviceWord) -> bool:
        """Counts a device's message; False when it comes too fast, which is counted as refused.

        One that was let in and could not be written down yet is not counted again.
        """
        if message.id not in self._unfinished and not self._is_in_time(message):
            return False
        self._unfinished.add(message.id)
        return True

    def _is_in_time(self, message: DeviceWord) -> bool:
        if message.device_id in self._known:
            return self._turns.allow(message)
        if not self._turns_of_strangers.allow(message):
            return False
        if self._strangers.allows("all"):
            return True
        refused.labels("too many unknown devices").inc()
        return False

    def met(self, device_id: str) -> None:
        """Notes that a device has its row."""
        self._known.add(device_id)

    def finished(self) -> None:
        """Notes that all that was let in is settled: what comes once more counts."""
        self._unfinished.clear()

    def worth_a_line(self, device_id: str) -> bool:
        """Whether the log may have one more line about what is ignored of a device, or of all that are not known."""
        return self._lines.allows(device_id if device_id in self._known else "refused")

    def allows_another(self, device_id: str, count: int) -> bool:
        """Whether a device that is not known yet may join the `count` that there are. Its next heartbeat asks again."""
        if count >= DEVICES_MAX:
            return self._refuse(device_id, f"more than {DEVICES_MAX} devices")
        return self._new.allows("new") or self._refuse(device_id, "too many new devices")

    def _refuse(self, device_id: str, why: str) -> bool:
        refused.labels(why).inc()
        if self._lines.allows("refused"):
            log.warning("device_refused", device_id=device_id, reason=why)
        return False

    def floods(self, message: DeviceWord) -> bool:
        """Whether a refused message is to be told of: the first of a known device and day (UTC).

        What the broker has held for a while came at once through no fault of the device.
        """
        now: datetime = self._clock.now()
        told = self._flooding.get(message.device_id) == now.date()
        if told or message.device_id not in self._known or not is_timely(message.at, now):
            return False
        self._flooding = {one: day for one, day in self._flooding.items() if day == now.date()}
        self._flooding[message.device_id] = now.date()
        return True
