from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from services.core.ids import new_id
from services.store import camera, device, event, ruling
from services.store.device import Described
from services.store.event import Event
from services.store.keyset import Place
from services.store.ruling import Chosen, Ruling, Source, Trigger
from services.store.tables import event as event_table
from tests.pictures import NOON, HeldClock

pytestmark = pytest.mark.mariadb
LINK = new_id()


def happened(engine: Engine, **more: Any) -> str:
    """An event that waits for its ruling; its id."""
    made = Event(new_id(), "device_active", None, None, "motion", NOON, NOON, NOON, **{"undecided_since": NOON} | more)
    with engine.begin() as connection:
        event.add(connection, [made])
    return made.id


def ruled(trigger_id: str | None = None, seconds: int = 0, **more: Any) -> Ruling:
    about: dict[str, Any] = {
        "source": "event",
        "trigger_id": trigger_id or new_id(),
        "device_id": None,
        "camera_id": None,
    }
    link = {
        "link_id": LINK,
        "name": "Siren",
        "outcome": "held",
        "reasons": ["held: it triggered 12 s ago (latch 60 s)"],
    }
    said: dict[str, Any] = {
        "said": "PIR: motion",
        "outcome": "held",
        "reasons": ["held"],
        "links": [link],
        "triggered_at": NOON,
    }
    return Ruling(**about | said | {"decided_at": NOON + timedelta(seconds=seconds)} | more)


def write(engine: Engine, *made: Ruling) -> None:
    with engine.begin() as connection:
        ruling.write(connection, made)


def older(engine: Engine, chosen: Chosen, before: Place | None = None, limit: int = 10) -> list[Ruling]:
    with engine.connect() as connection:
        return ruling.older(connection, chosen, before, limit)


def test_a_ruling_settles_its_trigger(engine: Engine) -> None:
    made = ruled(happened(engine))
    write(engine, made)
    assert older(engine, Chosen()) == [made]
    with engine.connect() as connection:
        assert connection.scalar(select(event_table.c.undecided_since)) is None


def test_a_trigger_has_one_ruling(engine: Engine) -> None:
    made = ruled(happened(engine))
    write(engine, made)
    with pytest.raises(IntegrityError):
        write(engine, made)


def test_a_trigger_is_known_with_what_it_said_and_led_to(engine: Engine) -> None:
    made = ruled(happened(engine))
    known: tuple[Source, str] = ("event", made.trigger_id)
    with engine.connect() as connection:
        asked = ruling.triggers(connection, [known, ("event", new_id()), ("sighting", made.trigger_id)])
    assert asked == {known: Trigger("motion", None)}
    write(engine, made)
    with engine.connect() as connection:
        assert ruling.triggers(connection, [known]) == {known: Trigger("motion", made)}
        assert ruling.triggers(connection, []) == {}


def test_pages_go_on_from_a_place_newest_first(engine: Engine) -> None:
    all_made = [ruled(seconds=second // 2) for second in range(6)]
    write(engine, *all_made)
    first = older(engine, Chosen(), limit=4)
    rest = older(engine, Chosen(), Place(first[-1].decided_at, first[-1].trigger_id))
    assert len(rest) == 2
    assert [*first, *rest] == sorted(all_made, key=lambda one: (one.decided_at, one.trigger_id), reverse=True)


def test_one_may_choose_outcome_device_and_camera(engine: Engine) -> None:
    with engine.begin() as connection:
        camera.register(connection, "Gate", NOON)
        device.register(connection, "pir", Described("PIR", "motion", None, True, False), NOON)
    mine = {"acted": ruled(outcome="acted", device_id="pir"), "gate": ruled(camera_id="gate", source="sighting")}
    write(engine, *mine.values(), ruled())
    assert older(engine, Chosen(outcome="acted")) == [mine["acted"]]
    assert older(engine, Chosen(device_id="pir")) == [mine["acted"]]
    assert older(engine, Chosen(outcome="acted", device_id="pir")) == [mine["acted"]]
    assert older(engine, Chosen(outcome="held", device_id="pir")) == []
    assert older(engine, Chosen(camera_id="gate")) == [mine["gate"]]


def test_one_knows_how_often_a_link_was_held_also_where_another_acted(engine: Engine) -> None:
    other = {"link_id": new_id(), "name": "Light", "outcome": "acted", "reasons": ["Lamp is switched on"]}
    beside = ruled(seconds=5, outcome="acted", links=[other, ruled().links[0]])
    write(engine, ruled(), ruled(seconds=4), beside, ruled(seconds=6, outcome="not_acted"))
    with engine.connect() as connection:
        assert ruling.held_since(connection, NOON + timedelta(seconds=1)) == {LINK: 2}


def test_its_bell_says_what_the_row_says() -> None:
    made = ruled(device_id="pir")
    bell = made.bell(HeldClock(), "scribe")
    assert (bell.trigger_id, bell.device_id, bell.outcome, bell.reasons) == (made.trigger_id, "pir", "held", ["held"])
