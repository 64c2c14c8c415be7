"""Rules that wait for somebody to disarm the house."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import Message
from services.core.rule_messages import LinkVerdict, TriggerRuling
from services.core.settings import Settings
from services.scribe.entries import Entries
from services.store import entry, link, mode
from services.store.entry import Entry
from services.store.mode import Wish
from services.store.ruling import Ruling
from services.store.tables import metadata
from tests.ear import Ear
from tests.pictures import NOON
from tests.scribe.test_rulings import LINK, ROLLS, House, act

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
WAITS = act(LINK, entry_s=30)


class WaitingHouse(House):
    """The house of rulings, armed, whose rules may wait for somebody to disarm it."""

    def __init__(self, engine: Engine, bus: Bus) -> None:
        super().__init__(engine, bus)
        self.entries = Entries(engine, bus, self.clock, [], ROLLS)
        self.enter("away")

    def enter(self, mode_id: str) -> None:
        with self.engine.begin() as connection:
            mode.enter(connection, Wish(new_id(), mode_id, "Anna", "I say so"), self.clock.now())

    def come_in(self, *links: LinkVerdict, **more: Any) -> Ruling:
        """The sensor is a way in, and triggers."""
        return self.rule(None, *(links or (WAITS,)), entry=True, **more)

    def release(self, seconds: float = 0) -> Ruling:
        """The newest ruling, after so long, and after the scribe has looked."""
        self.clock.pass_by(seconds)
        self.entries.look()
        return self.all()[0]

    def pending(self) -> Entry | None:
        with self.engine.connect() as connection:
            return entry.present(connection, self.clock.now())

    def held_links(self) -> int:
        with self.engine.connect() as connection:
            return len(connection.execute(metadata.tables["held_link"].select()).all())


@pytest.fixture
def home(engine: Engine, bus: Bus) -> WaitingHouse:
    return WaitingHouse(engine, bus)


def test_a_rule_waits_at_a_way_in_and_the_house_is_pending(home: WaitingHouse) -> None:
    made = home.come_in()
    assert (made.outcome, made.reasons) == ("held", ["Siren at night: waits 30 s for somebody to disarm"])
    assert home.commands() == []
    pending = home.pending()
    assert pending is not None
    assert (pending.said, pending.until) == ("PIR: motion", NOON + timedelta(seconds=30))


def test_nobody_disarms_it_and_the_rule_acts_with_its_ruling_amended_once(home: WaitingHouse) -> None:
    home.come_in()
    assert home.release(29.9).outcome == "held"
    made = home.release(0.1)
    assert (made.outcome, made.reasons) == ("acted", ["Siren at night: Siren is switched on for 30 s"])
    (order,) = home.commands()
    assert (order.device_id, order.link_id, order.trigger_id) == ("siren", LINK.id, made.trigger_id)
    assert not home.entries.look()
    assert (len(home.commands()), home.held_links(), len(home.all())) == (1, 0, 1)
    with home.engine.connect() as connection:
        found = link.find(connection, LINK.id)
    assert found is not None
    assert found.acted_at == NOON + timedelta(seconds=30)


def test_somebody_disarms_it_in_time_and_the_rule_does_nothing(home: WaitingHouse) -> None:
    home.come_in()
    home.clock.pass_by(29)
    home.enter("disarmed")
    made = home.release()
    assert (made.outcome, made.reasons) == ("held", ["Siren at night: disarmed by Anna in time"])
    home.release(60)
    assert (home.commands(), home.held_links()) == ([], 0)


def test_a_rule_that_waits_for_nobody_acts_at_once_beside_one_that_waits(home: WaitingHouse) -> None:
    other = replace(LINK, id=new_id(), name="Light", actions=[LINK.actions[0] | {"id": "lamp"}])
    with home.engine.begin() as connection:
        link.add(connection, other)
    made = home.come_in(act(other), WAITS)
    assert (made.outcome, [one.device_id for one in home.commands()]) == ("acted", ["lamp"])
    made = home.release(30)
    assert [one.device_id for one in home.commands()] == ["lamp", "siren"]
    assert made.reasons == ["Siren at night: Siren is switched on for 30 s", "Light: Lamp is switched on for 30 s"]


def test_what_triggers_meanwhile_waits_for_the_same_moment(home: WaitingHouse) -> None:
    home.come_in()
    home.clock.pass_by(10)
    second = home.rule(home.happen("door"), WAITS, entry=True)
    assert second.reasons == ["Siren at night: waits 20 s for somebody to disarm"]
    home.release(20)
    assert [one.outcome for one in home.all()] == ["acted", "acted"]


def test_elsewhere_than_at_a_way_in_a_rule_does_not_wait(home: WaitingHouse) -> None:
    assert home.rule(None, WAITS).outcome == "acted"
    assert home.pending() is None


def test_a_rule_that_was_switched_off_or_removed_meanwhile_does_nothing(home: WaitingHouse) -> None:
    home.come_in()
    with home.engine.begin() as connection:
        link.change(connection, LINK.id, enabled=False)
    made = home.release(30)
    assert (made.outcome, made.reasons) == ("not_acted", ["Siren at night: it was switched off meanwhile"])
    assert home.commands() == []


@pytest.mark.parametrize(("seconds", "outcome"), [(120, "acted"), (121, "not_acted")])
def test_what_was_over_while_nobody_was_there_to_see_it_acts_for_two_minutes(
    home: WaitingHouse, seconds: int, outcome: str
) -> None:
    home.come_in()
    made = home.release(30 + seconds)
    assert made.outcome == outcome
    if outcome == "not_acted":
        late = "Siren at night: its wait was over 121 s ago: rules act on the last 120 s"
        assert (made.reasons, home.commands()) == ([late], [])


def test_a_scribe_that_starts_anew_at_any_moment_goes_on_where_the_last_one_was(home: WaitingHouse, bus: Bus) -> None:
    home.come_in()
    for seconds, orders in ((0, 0), (15, 0), (14.9, 0), (0.1, 1), (1, 1)):
        home.entries = Entries(home.engine, bus, home.clock, [], ROLLS)
        home.release(seconds)
        assert len(home.commands()) == orders


def test_two_scribes_that_look_at_once_let_it_act_once(home: WaitingHouse, bus: Bus) -> None:
    home.come_in()
    home.clock.pass_by(30)
    other = Entries(home.engine, bus, home.clock, [], ROLLS)
    assert [home.entries.look(), other.look()] == [True, False]
    assert len(home.commands()) == 1


def test_the_ruling_is_rung_for_again(
    home: WaitingHouse, house: Settings, bus: Bus, start_bus: Callable[[Bus], None]
) -> None:
    start_bus(bus)
    kinds: list[type[Message]] = [TriggerRuling]
    with Ear(house, kinds) as ear:
        home.come_in()
        ear.wait(TriggerRuling)
        home.release(30)
        assert [one.outcome for one in ear.wait(TriggerRuling, 2)] == ["held", "acted"]
