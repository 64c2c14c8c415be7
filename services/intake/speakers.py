"""Who speaks in a batch of records: each camera and node is looked up once, whatever the number of its records."""

from datetime import datetime

from sqlalchemy import Connection

from services.core.clock import from_rfc3339
from services.core.spool import Record
from services.store import camera, node


class Speakers:
    """Registers who is new. For one transaction: what it remembers may be otherwise in the next one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cameras: dict[str, tuple[str, str | None]] = {}
        self._nodes: dict[str, str] = {}
        self.newest: dict[tuple[str, str], datetime] = {}

    def camera_of(self, picture: Record) -> str:
        """The camera that a picture is from."""
        at = from_rfc3339(picture["received_at"])
        camera_id, node_id = self._camera(picture["source"], at)
        self._note(camera_id, node_id, at)
        return camera_id

    def of(self, record: Record) -> tuple[str | None, str | None]:
        """The camera and the node that an event or a heartbeat is from; a camera's node is known by its name."""
        at = from_rfc3339(record["received_at"])
        camera_id, node_id = self._of(record["source"], record.get("of", "node"), at)
        self._note(camera_id, node_id, at)
        return camera_id, node_id

    def _note(self, camera_id: str | None, node_id: str | None, at: datetime) -> None:
        for noun, noun_id in (("camera", camera_id), ("node", node_id)):
            if noun_id is not None:
                self.newest[noun, noun_id] = max(at, self.newest.get((noun, noun_id), at))

    def _of(self, source: str, whose: str, at: datetime) -> tuple[str | None, str | None]:
        if whose == "hub":
            return None, None
        if whose == "camera" or (whose == "either" and self._knows_camera(source)):
            return self._camera(source, at)
        return None, self._node(source, at)

    def _knows_camera(self, source: str) -> bool:
        return source in self._cameras or camera.id_of_source(self._connection, source) is not None

    def _camera(self, source: str, at: datetime) -> tuple[str, str | None]:
        if source not in self._cameras:
            camera_id = camera.register(self._connection, source, at)
            known = camera.find(self._connection, camera_id)
            self._cameras[source] = camera_id, known.node_id if known else None
        return self._cameras[source]

    def _node(self, source: str, at: datetime) -> str:
        if source not in self._nodes:
            self._nodes[source] = node.register(self._connection, source, at)
            # A new node adopts its cameras.
            self._cameras.clear()
        return self._nodes[source]
