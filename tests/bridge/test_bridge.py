"""The bridge as a process, between a real RabbitMQ and a real Mosquitto."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.core.clock import SystemClock
from services.core.device_messages import DeviceHeartbeat, DeviceTrigger
from services.core.ids import new_id
from services.core.rule_messages import OutputSet, OutputState
from services.core.settings import Settings
from tests.bridge.bodies import IOBOARD, PIR_ID, SIREN_ID, TRIGGERED, heartbeat, quiet, triggered
from tests.bridge.rabbit_peer import Board, RabbitMq, taken
from tests.ear import Ear
from tests.peers import Mosquitto, wait_until
from tests.processes import process

pytestmark = [pytest.mark.rabbitmq, pytest.mark.mosquitto]


@pytest.fixture(scope="module")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMq]:
    with RabbitMq(tmp_path_factory.mktemp("rabbit")) as server:
        yield server


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker of the test's own: some end it."""
    (tmp_path / "broker").mkdir()
    with Mosquitto(tmp_path / "broker") as server:
        yield server


@pytest.fixture
def house(broker: Mosquitto, tmp_path: Path) -> Settings:
    base = f"t{new_id()[-12:]}"
    return Settings(_env_file=None, data_dir=tmp_path, mqtt_port=broker.port, mqtt_base_topic=base)


@contextmanager
def begun(house: Settings, rabbit: RabbitMq, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The bridge, just started. `more` are settings by the end of their names."""
    named = {"HOST": "127.0.0.1", "PORT": str(rabbit.port), "USER": "guest", "PASSWORD": "guest"} | more
    with process(
        house, "services.bridge", **{f"HEARTHWATCH_RABBITMQ_{key}": text for key, text in named.items()}
    ) as child:
        yield child


@contextmanager
def bridge(house: Settings, rabbit: RabbitMq, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The bridge at work: its queue is there."""
    before = connections(house)
    with begun(house, rabbit, **more) as child:
        wait_until(lambda: connections(house) > before, "the bridge at RabbitMQ")
        yield child


def log(house: Settings) -> list[dict[str, object]]:
    path = house.data_dir / "log"
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.startswith("{")]


def events(house: Settings, event: str) -> list[dict[str, object]]:
    return [line for line in log(house) if line["event"] == event]


def connections(house: Settings) -> int:
    return len(events(house, "rabbitmq_connected"))


def stop(child: "subprocess.Popen[bytes]") -> int:
    child.send_signal(signal.SIGTERM)
    return child.wait(30)


def order(house: Settings) -> OutputSet:
    later = datetime.now(UTC) + timedelta(seconds=100)
    return OutputSet.make(
        SystemClock(), "scribe", device_id=SIREN_ID, on=True, seconds=0.5, text=None, expires_at=later
    )


def test_a_board_registers_and_triggers_in_our_words(rabbit: RabbitMq, house: Settings) -> None:
    with Ear(house, [DeviceHeartbeat, DeviceTrigger]) as ear, bridge(house, rabbit) as child, Board(rabbit) as board:
        board.says(IOBOARD, heartbeat())
        assert {one.device_id for one in ear.wait(DeviceHeartbeat, 2)} == {PIR_ID, SIREN_ID}
        board.says(TRIGGERED, triggered("tampered"))
        board.says(TRIGGERED, quiet())
        assert [(one.device_id, one.active, one.detail) for one in ear.wait(DeviceTrigger, 2)] == [
            (PIR_ID, True, "tampered"),
            (PIR_ID, False, None),
        ]
        assert stop(child) == 0
    assert rabbit.waiting(house.mqtt_base_topic) == 0


def test_an_order_reaches_the_board_and_the_end_of_its_pulse_comes_back(rabbit: RabbitMq, house: Settings) -> None:
    with Ear(house, [DeviceHeartbeat, OutputState]) as ear, bridge(house, rabbit):
        with Board(rabbit, "event.trigger.siren") as board:
            board.says(IOBOARD, heartbeat())
            ear.wait(DeviceHeartbeat, 2)
            ear.say(order(house))
            assert board.hears()["output_triggered"]["device_params"] == "0.5"
        assert [one.on for one in ear.wait(OutputState, 2)] == [True, False]


