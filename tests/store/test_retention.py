from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, insert, select, update

from services.core.ids import new_id
from services.core.media import Media
from services.core.settings import Settings
from services.store import audit, command, device, meter, retention, ruling
from services.store.alert_tables import attempt, cooldown, decision, delivery
from services.store.audit import Change
from services.store.command import Command
from services.store.device import Described
from services.store.meter import Reading
from services.store.person_tables import telling
from services.store.retention import KINDS
from services.store.rule_tables import command as command_table
from tests.flaskapp.house import House
from tests.pictures import NOON
from tests.store.test_ruling import ruled

pytestmark = pytest.mark.mariadb
AGE = timedelta(days=30)
OLD, YOUNG = NOON - timedelta(days=31), NOON - timedelta(days=29)


@pytest.fixture
def house(engine: Engine, settings: Settings) -> House:
    made = House(engine, Media(settings.media))
    made.camera()
    with engine.begin() as connection:
        device.register(connection, "siren", Described("Siren", "siren", None, False, True), OLD)
    return made


def do(engine: Engine, what: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return what(connection)


def gone(engine: Engine, kind: str, limit: int = 100) -> int:
    return int(do(engine, lambda connection: retention.delete_some(connection, kind, AGE, NOON, limit)))


def count(engine: Engine, kind: str) -> int:
    table = KINDS[kind].at.table
    return int(do(engine, lambda connection: connection.scalar(select(func.count()).select_from(table))))


def ordered(engine: Engine, at: Any = OLD, **more: Any) -> Command:
    made = Command(new_id(), "siren", "Anna", True, 30.0, None, at, at + timedelta(minutes=2), **more)
    do(engine, lambda connection: command.add(connection, [made]))
    return made


def ends(engine: Engine, one: Command, **changes: Any) -> None:
    statement = update(command_table).where(command_table.c.id == one.id).values(**changes)
    do(engine, lambda connection: connection.execute(statement))


def rules(engine: Engine, event_id: str) -> None:
    do(engine, lambda connection: ruling.write(connection, [ruled(event_id, triggered_at=OLD, decided_at=OLD)]))


def test_what_is_older_goes_some_at_a_time_and_what_is_younger_stays(engine: Engine, house: House) -> None:
    for at in (OLD, OLD, OLD, YOUNG):
        house.event(at=at)
    assert [gone(engine, "events", limit=2) for _ in range(3)] == [2, 1, 0]
    assert count(engine, "events") == 1


def test_what_has_gone_is_written_down(engine: Engine, house: House) -> None:
    assert gone(engine, "events") == 0
    assert do(engine, retention.expired) == {}
    for _ in range(2):
        house.event(at=OLD)
        gone(engine, "events")
    (found,) = do(engine, retention.expired).values()
    assert (found.kind, found.gone, found.before_at, found.deleted_at) == ("events", 2, NOON - AGE, NOON)


@pytest.mark.parametrize("waits", ["undecided_since", "unjudged_since"])
def test_an_event_that_waits_stays(engine: Engine, house: House, waits: str) -> None:
    waiting: dict[str, Any] = {waits: OLD}
    house.event(at=OLD, **waiting)
    assert gone(engine, "events") == 0


def test_an_event_stays_with_its_alert_its_ruling_and_its_orders(engine: Engine, house: House) -> None:
    events = [house.event(at=OLD) for _ in range(3)]
    house.decision(None, at=YOUNG, event_id=events[0])
    rules(engine, events[1])
    ends(engine, ordered(engine, source="event", trigger_id=events[2]), state="expired")
    assert gone(engine, "events") == 0
    assert [gone(engine, kind) for kind in ("commands", "rulings", "events")] == [1, 1, 2]


def test_a_ruling_stays_with_its_orders(engine: Engine, house: House) -> None:
    event_id = house.event(at=OLD)
    rules(engine, event_id)
    order = ordered(engine, source="event", trigger_id=event_id)
    assert [gone(engine, "commands"), gone(engine, "rulings")] == [0, 0]
    ends(engine, order, state="sent", sent_at=OLD)
    assert [gone(engine, "commands"), gone(engine, "rulings")] == [1, 1]


def test_an_order_stays_that_is_due_or_whose_output_is_to_go_off(engine: Engine, house: House) -> None:
    ordered(engine)
    ends(engine, ordered(engine), state="sent", sent_at=OLD, off_at=OLD)
    ends(engine, ordered(engine, at=YOUNG), state="expired")
    assert gone(engine, "commands") == 0


def test_an_alert_goes_with_all_that_came_of_it(engine: Engine, house: House) -> None:
    one = house.decision(None, "told", at=OLD)
    told = house.telling(one, person_id=None, at=OLD)
    house.delivery(one, "sent", [("passing", "busy"), ("accepted", None)], at=OLD, telling_id=told)
    assert gone(engine, "alerts") == 1
    for table in (decision, telling, delivery, attempt):
        counted = select(func.count()).select_from(table)
        assert do(engine, partial(Connection.scalar, statement=counted)) == 0


@pytest.mark.parametrize(
    "claim", [{"state": "pending"}, {"state": "sending", "claimed_by": "1", "claim_expires_at": OLD}]
)
def test_an_alert_that_is_unsent_stays(engine: Engine, house: House, claim: dict[str, Any]) -> None:
    house.decision(None, "telling", at=OLD)
    house.delivery(house.decision(None, "told", at=OLD), tries=[], at=OLD, **claim)
    assert gone(engine, "alerts") == 0


def test_an_alert_that_is_kept_back_stays_and_so_does_a_summary_with_others_in_it(engine: Engine, house: House) -> None:
    house.telling(house.decision(None, at=OLD), None, "later", at=OLD, due_at=OLD)
    summary = house.decision(None, "told", at=OLD, rule="summary-1")
    young = house.decision(None, at=YOUNG)
    house.telling(young, None, "in_summary", at=YOUNG, summary_id=summary)
    assert gone(engine, "alerts") == 0


def test_an_alert_that_holds_a_pause_stays(engine: Engine, house: House) -> None:
    held = house.decision(None, "failed", at=OLD)
    pause = insert(cooldown).values(camera_id="front-door", label="person", decision_id=held)
    do(engine, lambda connection: connection.execute(pause))
    assert gone(engine, "alerts") == 0


def test_the_last_reading_of_a_meter_stays(engine: Engine, house: House) -> None:
    readings = [Reading(new_id(), "siren", OLD - timedelta(minutes=minute), 1.0, None) for minute in range(3)]
    with engine.begin() as connection:
        meter.begin(connection, readings[0])
        connection.execute(insert(KINDS["readings"].at.table), [vars(one) for one in readings])
    assert gone(engine, "readings") == 2
    assert do(engine, lambda connection: connection.scalar(select(KINDS["readings"].at))) == OLD


def test_changes_of_long_ago_are_forgotten(engine: Engine) -> None:
    for at in (OLD, YOUNG):
        do(engine, partial(audit.write, at=at, user_id=None, change=Change("a", "b", None, {})))
    assert gone(engine, "audit") == 1


def test_what_is_kept_for_ever_has_no_age() -> None:
    ages = retention.ages(Settings(_env_file=None, keep_audit_days=0, keep_events_days=3))
    assert "audit" not in ages
    assert ages["events"] == timedelta(days=3)
