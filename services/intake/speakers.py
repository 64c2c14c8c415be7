"""Who speaks: cameras and nodes register themselves by it, and end their silence."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from services.core.clock import from_rfc3339
from services.core.spool import Record
from services.store import camera, node

SEEN_EVERY = timedelta(seconds=1)


class Speakers:
    """Looks each name up once, and notes once a second that it spoke: a batch may hold hundreds of its records.

    What it remembers is what has been committed: `forget` after a transaction that was not.
    """

    def __init__(self) -> None:
        self._cameras: dict[str, tuple[str, str | None]] = {}
        self._nodes: dict[str, str] = {}
        self._noted: dict[tuple[str, str], datetime] = {}
        self._newest: dict[tuple[str, str], datetime] = {}

    def forget(self) -> None:
        """Everything is looked up again."""
        for remembered in (self._cameras, self._nodes, self._noted, self._newest):
            remembered.clear()

    def camera_of(self, connection: Connection, picture: Record) -> str:
        """The camera that a picture is from."""
        at = from_rfc3339(picture["received_at"])
        camera_id, node_id = self._camera(connection, picture["source"], at)
        self._hear(camera_id, node_id, at)
        return camera_id

    def of(self, connection: Connection, record: Record) -> tuple[str | None, str | None]:
        """The camera and the node that an event or a heartbeat is from; a camera's node is known by its name."""
        at = from_rfc3339(record["received_at"])
        camera_id, node_id = self._of(connection, record["source"], record.get("of", "node"), at)
        self._hear(camera_id, node_id, at)
        return camera_id, node_id

    def note(self, connection: Connection) -> Iterator[tuple[str, str, datetime]]:
        """Writes down who spoke; gives noun, id and moment of each whose silence ends with that."""
        for (noun, noun_id), at in sorted(self._newest.items()):
            noted = self._noted.get((noun, noun_id))
            if noted is None or at - noted >= SEEN_EVERY:
                self._noted[noun, noun_id] = at
                if (camera if noun == "camera" else node).seen(connection, noun_id, at):
                    yield noun, noun_id, at
        self._newest.clear()

    def _hear(self, camera_id: str | None, node_id: str | None, at: datetime) -> None:
        for noun, noun_id in (("camera", camera_id), ("node", node_id)):
            if noun_id is not None:
                self._newest[noun, noun_id] = max(at, self._newest.get((noun, noun_id), at))

    def _of(self, connection: Connection, source: str, whose: str, at: datetime) -> tuple[str | None, str | None]:
        if whose == "hub":
            return None, None
        if whose == "camera" or (whose == "either" and self._knows_camera(connection, source)):
            return self._camera(connection, source, at)
        return None, self._node(connection, source, at)

    def _knows_camera(self, connection: Connection, source: str) -> bool:
        return source in self._cameras or camera.id_of_source(connection, source) is not None

    def _camera(self, connection: Connection, source: str, at: datetime) -> tuple[str, str | None]:
        if source not in self._cameras:
            camera_id = camera.register(connection, source, at)
            known = camera.find(connection, camera_id)
            self._cameras[source] = camera_id, known.node_id if known else None
        return self._cameras[source]

    def _node(self, connection: Connection, source: str, at: datetime) -> str:
        if source not in self._nodes:
            self._nodes[source] = node.register(connection, source, at)
            # A new node adopts its cameras.
            self._cameras.clear()
        return self._nodes[source]
