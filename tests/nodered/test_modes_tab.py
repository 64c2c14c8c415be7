"""The tab *Modes and schedules*: which schedule is active, and the mode that it sets, right after any restart."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from queue import Queue
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests.nodered.peer import Bus, NodeRed, example
from tests.peers import DEADLINE_S

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
NIGHTS = "019aa0f4-7c2f-7d0a-8c3e-2f1d0b7a9e56"  # not the example's: other tests leave states of that
TOPIC = f"schedule/{NIGHTS}/state"
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
HOUR = timedelta(hours=1)
YESTERDAY = timedelta(days=1)


def now() -> datetime:
    """By the real clock: Node-RED has no other."""
    return datetime.now(UTC)


def schedules(begins: timedelta, ends: timedelta, **changes: Any) -> dict[str, Any]:
    """`config/schedules` with one schedule, whose window lies so far from now, every day, in UTC."""
    window = {"days": EVERY_DAY, "from": f"{now() + begins:%H:%M}", "to": f"{now() + ends:%H:%M}"}
    nights = (
        example("config-schedules")["schedules"][0] | {"id": NIGHTS, "windows": [window], "exceptions": []} | changes
    )
    return example("config-schedules", zone="UTC", schedules=[nights])


def mode(mode_id: str, ago: timedelta, by: str = "Anna", schedule_id: str | None = None) -> dict[str, Any]:
    said = {"name": mode_id.title(), "schedule_id": schedule_id}
    return example("mode-state", mode_id=mode_id, by=by, since=(now() - ago).isoformat()) | said


@pytest.fixture
def house(bus: Bus) -> Iterator[Bus]:
    """The shared Node-RED, which forgets the test's schedules."""
    yield bus
    bus.tell("config/schedules", example("config-schedules", schedules=[]), retain=True)
    bus.tell(TOPIC, "", retain=True)


def test_an_active_schedule_says_so_and_sets_its_mode(house: Bus) -> None:
    house.tell("mode/state", mode("home", YESTERDAY), retain=True)
    house.tell("config/schedules", schedules(-HOUR, HOUR), retain=True)
    state = house.hear(TOPIC)
    assert (state["name"], state["active"]) == ("Nights", True)
    assert datetime.fromisoformat(state["since"]) < now() < datetime.fromisoformat(state["until"])
    wish = house.hear("mode/set")
    assert (wish["mode_id"], wish["by"], wish["reason"]) == ("night", "schedule Nights", "Nights has begun")
    assert wish["schedule_id"] == NIGHTS


def test_what_somebody_set_within_the_window_stays(house: Bus) -> None:
    house.tell("mode/state", mode("disarmed", timedelta(minutes=5)), retain=True)
    house.tell("config/schedules", schedules(-HOUR, HOUR), retain=True)
    assert house.hear(TOPIC)["active"] is True
    house.tell("mode/state", mode("home", YESTERDAY), retain=True)
    assert house.hear("mode/set", TOPIC)["mode_id"] == "night"


def test_when_its_window_is_over_the_mode_for_afterwards_is_set(house: Bus) -> None:
    house.tell("config/schedules", schedules(-2 * HOUR, -HOUR), retain=True)
    assert house.hear(TOPIC)["active"] is False
    house.tell("mode/state", mode("night", 2 * HOUR, "schedule of another name", NIGHTS), retain=True)
    wish = house.hear("mode/set")
    assert (wish["mode_id"], wish["reason"]) == ("home", "Nights has ended")


def test_a_wish_is_not_repeated_while_its_answer_is_under_way(house: Bus) -> None:
    house.tell("mode/state", mode("home", YESTERDAY), retain=True)
    for _ in range(3):
        house.tell("config/schedules", schedules(-HOUR, HOUR), retain=True)
    assert [house.hear(TOPIC, "mode/set").topic for _ in range(4)].count("mode/set") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_started_again_within_the_window_it_knows_at_once(
    own_node_red: NodeRed, own_bus: Bus, number: signal.Signals
) -> None:
    own_node_red.start()
    own_bus.tell("mode/state", mode("home", YESTERDAY), retain=True)
    own_bus.tell("config/schedules", schedules(2 * HOUR, 3 * HOUR), retain=True)
    assert own_bus.hear(TOPIC)["active"] is False
    own_node_red.stop(number)
    own_bus.tell("config/schedules", schedules(-HOUR, HOUR), retain=True)
    own_node_red.start()
    assert own_bus.hear(TOPIC)["active"] is True
    assert own_bus.hear("mode/set")["mode_id"] == "night"


def test_what_the_broker_holds_of_a_schedule_that_was_deleted_meanwhile_is_cleared(
    own_node_red: NodeRed, own_bus: Bus
) -> None:
    said: Queue[bytes] = Queue()
    own_bus.tell(TOPIC, example("schedule-state", schedule_id=NIGHTS), retain=True)
    own_bus.tell("config/schedules", example("config-schedules", schedules=[]), retain=True)
    listener = Client(CallbackAPIVersion.VERSION2)
    listener.on_message = lambda client, userdata, message: said.put(bytes(message.payload))
    listener.connect("127.0.0.1", own_node_red.broker.port)
    listener.subscribe(f"{own_bus.base}/{TOPIC}", qos=1)
    listener.loop_start()
    assert said.get(timeout=DEADLINE_S)
    with own_node_red:
        assert said.get(timeout=DEADLINE_S) == b""
    listener.disconnect()
    listener.loop_stop()


def test_what_is_set_while_it_is_away_is_not_overruled_when_it_is_back(own_node_red: NodeRed, own_bus: Bus) -> None:
    own_node_red.start()
    own_bus.tell("mode/state", mode("home", YESTERDAY), retain=True)
    own_bus.tell("config/schedules", schedules(2 * HOUR, 3 * HOUR), retain=True)
    own_bus.hear(TOPIC)
    own_node_red.stop()
    own_bus.tell("mode/state", mode("disarmed", timedelta(minutes=1)), retain=True)
    own_bus.tell("config/schedules", schedules(-HOUR, HOUR), retain=True)
    own_node_red.start()
    assert own_bus.hear(TOPIC, "mode/set")["active"] is True
    before = now()
    own_bus.tell("mode/state", mode("home", YESTERDAY), retain=True)
    assert datetime.fromisoformat(own_bus.hear("mode/set")["at"]) > before - timedelta(milliseconds=1)
