"""`config/cameras`, retained: what flows may know of the cameras. Never an address, token or password."""

import threading
from collections.abc import Callable

from prometheus_client import Counter
from pydantic import ValidationError
from sqlalchemy import Engine

from services.core.bus import Bus, BusAway
from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import CameraConfig, ConfigCameras, ConfigChanged
from services.store import camera, config, zone
from services.store.camera import Camera
from services.store.engine import Away, reason

LOOK_EVERY_S = 1.0
impossible = Counter("scribe_cameras_impossible", "cameras whose row no message can carry; flows are not told of them")
told = Counter("scribe_config_told", "times that a retained config was published", ["noun"])
log = get(__name__)


class Cameras:
    """Publishes the cameras at the start, after each change, and whenever the broker has been away."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._told: tuple[int, int] | None = None
        self._changed = threading.Event()

    def changed(self, message: ConfigChanged) -> None:
        """The handler of the gallery's bell: the loop looks at once."""
        self._changed.set()

    def look(self) -> bool:
        """Publishes if the broker may hold something older than the database; whether it did.

        Raises `BusAway` or what the database raises when it is away; the next look makes up for it.
        """
        connection_number = self._bus.connections
        with self._engine.connect() as connection:
            # The version first: a change in between is then told once more, never missed.
            version = config.version(connection, "cameras")
            if self._told == (connection_number, version):
                return False
            cameras = camera.all_cameras(connection)
            zones = zone.names(connection)
        known = [made for one in cameras if (made := _told_of(one, zones[one.id]))]
        self._bus.publish(ConfigCameras.make(self._clock, "scribe", version=version, cameras=known))
        self._told = (connection_number, version)
        told.labels("cameras").inc()
        log.info("config_told", noun="cameras", version=version, count=len(cameras))
        return True

    def keep_told(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Looks every second, and at once after a bell."""
        while not stopping.is_set():
            beat()
            self._changed.clear()
            try:
                self.look()
            except (BusAway, *Away) as error:
                log.warning("config_not_told", noun="cameras", error=reason(error))
            self._changed.wait(LOOK_EVERY_S)


def _told_of(one: Camera, zones: list[str]) -> CameraConfig | None:
    """None for a row that no message can carry: flows take its camera for a new one, and hear of all the others."""
    try:
        return for_flows(one, zones)
    except ValidationError as error:
        impossible.inc()
        wrong = sorted({str(mistake["loc"][0]) for mistake in error.errors(include_input=False)})
        log.error("camera_not_told", camera_id=one.id, wrong=wrong, fix="save the camera anew on its page")
        return None


def for_flows(one: Camera, zones: list[str]) -> CameraConfig:
    """What flows may know of a camera; `zones` are the names of its zones."""
    return CameraConfig.model_validate(
        {
            "id": one.id,
            "name": one.name,
            "plan": one.plan,
            "labels": one.labels,
            "seen_in": one.seen_in,
            "alert_labels": one.alert_labels,
            "departure_labels": one.departure_labels,
            "alert_modes": one.alert_modes,
            "schedule_id": one.schedule_id,
            "zones": zones,
        }
    )
