"""imagehub-librarian's side of the broker."""

import json
from queue import Queue
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests.peers import DEADLINE_S, Mosquitto


class OldFlow:
    """An old flow's side of the broker: it publishes its questions and hears the answers; or an old device's."""

    def __init__(self, broker: Mosquitto) -> None:
        self._answers: Queue[tuple[str, Any]] = Queue()
        ready: Queue[bool] = Queue()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = lambda _client, _data, one: self._answers.put((one.topic, json.loads(one.payload)))
        self._client.on_subscribe = lambda *_: ready.put(True)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        self._client.subscribe([("image/id_objects/count", 2), ("image/alpr/results", 2), ("meter/+/control", 2)])
        ready.get(timeout=DEADLINE_S)

    def asks_for_objects(self, path: str) -> None:
        """With the path as plain text."""
        self.says("image/id_objects/get_objects", path)

    def asks_for_plates(self, *paths: str) -> None:
        """With a list of paths."""
        self.says("image/alpr/get_license", json.dumps({"filename": paths}))

    def says(self, topic: str, text: str) -> None:
        """Publishes as it is."""
        self._client.publish(topic, text, qos=2).wait_for_publish(DEADLINE_S)

    def hears(self, topic: str) -> Any:
        """The next answer, which must be on this topic."""
        heard, payload = self._answers.get(timeout=DEADLINE_S)
        assert heard == topic
        return payload

    def close(self) -> None:
        """Leaves the broker."""
        self._client.disconnect()
        self._client.loop_stop()
