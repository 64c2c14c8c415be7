"""`config/cameras`, retained: what flows may know of the cameras. Never an address, token or password."""

from collections.abc import Mapping

from prometheus_client import Counter
from pydantic import ValidationError
from sqlalchemy import Connection

from services.core.logging import get
from services.core.messages import CameraConfig, ConfigCameras
from services.scribe.retained import RetainedConfig
from services.store import camera, pull, zone
from services.store.camera import Camera

impossible = Counter("scribe_cameras_impossible", "cameras whose row no message can carry; flows are not told of them")
log = get(__name__)


class Cameras(RetainedConfig):
    """Tells flows of the cameras."""

    noun = "cameras"

    def message(self, connection: Connection, version: int) -> ConfigCameras:
        """All cameras that a message can carry, with the names of their zones."""
        zones = zone.names(connection)
        pulled = pull.can_be_pulled(connection)
        known = [made for one in camera.all_cameras(connection) if (made := _told_of(one, zones[one.id], pulled))]
        return ConfigCameras.make(self._clock, "scribe", version=version, cameras=known)


def _told_of(one: Camera, zones: list[str], pulled: Mapping[str, int | None]) -> CameraConfig | None:
    """None for a row that no message can carry: flows take its camera for a new one, and hear of all the others."""
    try:
        return for_flows(one, zones, pulled)
    except ValidationError as error:
        impossible.inc()
        wrong = sorted({str(mistake["loc"][0]) for mistake in error.errors(include_input=False)})
        log.error("camera_not_told", camera_id=one.id, wrong=wrong, fix="save the camera anew on its page")
        return None


def for_flows(one: Camera, zones: list[str], pulled: Mapping[str, int | None]) -> CameraConfig:
    """What flows may know of a camera: `zones` are the names of its zones, `pulled` those of `pull.can_be_pulled`."""
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
            "entry": one.entry,
            "can_snapshot": one.id in pulled,
            "snapshot_every_s": pulled.get(one.id),
        }
    )
