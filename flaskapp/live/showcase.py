"""`camera/<id>/picture`, retained: one small JPEG of the newest arrival, for Home Assistant's picture of the camera."""

from sqlalchemy import Engine

from flaskapp.picture.thumbs import Broken, Thumbs
from services.core.bus import Bus
from services.core.logging import get
from services.core.messages import SightingArrived
from services.store import album
from services.store.engine import Away, reason

log = get(__name__)


class Showcase:
    """Shows each arrival to whoever listens at the broker. One that cannot be shown is logged; the next one can."""

    def __init__(self, engine: Engine, thumbs: Thumbs, bus: Bus) -> None:
        self._engine = engine
        self._thumbs = thumbs
        self._bus = bus

    def arrived(self, message: SightingArrived) -> None:
        """The handler of `sighting/arrived`."""
        try:
            with self._engine.connect() as connection:
                file = album.file_of(connection, message.image_id)
            if file is not None:
                self._bus.show(message.camera_id, self._thumbs.path(message.image_id, file).read_bytes())
        except (Broken, OSError, *Away) as error:
            log.warning("picture_not_shown", image_id=message.image_id, error=reason(error))
