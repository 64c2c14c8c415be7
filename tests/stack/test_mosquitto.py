import base64
import hashlib
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from stack.mosquitto import (
    DEVICE_WORDS,
    OLD_ANSWERS,
    OLD_QUESTIONS,
    USERS,
    access_rules,
    command,
    hashed,
    listeners,
    prepare,
)
from stack.secrets import generate, read
from tests.peers import Peer

BASE = "house"
WAIT_S = 10


class Guarded(Peer):
    """Mosquitto with the product's own configuration, passwords and access rules."""

    def command(self) -> list[str]:
        generate(self.folder / "secrets")
        prepare(self.folder, self.folder / "secrets", self.port, BASE)
        return command(self.folder)


class Opened(Guarded):
    """The same, open on one more address."""

    def command(self) -> list[str]:
        generate(self.folder / "secrets")
        prepare(self.folder, self.folder / "secrets", self.port, BASE, "127.0.0.2")
        return command(self.folder)


class Talker:
    """A signed-in client that remembers what it is told."""

    def __init__(self, broker: Guarded, user: str, password: str | None = None, host: str = "127.0.0.1") -> None:
        secret = read(broker.folder / "secrets", USERS[user]) if password is None else password
        self.heard: list[tuple[str, bytes]] = []
        self.code: int | None = None
        self._arrived = threading.Condition()
        self._subscribed = threading.Event()
        self._connected = threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
        self.client.username_pw_set(user, secret)
        self.client.on_connect = self._on_connect
        self.client.on_message = self._on_message
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.connect(host, broker.port)
        self.client.loop_start()
        assert self._connected.wait(WAIT_S)

    def _on_connect(self, _client: object, _data: object, _flags: object, code: ReasonCode, _more: object) -> None:
        self.code = code.value
        self._connected.set()

    def _on_message(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._arrived:
            self.heard.append((message.topic, bytes(message.payload)))
            self._arrived.notify()

    def subscribe(self, *topics: str) -> None:
        for topic in topics:
            self._subscribed.clear()
            self.client.subscribe(topic, qos=1)
            assert self._subscribed.wait(WAIT_S)

    def say(self, topic: str, text: str = "x") -> None:
        self.client.publish(topic, text, qos=1).wait_for_publish(WAIT_S)

    def hears(self, topic: str) -> bool:
        with self._arrived:
            return self._arrived.wait_for(lambda: topic in [heard for heard, _ in self.heard], WAIT_S)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
        # They lead back here: collected as a circle, its sockets may go before the client that closes them.
        self.client.on_connect = self.client.on_message = self.client.on_subscribe = None


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with Guarded(tmp_path_factory.mktemp("guarded")) as server:
        yield server


@pytest.fixture
def listener(broker: Guarded) -> Iterator[Talker]:
    talker = Talker(broker, "services")
    talker.subscribe(f"{BASE}/#")
    yield talker
    talker.close()


def may_say(broker: Guarded, listener: Talker, user: str, topic: str) -> bool:
    """Whether a user's message arrives; a message of `services` on the same topic tree marks the end of waiting."""
    talker = Talker(broker, user)
    talker.say(topic)
    talker.close()
    end = f"{BASE}/end/{user}/{topic.count('/')}/{len(listener.heard)}"
    listener.say(end)
    assert listener.hears(end)
    return topic in [heard for heard, _ in listener.heard]


@pytest.mark.mosquitto
@pytest.mark.parametrize("user", USERS)
def test_each_user_signs_in_with_the_generated_password(broker: Guarded, user: str) -> None:
    talker = Talker(broker, user)
    talker.close()
    assert talker.code == 0


@pytest.mark.mosquitto
def test_a_wrong_password_is_refused(broker: Guarded) -> None:
    talker = Talker(broker, "services", password="wrong")
    talker.close()
    assert talker.code != 0


@pytest.mark.mosquitto
@pytest.mark.parametrize(
    ("user", "topic"),
    [
        ("nodered", "work/detect"),
        ("nodered", "ask/objects"),
        ("nodered", "alert/request"),
        ("nodered", "event/report"),
        ("nodered", "chore/nightly"),
        ("nodered", "trigger/verdict"),
        ("nodered", "output/siren/ask"),
        ("homeassistant", "output/siren/ask"),
        ("nodered", "svc/nodered/1/status"),
        ("nodered", "answer/rules"),
        ("gallery", "ask/rules"),
        ("gallery", "config/changed"),
        ("nodered", "device/door-1/heartbeat"),
        ("nodered", "device/door-1/trigger"),
        *(("device", f"device/door-1/{word}") for word in DEVICE_WORDS),
        ("device", "output/siren/state"),
        ("nodered", "device/door-1/reading"),
        ("gallery", "meter/electricity/reset"),
        ("nodered", "output/other-plug/state"),
        ("bridge", "device/door-1/heartbeat"),
        ("bridge", "output/siren/state"),
        ("bridge", "svc/bridge/1/status"),
    ],
)
def test_a_user_may_say_what_is_its_to_say(broker: Guarded, listener: Talker, user: str, topic: str) -> None:
    assert may_say(broker, listener, user, f"{BASE}/{topic}")


@pytest.mark.mosquitto
@pytest.mark.parametrize(
    ("user", "topic"),
    [
        ("nodered", "image/new"),
        ("nodered", "config/cameras"),
        ("nodered", "answer/objects"),
        ("gallery", "answer/rules"),
        ("gallery", "output/siren/set"),
        ("gallery", "work/detect"),
        ("gallery", "alert/request"),
        ("device", "alert/request"),
        ("device", "config/cameras"),
        ("device", "config/devices"),
        ("device", "output/siren/set"),
        ("device", "meter/electricity/reset"),
        ("nodered", "meter/electricity/reset"),
        ("device", "device/door-1/anything"),
        ("device", "event/new"),
        ("device", "mode/set"),
        ("device", "trigger/verdict"),
        ("device", "output/siren/ask"),
        ("nodered", "output/siren/set"),
        ("nodered", "trigger/ruling"),
        ("gallery", "trigger/verdict"),
        ("gallery", "output/siren/ask"),
        ("homeassistant", "output/siren/set"),
        ("homeassistant", "trigger/verdict"),
        ("gallery", "device/door-1/trigger"),
        ("homeassistant", "device/door-1/trigger"),
        ("homeassistant", "work/detect"),
        ("bridge", "output/siren/set"),
        ("bridge", "output/siren/ask"),
        ("bridge", "mode/set"),
        ("others", "device/door-1/trigger"),
        ("others", "output/siren/set"),
        ("others", "mode/set"),
    ],
)
def test_a_user_may_not_say_what_is_anothers(broker: Guarded, listener: Talker, user: str, topic: str) -> None:
    assert not may_say(broker, listener, user, f"{BASE}/{topic}")


@pytest.mark.mosquitto
@pytest.mark.mosquitto
def test_a_message_that_would_fill_memory_goes_no_further(broker: Guarded, listener: Talker) -> None:
    talker = Talker(broker, "device")
    talker.say(f"{BASE}/device/huge/trigger", "x" * 3_000_000)
    talker.say(f"{BASE}/device/small/trigger")
    assert listener.hears(f"{BASE}/device/small/trigger")
    assert [topic for topic, _ in listener.heard] == [f"{BASE}/device/small/trigger"]
    talker.close()


def test_a_shared_subscription_gives_each_message_to_one_worker(broker: Guarded) -> None:
    workers = [Talker(broker, "services") for _ in range(2)]
    for worker in workers:
        worker.subscribe(f"$share/detector/{BASE}/work/detect", f"{BASE}/over")
    sender = Talker(broker, "nodered")
    for number in range(20):
        sender.say(f"{BASE}/work/detect", str(number))
    ender = Talker(broker, "services")
    ender.say(f"{BASE}/over")
    assert all(worker.hears(f"{BASE}/over") for worker in workers)
    for talker in (*workers, sender, ender):
        talker.close()
    got = [payload for worker in workers for topic, payload in worker.heard if topic.endswith("detect")]
    assert sorted(map(int, got)) == list(range(20))


@pytest.mark.mosquitto
def test_a_device_hears_what_it_is_told_to_do_and_nothing_of_the_house(broker: Guarded, listener: Talker) -> None:
    device, node_red = Talker(broker, "device"), Talker(broker, "nodered")
    device.subscribe("#")
    listener.say(f"{BASE}/image/new")
    listener.say(f"{BASE}/device/door-1/trigger")
    listener.say(f"{BASE}/meter/electricity/reset")
    node_red.say("meter/water/control")
    assert device.hears("meter/water/control")
    listener.say(f"{BASE}/output/siren/set")
    assert device.hears(f"{BASE}/output/siren/set")
    device.close()
    node_red.close()
    wanted = {f"{BASE}/meter/electricity/reset", "meter/water/control", f"{BASE}/output/siren/set"}
    assert {topic for topic, _ in device.heard} == wanted


@pytest.mark.mosquitto
@pytest.mark.parametrize("topic", ["sensor/garage", "sensor/garage/esp-1", "meter/electricity"])
def test_the_tab_that_translates_hears_old_devices_and_they_do_not_hear_each_other(broker: Guarded, topic: str) -> None:
    board, other, node_red = Talker(broker, "device"), Talker(broker, "device"), Talker(broker, "nodered")
    node_red.subscribe("sensor/#", "meter/#")
    other.subscribe("#")
    board.say(topic)
    assert node_red.hears(topic)
    talker = Talker(broker, "services")
    talker.say(f"{BASE}/output/siren/set")
    assert other.hears(f"{BASE}/output/siren/set")
    for one in (board, other, node_red, talker):
        one.close()
    assert [heard for heard, _ in other.heard] == [f"{BASE}/output/siren/set"]


@pytest.mark.mosquitto
def test_old_flows_and_the_tab_that_answers_them_hear_each_other(broker: Guarded) -> None:
    old_flow, node_red = Talker(broker, "device"), Talker(broker, "nodered")
    old_flow.subscribe("image/#")
    node_red.subscribe("image/#")
    for topic in OLD_QUESTIONS:
        old_flow.say(topic)
        assert node_red.hears(topic)
    for topic in OLD_ANSWERS:
        node_red.say(topic)
        assert old_flow.hears(topic)
    for talker in (old_flow, node_red):
        talker.close()
    assert [topic for topic, _ in old_flow.heard] == list(OLD_ANSWERS)


@pytest.mark.mosquitto
@pytest.mark.parametrize(("user", "topic"), [("device", "image/id_objects/count"), ("gallery", "image/information")])
def test_nobody_else_answers_old_flows(broker: Guarded, user: str, topic: str) -> None:
    listener, talker = Talker(broker, "nodered"), Talker(broker, user)
    listener.subscribe(topic, "image/alpr/results")
    talker.say(topic)
    talker.close()
    listener.say("image/alpr/results", "the end")
    assert listener.hears("image/alpr/results")
    listener.close()
    assert [heard for heard, _ in listener.heard] == ["image/alpr/results"]


def test_a_hash_is_the_form_that_mosquitto_reads() -> None:
    _, kind, iterations, salt, digest = hashed("secret", b"123456789012").split("$")
    expected = hashlib.pbkdf2_hmac("sha512", b"secret", b"123456789012", int(iterations))
    assert (kind, base64.b64decode(salt), base64.b64decode(digest)) == ("7", b"123456789012", expected)


def test_the_tool_that_comes_with_mosquitto_takes_the_password_file(tmp_path: Path) -> None:
    tool = shutil.which("mosquitto_passwd")
    assert tool, "mosquitto_passwd comes with Mosquitto"
    generate(tmp_path / "secrets")
    prepare(tmp_path, tmp_path / "secrets", 1, BASE)
    subprocess.run([tool, "-D", str(tmp_path / "passwords"), "device"], check=True, capture_output=True)
    users = [line.split(":")[0] for line in (tmp_path / "passwords").read_text().splitlines()]
    assert users == [user for user in USERS if user != "device"]


def test_what_the_broker_is_given_is_for_this_user_only(tmp_path: Path) -> None:
    generate(tmp_path / "secrets")
    prepare(tmp_path, tmp_path / "secrets", 1, BASE)
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("passwords", "acl", "mosquitto.conf")} == {0o600}