def test_what_cannot_be_read_is_kept_with_the_reason_and_the_rest_goes_on(rabbit: RabbitMq, house: Settings) -> None:
    with Ear(house, [DeviceHeartbeat]) as ear, bridge(house, rabbit), Board(rabbit) as board:
        board.says(TRIGGERED, b"\xc1broken")
        board.says(IOBOARD, heartbeat())
        ear.wait(DeviceHeartbeat, 2)
    body, headers = taken(rabbit, f"{house.mqtt_base_topic}_refused")
    assert body == b"\xc1broken"
    assert headers["routing_key"] == TRIGGERED and headers["reason"].startswith("it is no MessagePack")
    [line] = events(house, "old_message_refused")
    assert (line["routing_key"], line["bytes"], line["level"]) == (TRIGGERED, 7, "error")


def test_what_is_said_while_the_broker_is_away_is_not_acknowledged_and_comes_afterwards(
    rabbit: RabbitMq, house: Settings, broker: Mosquitto
) -> None:
    with bridge(house, rabbit) as child, Board(rabbit) as board:
        broker.stop()
        wait_until(lambda: events(house, "broker_lost"), "the loss of the broker")
        board.says(TRIGGERED, triggered())
        wait_until(lambda: events(house, "broker_away"), "the wait for the broker")
        child.kill()
        child.wait(20)
        wait_until(lambda: rabbit.waiting(house.mqtt_base_topic) == 1, "the message that nobody has acknowledged")
    broker.start()
    with Ear(house, [DeviceTrigger]) as ear, bridge(house, rabbit):
        assert [one.device_id for one in ear.wait(DeviceTrigger)] == [PIR_ID]
        wait_until(lambda: rabbit.waiting(house.mqtt_base_topic) == 0, "the acknowledgement")


def test_the_broker_may_start_anew(rabbit: RabbitMq, house: Settings, broker: Mosquitto) -> None:
    with Ear(house, [DeviceTrigger]) as ear, bridge(house, rabbit) as child, Board(rabbit) as board:
        broker.stop()
        wait_until(lambda: events(house, "broker_lost"), "the loss of the broker")
        board.says(TRIGGERED, triggered())
        wait_until(lambda: events(house, "broker_away"), "the wait for the broker")
        broker.start()
        wait_until(lambda: rabbit.waiting(house.mqtt_base_topic) == 0, "the acknowledgement")
        board.says(TRIGGERED, triggered("afterwards"))
        wait_until(lambda: "afterwards" in [one.detail for one in ear.heard(DeviceTrigger)], "what came afterwards")
        assert child.poll() is None


def test_rabbitmq_may_start_anew(rabbit: RabbitMq, house: Settings) -> None:
    with Ear(house, [DeviceTrigger]) as ear, bridge(house, rabbit) as child:
        rabbit.stop()
        wait_until(lambda: events(house, "rabbitmq_away"), "the loss of RabbitMQ")
        before = connections(house)
        rabbit.start()
        wait_until(lambda: connections(house) > before, "the way back")
        with Board(rabbit) as board:
            board.says(TRIGGERED, triggered())
        assert ear.wait(DeviceTrigger)[0].device_id == PIR_ID
        assert child.poll() is None


def test_an_exchange_that_somebody_has_made_otherwise_is_taken_as_it_is(rabbit: RabbitMq, house: Settings) -> None:
    connection = rabbit.connect()
    channel = connection.channel()
    channel.exchange_declare("our_house", exchange_type="topic", durable=True)
    with Ear(house, [DeviceTrigger]) as ear, bridge(house, rabbit, EXCHANGE="our_house"):
        channel.basic_publish("our_house", TRIGGERED, triggered())
        assert ear.wait(DeviceTrigger)[0].device_id == PIR_ID
    connection.close()


def test_a_wrong_password_is_told_without_the_password(rabbit: RabbitMq, house: Settings) -> None:
    with begun(house, rabbit, PASSWORD="wrong-secret") as child:
        wait_until(lambda: events(house, "rabbitmq_away"), "the refusal")
        assert "check HEARTHWATCH_RABBITMQ_USER" in str(events(house, "rabbitmq_away")[0]["reason"])
        assert stop(child) == 0
    assert "wrong-secret" not in (house.data_dir / "log").read_text()


def test_without_a_host_it_says_what_to_set(house: Settings) -> None:
    with process(house, "services.bridge") as child:
        assert child.wait(30) == 2
    assert "HEARTHWATCH_RABBITMQ_HOST is not set" in (house.data_dir / "log").read_text()
