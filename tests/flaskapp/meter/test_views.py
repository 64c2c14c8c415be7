import json
import re
from collections.abc import Iterator
from datetime import timedelta
from queue import Queue
from typing import Any

import pytest
from flask import Flask
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import Engine, insert, select

from flaskapp import create_app
from services.core.bus import Bus
from services.core.ids import new_id
from services.core.settings import Settings
from services.store import meter
from services.store.account_tables import audit
from services.store.device_tables import meter as meter_table
from services.store.device_tables import reading
from services.store.meter import Meter
from tests.flaskapp.conftest import Cast, browser, token
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import NOON, Standing
from tests.peers import DEADLINE_S, Mosquitto, wait_until

ID = "power"
READ = NOON - timedelta(minutes=3)


def a_meter(engine: Engine, registers: tuple[float, ...] = (100, 125), **fields: Any) -> None:
    device = {name: fields.pop(name) for name in ("active", "active_since", "detail") if name in fields}
    a_device(engine, ID, called="Power", kind="meter", **device)
    with engine.begin() as connection:
        values = {"shows": "register", "factor": 10, "unit": "kW", "digits": 1} | fields
        connection.execute(insert(meter_table).values(device_id=ID, **values))
        for age, register in enumerate(reversed(registers)):
            row = {"id": new_id(), "at": READ - timedelta(hours=age), "register": register, "last_minute": 2}
            connection.execute(insert(reading).values(device_id=ID, **row))


def the_meter(engine: Engine) -> Meter:
    with engine.connect() as connection:
        return meter.all_meters(connection)[ID]


def audits(engine: Engine) -> list[Any]:
    columns = (audit.c.user_id, audit.c.action, audit.c.noun_id, audit.c.before_json, audit.c.after_json)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(audit.c.id))]


def fields(cast: Cast, **more: str) -> dict[str, str]:
    typed = {"shows": "register", "factor": "1000", "unit": "kWh", "digits": "2", "low": "", "high": "0"}
    return typed | more | {"csrf_token": token(cast.owner)}


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_card_says_what_a_meter_reads_and_draws_the_last_day(cast: Cast, engine: Engine) -> None:
    a_meter(engine, high=20)
    page = cast.viewer.get("/meters").text
    assert "Power 12.5 kW read 11:57" in words(page)
    assert "at most 20 kW" in words(page)
    assert 'aria-label="Between 10.0 kW and 12.5 kW in 24 hours"' in page
    assert re.search(r'class="line" d="M[\d.]+ 120L[\d.]+ 0"', page)


def test_a_card_says_how_it_is_beyond_its_limits(cast: Cast, engine: Engine) -> None:
    since = NOON - timedelta(minutes=30)
    a_meter(engine, high=0, active=True, active_since=since, detail="12.5 kW is over 0 kW")
    page = words(cast.viewer.get("/meters").text)
    assert "12.5 kW is over 0 kW since 11:30" in page
    assert "at most 0 kW" in page


def test_a_month_is_another_look(cast: Cast, engine: Engine) -> None:
    a_meter(engine, registers=())
    with engine.begin() as connection:
        row = {"id": new_id(), "at": NOON - timedelta(days=20), "register": 50, "last_minute": None}
        connection.execute(insert(reading).values(device_id=ID, **row))
    assert "No reading in 24 hours" in cast.viewer.get("/meters").text
    assert "Between 5.0 kW and 5.0 kW in 30 days" in cast.viewer.get("/meters?range=month").text
    assert "24 hours" in cast.viewer.get("/meters?range=age").text


def test_an_empty_page_says_what_would_be_here(cast: Cast) -> None:
    assert "No meter yet" in cast.viewer.get("/meters").text
    assert 'href="/meters"' in cast.viewer.get("/more").text


def test_saving_changes_the_meter_and_writes_who_did_it(cast: Cast, engine: Engine) -> None:
    a_meter(engine)
    answer = cast.owner.post(f"/meters/{ID}", data=fields(cast, low="-1,5"))
    assert answer.location == "/meters#meter-power"
    found = the_meter(engine)
    assert (found.factor, found.unit, found.digits, found.low, found.high) == (1000, "kWh", 2, -1.5, 0)
    after = {"factor": 1000, "unit": "kWh", "digits": 2, "low": -1.5, "high": 0}
    before = {"factor": 10, "unit": "kW", "digits": 1, "low": None, "high": None}
    assert audits(engine) == [(cast.owner_id, "meter.update", ID, before, after)]
    cast.owner.post(f"/meters/{ID}", data=fields(cast, low="-1.5"))
    assert len(audits(engine)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"factor": "0"},
        {"factor": ""},
        {"factor": "many"},
        {"factor": "nan"},
        {"factor": "1e-9"},
        {"factor": "1e16"},
        {"digits": "7"},
        {"digits": "1.5"},
        {"digits": ""},
        {"unit": "x" * 17},
        {"high": "soon"},
        {"low": "1", "high": "0"},
        {"shows": "nothing"},
    ],
)
def test_what_is_wrong_is_said_kept_and_not_saved(cast: Cast, engine: Engine, wrong: dict[str, str]) -> None:
    a_meter(engine)
    answer = cast.owner.post(f"/meters/{ID}", data=fields(cast, **wrong))
    assert answer.status_code == 422
    assert all(f'name="{name}" value="{value}"' in answer.text for name, value in wrong.items() if name != "shows")
    assert "<details open>" in answer.text
    assert (the_meter(engine).factor, audits(engine)) == (10, [])


