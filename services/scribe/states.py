"""`camera/<id>/state` and `device/<id>/state`, retained: what is so now, told whenever it changes."""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.messages import Message
from services.core.state_messages import CameraState, DeviceState
from services.scribe.retained import told
from services.scribe.teller import Teller
from services.store import camera, device, sighting_log

VEHICLES = frozenset({"bicycle", "bus", "car", "motorcycle", "truck"})
ENVELOPE = frozenset({"v", "id", "at", "src"})


class States(Teller):
    """Looks at the rows every second. What is deleted is taken back."""

    noun = "states"

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        super().__init__(engine, bus, clock)
        self._connection = 0
        self._told: dict[str, tuple[Message, str]] = {}

    def look(self) -> bool:
        """Publishes the states that are not as they were told; all of them when the broker has been away."""
        if self._connection != self._bus.connections:
            self._connection, self._told = self._bus.connections, {}
        with self._engine.connect() as connection:
            now = {one.address(): one for one in (*self._cameras(connection), *self._devices(connection))}
        said = {topic: one.model_dump_json(exclude=set(ENVELOPE)) for topic, one in now.items()}
        news = [topic for topic in now if topic not in self._told or self._told[topic][1] != said[topic]]
        gone = [self._told[topic][0] for topic in self._told if topic not in now]
        self._bus.publish_all([now[topic] for topic in news])
        self._bus.take_back(gone)
        self._told = {topic: (now[topic], said[topic]) for topic in now}
        told.labels(self.noun).inc(len(news))
        return bool(news or gone)

    def _cameras(self, connection: Connection) -> Iterator[Message]:
        there = sighting_log.there(connection)
        for one in camera.all_cameras(connection):
            labels = there.get(one.id, {})
            yield CameraState.make(
                self._clock,
                "scribe",
                camera_id=one.id,
                people="person" in labels,
                vehicles=not VEHICLES.isdisjoint(labels),
                there=labels,
                silent_since=one.silent_since,
            )

    def _devices(self, connection: Connection) -> Iterator[Message]:
        for one in device.all_devices(connection):
            yield DeviceState.make(
                self._clock,
                "scribe",
                device_id=one.id,
                active=one.active,
                on=one.is_on,
                detail=one.detail,
                stale_since=one.stale_since,
            )