def test_every_user_has_rules() -> None:
    named = [line.split()[1] for line in access_rules(BASE).splitlines() if line.startswith("user ")]
    assert named == list(USERS)


@pytest.mark.parametrize(
    ("address", "listens"),
    [
        ("127.0.0.1", ["127.0.0.1"]),
        ("192.168.1.10", ["127.0.0.1", "192.168.1.10"]),
        ("0.0.0.0", ["0.0.0.0"]),
    ],
)
def test_the_broker_always_listens_to_this_machines_services(address: str, listens: list[str]) -> None:
    assert listeners(1883, address) == [f"listener 1883 {one}" for one in listens]


@pytest.mark.mosquitto
def test_devices_on_another_address_are_let_in_with_their_password_alone(tmp_path: Path) -> None:
    with Opened(tmp_path) as broker:
        device = Talker(broker, "device", host="127.0.0.2")
        stranger = Talker(broker, "device", password="wrong", host="127.0.0.2")
        service = Talker(broker, "services")
        for talker in (device, stranger, service):
            talker.close()
    assert (device.code, service.code) == (0, 0)
    assert stranger.code != 0


@pytest.mark.mosquitto
def test_others_are_read_and_ordered_but_ring_is_only_read(broker: Guarded) -> None:
    program, node_red = Talker(broker, "others"), Talker(broker, "nodered")
    program.subscribe("zigbee2mqtt/#", "ring/#")
    node_red.say("ring/home/alarm/panel/alarm/command", "disarm")
    node_red.say("zigbee2mqtt/plug/set", "ON")
    assert program.hears("zigbee2mqtt/plug/set")
    assert [topic for topic, _ in program.heard] == ["zigbee2mqtt/plug/set"]
    node_red.subscribe("homeassistant/+/+/config", "ring/#", "esphome/#")
    for topic in ("homeassistant/status", "homeassistant/switch/plug/config", "ring/a/b/c/d/state", "esphome/e"):
        program.say(topic)
    assert node_red.hears("esphome/e")
    assert [topic for topic, _ in node_red.heard] == [
        "homeassistant/switch/plug/config",
        "ring/a/b/c/d/state",
        "esphome/e",
    ]
    for talker in (program, node_red):
        talker.close()