def test_only_an_owner_changes_or_resets(cast: Cast, engine: Engine) -> None:
    a_meter(engine)
    data = fields(cast, amount="5") | {"csrf_token": token(cast.viewer)}
    for path in (f"/meters/{ID}", f"/meters/{ID}/reset"):
        assert cast.viewer.post(path, data=data).status_code == 403
    assert "Set its register" not in cast.viewer.get("/meters").text
    assert cast.stranger.get("/meters").status_code == 302


@pytest.mark.parametrize("path", ["/meters/nobody", "/meters/nobody/reset"])
def test_what_is_not_there_cannot_be_changed(cast: Cast, path: str) -> None:
    assert cast.owner.post(path, data=fields(cast, amount="5")).status_code == 404
    assert cast.owner.post(path, data=fields(cast, factor="x", amount="x")).status_code == 404


def test_with_the_broker_away_nothing_is_asked(cast: Cast, engine: Engine) -> None:
    a_meter(engine)
    answer = cast.owner.post(f"/meters/{ID}/reset", data=fields(cast, how="set", amount="5"))
    assert answer.status_code == 422
    assert "The broker is away" in answer.text
    assert (the_meter(engine).reset_asked_at, audits(engine)) == (None, [])


@pytest.fixture
def connected(
    mosquitto: Mosquitto, settings: Settings, engine: Engine, clock: Standing
) -> Iterator[tuple[Flask, "Queue[dict[str, Any]]"]]:
    """A gallery whose broker is there, and what a meter hears of it."""
    own = settings.model_copy(update={"mqtt_port": mosquitto.port, "mqtt_base_topic": f"t{new_id()[-12:]}"})
    bus = Bus(own, "gallery", clock, durable=False)
    app = create_app(own, engine, clock, bus)
    heard: Queue[dict[str, Any]] = Queue()
    ready: Queue[bool] = Queue()
    listener = Client(CallbackAPIVersion.VERSION2)
    listener.on_message = lambda _client, _data, message: heard.put(json.loads(message.payload))
    listener.on_subscribe = lambda *_: ready.put(True)
    listener.connect("127.0.0.1", mosquitto.port)
    listener.loop_start()
    listener.subscribe(f"{own.mqtt_base_topic}/meter/{ID}/reset", qos=1)
    ready.get(timeout=DEADLINE_S)
    bus.start()
    wait_until(bus.listening, "the broker")
    yield app, heard
    bus.stop()
    listener.disconnect()
    listener.loop_stop()


@pytest.mark.parametrize(
    ("typed", "said", "register"),
    [
        ({"how": "set", "amount": "4,2"}, {"set_register": 42, "adjust_register": None}, 42),
        ({"how": "set", "amount": "0"}, {"set_register": 0, "adjust_register": None}, 0),
        ({"how": "add", "amount": "-2"}, {"set_register": None, "adjust_register": -20}, 105),
    ],
)
def test_a_meter_is_asked_for_another_register_and_the_page_says_how_it_stands(
    cast: Cast,
    engine: Engine,
    connected: tuple[Flask, "Queue[dict[str, Any]]"],
    typed: dict[str, str],
    said: dict[str, float | None],
    register: float,
) -> None:
    app, heard = connected
    owner = browser(app, cast.owner_id)
    a_meter(engine)
    answer = owner.post(f"/meters/{ID}/reset", data=typed | {"csrf_token": token(owner), "range": "month"})
    assert answer.location == "/meters?range=month#meter-power"
    message = heard.get(timeout=DEADLINE_S)
    assert {name: message[name] for name in said} == said
    found = the_meter(engine)
    assert (found.reset_to, found.reset_from, found.reset_asked_at) == (register, 125, NOON)
    assert audits(engine) == [(cast.owner_id, "meter.reset", ID, {"register": 125}, {"register": register})]
    shown = f"{register / 10:.1f} kW: asked 12:00"
    assert f"Register to be {shown} , not answered yet" in words(owner.get("/meters").text)
    with engine.begin() as connection:
        meter.change(connection, ID, reset_done_at=NOON)
    assert f"Register set to {shown} , done 12:00" in words(owner.get("/meters").text)


@pytest.mark.parametrize(
    ("typed", "registers", "said"),
    [
        ({"how": "set", "amount": ""}, (100,), "A number, please"),
        ({"how": "set", "amount": "inf"}, (100,), "A number, please"),
        ({"how": "set", "amount": "-1"}, (100,), "below 0"),
        ({"how": "add", "amount": "-11"}, (100,), "below 0"),
        ({"how": "add", "amount": "1"}, (), "set it instead"),
    ],
)
def test_a_register_that_cannot_be_is_not_asked_for(
    cast: Cast, engine: Engine, typed: dict[str, str], registers: tuple[float, ...], said: str
) -> None:
    a_meter(engine, registers=registers)
    answer = cast.owner.post(f"/meters/{ID}/reset", data=typed | {"csrf_token": token(cast.owner)})
    assert answer.status_code == 422
    assert said in answer.text
    assert the_meter(engine).reset_asked_at is None
