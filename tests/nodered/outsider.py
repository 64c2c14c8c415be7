"""The broker from the side of another program: imagehub-librarian's flows, Home Assistant."""

import json
from queue import Queue
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests.peers import DEADLINE_S, Mosquitto


class Outsider:
    """Publishes, and hears some topics that are not ours, as text."""

    def __init__(self, broker: Mosquitto, *topics: str) -> None:
        self._heard: Queue[tuple[str, str]] = Queue()
        ready: Queue[bool] = Queue()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = lambda _client, _data, one: self._heard.put((one.topic, one.payload.decode()))
        self._client.on_subscribe = lambda *_: ready.put(True)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        self._client.subscribe([(topic, 2) for topic in topics])
        ready.get(timeout=DEADLINE_S)

    def says(self, topic: str, text: str, retain: bool = False) -> None:
        """Publishes as it is."""
        self._client.publish(topic, text, qos=2, retain=retain).wait_for_publish(DEADLINE_S)

    def waits_for(self, topic: str) -> str:
        """The next message on this topic, whatever comes before it on others."""
        while True:
            heard, text = self._heard.get(timeout=DEADLINE_S)
            if heard == topic:
                return text

    def close(self) -> None:
        """Leaves the broker."""
        self._client.disconnect()
        self._client.loop_stop()


class OldFlow(Outsider):
    """An old flow's side of the broker: it publishes its questions and hears the answers."""

    def __init__(self, broker: Mosquitto) -> None:
        super().__init__(broker, "image/id_objects/count", "image/alpr/results", "meter/+/control")

    def asks_for_objects(self, path: str) -> None:
        """With the path as plain text."""
        self.says("image/id_objects/get_objects", path)

    def asks_for_plates(self, *paths: str) -> None:
        """With a list of paths."""
        self.says("image/alpr/get_license", json.dumps({"filename": paths}))

    def hears(self, topic: str) -> Any:
        """The next answer, which must be on this topic."""
        heard, text = self._heard.get(timeout=DEADLINE_S)
        assert heard == topic
        return json.loads(text)
