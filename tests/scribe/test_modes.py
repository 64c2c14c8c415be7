import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import paho.mqtt.subscribe
import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.messages import ConfigChanged
from services.core.mode_messages import ModeSet, ModeState
from services.core.settings import Settings
from services.scribe import modes as module
from services.scribe.modes import Modes
from services.store import held, mode
from services.store.mode import Wish
from tests.ear import Ear
from tests.pictures import NOON, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CLOCK = SystemClock()


@pytest.fixture
def wrist() -> HeldClock:
    return HeldClock(NOON)


@pytest.fixture
def modes(engine: Engine, bus: Bus, wrist: HeldClock, start_bus: Callable[[Bus], None]) -> Iterator[Modes]:
    """The scribe's modes at work, as its process runs them."""
    made = Modes(engine, bus, wrist)
    bus.subscribe(ModeSet, made.take)
    bus.subscribe(ConfigChanged, made.changed)
    start_bus(bus)
    stopping = threading.Event()
    loop = threading.Thread(target=made.keep_told, args=(stopping, lambda: None))
    loop.start()
    yield made
    stopping.set()
    loop.join(10)


@pytest.fixture
def ear(house: Settings) -> Iterator[Ear]:
    with Ear(house, [ModeState]) as made:
        yield made


def wish(mode_id: str, **fields: object) -> ModeSet:
    whole = {"mode_id": mode_id, "by": "Anna", "reason": "on the way out", "until": None} | fields
    return ModeSet.make(CLOCK, "test", **whole)


def seen(told: list[ModeState]) -> list[str]:
    return [one.mode_id for one in told]


def test_before_anybody_has_set_it_the_house_is_disarmed(ear: Ear, modes: Modes) -> None:
    (told,) = ear.wait(ModeState)
    assert (told.mode_id, told.name, told.since, told.by) == ("disarmed", "Disarmed", None, None)


def test_who_sets_it_is_written_down_and_told_and_the_broker_keeps_it(
    ear: Ear, modes: Modes, engine: Engine, house: Settings, wrist: HeldClock
) -> None:
    ear.wait(ModeState)
    wanted = wish("away")
    ear.say(wanted)
    told = ear.wait(ModeState, 2)[-1]
    assert (told.mode_id, told.name, told.by, told.reason) == ("away", "Away", "Anna", "on the way out")
    assert told.since == wrist.now()
    with engine.connect() as connection:
        assert mode.current(connection).id == wanted.id
    topic = f"{house.mqtt_base_topic}/mode/state"
    kept = paho.mqtt.subscribe.simple(topic, hostname="127.0.0.1", port=house.mqtt_port)  # type: ignore[no-untyped-call]
    assert kept.retain


def test_the_schedule_that_set_it_is_told_by_its_id_and_nobody_else_has_one(ear: Ear, modes: Modes) -> None:
    nights = new_id()
    ear.wait(ModeState)
    ear.say(wish("night", schedule_id=nights))
    assert ear.wait(ModeState, 2)[-1].schedule_id == nights
    ear.say(wish("home"))
    assert ear.wait(ModeState, 3)[-1].schedule_id is None


def test_a_message_that_comes_again_later_changes_nothing(ear: Ear, modes: Modes) -> None:
    ear.wait(ModeState)
    first, second = wish("away"), wish("home")
    for number, one in enumerate((first, second), 2):
        ear.say(one)
        ear.wait(ModeState, number)
    ear.say(first)
    ear.say(wish("night"))
    assert seen(ear.wait(ModeState, 4)) == ["disarmed", "away", "home", "night"]


def test_a_mode_that_is_none_is_refused_and_counted(ear: Ear, modes: Modes) -> None:
    ear.wait(ModeState)
    before = module.asked.labels("unknown_mode")._value.get()
    ear.say(wish("party"))
    ear.say(wish("home"))
    assert seen(ear.wait(ModeState, 2)) == ["disarmed", "home"]
    assert module.asked.labels("unknown_mode")._value.get() == before + 1


def test_what_is_set_until_a_time_goes_back_by_the_timer(ear: Ear, modes: Modes, wrist: HeldClock) -> None:
    ear.wait(ModeState)
    ear.say(wish("night"))
    ear.wait(ModeState, 2)
    end = wrist.now() + timedelta(hours=1)
    ear.say(wish("disarmed", until=end))
    assert ear.wait(ModeState, 3)[-1].until == end
    wrist.pass_by(3600)
    told = ear.wait(ModeState, 4)[-1]
    assert (told.mode_id, told.by, told.since, told.until) == ("night", "timer", end, None)


def test_what_the_gallery_writes_is_told_after_its_bell(ear: Ear, modes: Modes, engine: Engine) -> None:
    ear.wait(ModeState)
    with engine.begin() as connection:
        mode.enter(connection, Wish(new_id(), "home", "Anna", "in the gallery"), CLOCK.now())
    ear.say(ConfigChanged.make(CLOCK, "gallery", noun="modes"))
    assert ear.wait(ModeState, 2, seconds=5)[-1].mode_id == "home"


def test_that_it_is_arming_is_told_and_that_it_is_so_no_longer(
    ear: Ear, modes: Modes, engine: Engine, wrist: HeldClock
) -> None:
    ear.wait(ModeState)
    with engine.begin() as connection:
        mode.delay(connection, "away", 30, 45)
    ear.say(wish("away"))
    told = ear.wait(ModeState, 2)[-1]
    end = NOON + timedelta(seconds=30)
    assert (told.mode_id, told.arming, told.arming_until, told.entry_s) == ("away", True, end, 45)
    wrist.pass_by(30)
    told = ear.wait(ModeState, 3)[-1]
    assert (told.arming, told.arming_until) == (False, end)


def test_that_it_is_pending_is_told_until_its_time_is_up(
    ear: Ear, modes: Modes, engine: Engine, wrist: HeldClock
) -> None:
    ear.wait(ModeState)
    ear.say(wish("away"))
    ear.wait(ModeState, 2)
    with engine.begin() as connection:
        held.wait(connection, "Front door: open", 30, wrist.now())
    ear.say(ConfigChanged.make(CLOCK, "notifier", noun="modes"))
    told = ear.wait(ModeState, 3)[-1]
    assert (told.pending_until, told.pending_because) == (NOON + timedelta(seconds=30), "Front door: open")
    wrist.pass_by(30)
    assert ear.wait(ModeState, 4)[-1].pending_until is None


def test_a_scribe_that_starts_in_the_middle_of_an_exit_delay_tells_what_is_left_of_it(
    engine: Engine, bus: Bus, start_bus: Callable[[Bus], None], ear: Ear
) -> None:
    with engine.begin() as connection:
        mode.delay(connection, "away", 30, 0)
        mode.enter(connection, Wish(new_id(), "away", "Anna", "on the way out"), NOON)
    start_bus(bus)
    wrist = HeldClock(NOON + timedelta(seconds=20))
    for seconds in (0, 10):
        wrist.pass_by(seconds)
        assert Modes(engine, bus, wrist).look()
    told = ear.wait(ModeState, 2)
    assert [(one.arming, one.arming_until) for one in told] == [
        (True, NOON + timedelta(seconds=30)),
        (False, NOON + timedelta(seconds=30)),
    ]
