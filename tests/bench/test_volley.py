import threading
from collections.abc import Iterator

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from bench.volley import Call, Volley
from tests.peers import Mosquitto

pytestmark = pytest.mark.mosquitto


@pytest.fixture
def echo(mosquitto: Mosquitto) -> Iterator[Client]:
    """Answers `ask/<key>` with `answer/<key>`, but not when the payload says so."""

    def answer(client: Client, userdata: object, message: MQTTMessage) -> None:
        if message.payload != b"silence":
            client.publish(message.topic.replace("ask/", "answer/"), b"", qos=1)

    client = Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda one, *_: one.subscribe("ask/#", qos=1)
    subscribed = threading.Event()
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = answer
    client.connect("127.0.0.1", mosquitto.port)
    client.loop_start()
    assert subscribed.wait(10)
    yield client
    client.disconnect()
    client.loop_stop()


def call(key: str, said: str = "") -> Call:
    return Call(f"ask/{key}", lambda: said, key)


def volley(mosquitto: Mosquitto) -> Volley:
    return Volley(mosquitto.port, "", "", "answer/#", lambda topic: topic.removeprefix("answer/"))


def test_every_message_is_matched_with_its_answer(mosquitto: Mosquitto, echo: Client) -> None:
    with volley(mosquitto) as one:
        fast = one.flat_out([call(str(number % 3)) for number in range(30)], 5, 10)
        paced = one.at_pace([call("a"), call("b")], 0.01, 10)
    assert (fast.sent, fast.lost, paced.sent, paced.lost) == (30, 0, 2, 0)
    assert fast.rate > 0
    assert all(0 < one < 10 for one in fast.seconds + paced.seconds)


def test_a_message_without_an_answer_is_lost(mosquitto: Mosquitto, echo: Client) -> None:
    with volley(mosquitto) as one:
        assert one.flat_out([call("a"), call("b", "silence")], 5, 0.5).lost == 1
