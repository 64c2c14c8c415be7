from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import EventNew
from services.core.rolls import Rolls
from services.core.rule_messages import LinkAction, LinkVerdict, TriggerRuling, TriggerVerdict
from services.core.settings import Settings
from services.scribe.commands import Commands
from services.scribe.modes import Modes
from services.scribe.rulings import Rulings, dropped
from services.store import audit, camera, command, device, event, hold, link, mode, ruling
from services.store.command import Command
from services.store.device import Described
from services.store.event import Event
from services.store.hold import Hold
from services.store.keyset import Place
from services.store.link import Link
from services.store.ruling import Chosen, Ruling
from services.store.tables import event as event_table
from tests.ear import Ear
from tests.pictures import NOON, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
PIR: dict[str, Any] = {"kind": "device", "id": "pir", "moment": "trigger"}
PIR |= dict.fromkeys(("labels", "zones", "standings", "plates", "details"))
NOTHING: dict[str, Any] = dict.fromkeys(("id", "on", "seconds", "text", "people"))
SIREN = {"kind": "switch", "id": "siren", "on": True, "seconds": 30.0, "text": None, "people": None}
ROLLS = Rolls(before=timedelta(seconds=5), after=timedelta(seconds=10))
LINK = Link(new_id(), "Siren at night", True, [PIR], None, None, None, [SIREN], NOON)
BOTH = replace(
    LINK,
    id=new_id(),
    name="Both",
    inputs=[PIR, PIR | {"id": "door"}, PIR | {"kind": "camera", "id": "gate"}],
    within_s=60,
)


class House:
    """A database with a sensor, a door, a siren and two rules; what triggers there is ruled on."""

    def __init__(self, engine: Engine, bus: Bus) -> None:
        self.clock = HeldClock()
        self.engine = engine
        self.tellers = Commands(engine, bus, self.clock), Modes(engine, bus, self.clock)
        self.rulings = Rulings(engine, bus, self.clock, *self.tellers, ROLLS)
        with engine.begin() as connection:
            camera.register(connection, "Gate", NOON)
            for name, is_output in (("PIR", False), ("Door", False), ("Siren", True), ("Lamp", True)):
                described = Described(name, "thing", None, not is_output, is_output)
                device.register(connection, name.lower(), described, NOON)
            for one in (LINK, BOTH):
                link.add(connection, one)

    def change(self, device_id: str, **said: Any) -> None:
        with self.engine.begin() as connection:
            device.change(connection, device_id, **said)

    def happen(self, device_id: str | None = "pir", kind: str = "device_active", detail: str = "motion") -> Event:
        """An event that waits for its ruling."""
        now = self.clock.now()
        made = Event(new_id(), kind, None, None, detail, now, now, now, device_id=device_id, undecided_since=now)
        with self.engine.begin() as connection:
            event.add(connection, [made])
        return made

    def read_plate(self, sighting_id: str) -> Event:
        """A plate that the readings of a vehicle came to mean."""
        what = replace(self.happen(None, "panic"), id=new_id(), kind="plate", camera_id="gate")
        made = replace(what, sighting_id=sighting_id, plate_id=new_id(), standing="known")
        with self.engine.begin() as connection:
            event.add(connection, [made])
        return made

    def rule(self, about: Event | None = None, *links: LinkVerdict, **more: Any) -> Ruling:
        """What a verdict on an event leads to; with nothing said, one of the sensor on which the siren's rule acts."""
        about = about or self.happen()
        self.rulings.take([verdict(about, *(links or [act(LINK)]), **more)])
        return next(one for one in self.all() if one.trigger_id == about.id)

    def after(self, seconds: float, *links: LinkVerdict, **more: Any) -> Ruling:
        self.clock.pass_by(seconds)
        return self.rule(None, *links, **more)

    def commands(self) -> list[Command]:
        with self.engine.connect() as connection:
            return command.due(connection, 100)

    def held(self, device_id: str = "pir") -> Hold:
        with self.engine.begin() as connection:
            return hold.lock(connection, [device_id])[device_id][1]

    def all(self) -> list[Ruling]:
        with self.engine.connect() as connection:
            return ruling.older(connection, Chosen(), None, 100)

    def undecided(self) -> list[str]:
        waiting = select(event_table.c.id).where(event_table.c.undecided_since.is_not(None))
        with self.engine.connect() as connection:
            return list(connection.scalars(waiting))


def verdict(about: Event, *links: LinkVerdict, **more: Any) -> TriggerVerdict:
    said = {"said": f"PIR: {about.detail}", "moment": "trigger", "wants": True, "reasons": ["1 rule listens to PIR"]}
    key = {"source": "event", "trigger_id": about.id, "device_id": about.device_id, "camera_id": None}
    rest = {"triggered_at": about.happened_at, "links": list(links)}
    return TriggerVerdict.make(HeldClock(), "nodered", **key | said | rest | more)


def act(one: Link, places: tuple[int, ...] = (0,), **more: Any) -> LinkVerdict:
    actions = [LinkAction.model_validate(action) for action in one.actions]
    said = {"act": True, "reasons": ["armed: the mode is away"], "places": list(places), "within_s": one.within_s}
    return LinkVerdict(**{"link_id": one.id, "name": one.name, "actions": actions} | said | more)


def does(**said: Any) -> LinkVerdict:
    """The siren's rule with another action."""
    return acts(SIREN | said)


def acts(*actions: dict[str, Any]) -> LinkVerdict:
    """The siren's rule with other actions."""
    return act(LINK, actions=[LinkAction.model_validate(one) for one in actions])


def reasons(made: Ruling) -> list[str]:
    """Of each of its links, in their order."""
    return [one for ruled in made.links for one in ruled["reasons"]]


@pytest.fixture
def home(engine: Engine, bus: Bus) -> House:
    return House(engine, bus)


def test_a_rule_that_wants_to_act_orders_its_output_in_one_transaction_with_ruling_and_audit(home: House) -> None:
    about = home.happen()
    made = home.rule(about)
    (order,) = home.commands()
    assert (made.outcome, made.reasons) == ("acted", ["Siren at night: Siren is switched on for 30 s"])
    assert made.links[0]["reasons"] == ["Siren is switched on for 30 s", "armed: the mode is away"]
    assert (made.said, made.device_id, made.triggered_at, made.decided_at) == ("PIR: motion", "pir", NOON, NOON)
    assert (order.device_id, order.is_on, order.seconds, order.ordered_by) == (
        "siren",
        True,
        30.0,
        "rule Siren at night",
    )
    assert (order.link_id, order.source, order.trigger_id) == (LINK.id, "event", about.id)
    assert order.expires_at == NOON + timedelta(seconds=120)
    assert home.undecided() == []
    with home.engine.connect() as connection:
        (row,) = audit.of(connection, "output.switch", "siren", 5)
        found = link.find(connection, LINK.id)
    expected = {"command_id": order.id, "on": True, "seconds": 30.0, "by": "rule Siren at night"}
    assert (row.user_name, row.after_json) == (None, expected)
    assert found
    assert found.acted_at == NOON


def test_the_same_verdict_twice_is_one_ruling_and_one_order_and_rings_twice(
    home: House, house: Settings, bus: Bus, start_bus: Callable[[Bus], None]
) -> None:
    start_bus(bus)
    about = home.happen()
    said = verdict(about, act(LINK))
    with Ear(house, [TriggerRuling]) as ear:
        home.rulings.take([said, said])
        home.rulings.take([said])
        told = ear.wait(TriggerRuling, 3)
    assert {(one.trigger_id, one.outcome) for one in told} == {(about.id, "acted")}
    assert (len(home.all()), len(home.commands())) == (1, 1)


def test_a_trigger_whose_bell_was_lost_after_the_commit_is_settled_and_not_acted_on_again(home: House) -> None:
    about = home.happen()
    home.rule(about)
    with home.engine.begin() as connection:
        connection.execute(event_table.update().values(undecided_since=NOON))
    assert home.rule(about).outcome == "acted"
    assert (home.undecided(), len(home.commands())) == ([], 1)


def test_a_verdict_on_what_is_not_known_is_counted_and_dropped(home: House) -> None:
    before = dropped._value.get()
    nowhere = replace(home.happen(), id=new_id())
    home.rulings.take([verdict(nowhere, act(LINK))])
    assert dropped._value.get() == before + 1
    assert (home.all(), home.commands()) == ([], [])


def test_what_node_red_does_not_want_is_written_down_with_its_reasons_and_holds_nothing(home: House) -> None:
    refused = act(LINK, act=False, reasons=["not armed: the mode is home"])
    made = home.rule(None, refused, wants=False, reasons=["Siren at night: not armed: the mode is home"])
    assert (made.outcome, made.reasons) == ("not_acted", ["Siren at night: not armed: the mode is home"])
    about = {"link_id": LINK.id, "name": "Siren at night", "outcome": "not_acted"}
    assert made.links == [about | {"reasons": ["not armed: the mode is home"]}]
    assert (home.commands(), home.held()) == ([], Hold("pir"))
    assert home.after(1).outcome == "acted"


def test_a_trigger_to_which_no_rule_listens_has_its_ruling(home: House) -> None:
    about = home.happen("door")
    home.rulings.take([verdict(about, wants=False, reasons=["no rule listens to Door"])])
    assert [(one.outcome, one.reasons, one.links) for one in home.all()] == [
        ("not_acted", ["no rule listens to Door"], [])
    ]


def test_a_second_trigger_is_latched_for_a_minute(home: House) -> None:
    assert [home.after(seconds).outcome for seconds in (0, 12, 47, 1)] == ["acted", "held", "held", "acted"]
    made = home.after(5)
    assert made.reasons == ["held: it triggered 5 s ago (latch 60 s)"]
    assert [one["outcome"] for one in made.links] == ["held"]
    assert len(home.commands()) == 2


def test_another_detail_passes_the_latch(home: House) -> None:
    home.rule()
    assert home.rule(home.happen(detail="tamper")).outcome == "acted"


def test_a_clock_that_was_put_back_does_not_latch_for_ever(home: House) -> None:
    home.rule()
    assert home.after(-3600).outcome == "acted"


def test_a_batch_is_ruled_on_as_if_one_came_after_the_other(home: House) -> None:
    home.change("pir", rate_count=2, rate_s=10)
    about = [home.happen() for _ in range(4)]
    home.rulings.take([verdict(one, act(LINK)) for one in about])
    by_id = {one.trigger_id: one.reasons[0] for one in home.all()}
    assert [by_id[one.id] for one in about] == [
        "held: 1 of 2 triggers within 10 s",
        "Siren at night: Siren is switched on for 30 s",
        "held: it triggered 0 s ago (latch 60 s)",
        "held: it triggered 0 s ago (latch 60 s)",
    ]


def test_quiet_ends_the_latch_and_acts_on_nothing(home: House) -> None:
    home.rule()
    home.clock.pass_by(5)
    over = "it is quiet: nothing acts on that"
    made = home.rule(home.happen(kind="device_quiet"), moment="quiet", wants=False, reasons=[over])
    assert (made.outcome, made.reasons) == ("not_acted", [over])
    assert home.held().accepted_at is None
    assert home.after(1).outcome == "acted"


def test_when_the_last_of_a_group_is_quiet_a_rule_sets_the_mode_once(home: House) -> None:
    away = act(LINK, actions=[LinkAction.model_validate(SIREN | {"kind": "mode", "id": "away"})])
    about = home.happen(kind="device_quiet", detail="away")
    made = home.rule(about, away, moment="quiet")
    home.rulings.take([verdict(about, away, moment="quiet")])
    assert (made.outcome, made.reasons) == ("acted", ["Siren at night: the mode is set to away"])
    with home.engine.connect() as connection:
        (change, *earlier) = mode.history(connection, 5)
    assert (change.mode_id, change.set_by, change.reason, earlier) == ("away", "rule Siren at night", "PIR: away", [])
    again = home.rule(home.happen(kind="device_quiet", detail="away"), away, moment="quiet")
    assert (again.outcome, again.reasons) == ("held", ["Siren at night: held: the mode is Away already"])


def test_a_rule_acts_once_on_the_plates_of_one_vehicle(home: House) -> None:
    car, other = new_id(), new_id()
    first = home.rule(home.read_plate(car), act(LINK))
    home.clock.pass_by(9)
    again = home.rule(home.read_plate(car), act(LINK), act(replace(LINK, id=BOTH.id, within_s=None)))
    assert (first.outcome, [one["outcome"] for one in again.links]) == ("acted", ["held", "acted"])
    assert again.links[0]["reasons"] == ["held: it has acted on the plate of this vehicle before"]
    assert home.rule(home.read_plate(other), act(LINK)).outcome == "acted", "another car"


def test_two_readings_of_one_vehicle_in_one_batch_open_the_gate_once(home: House) -> None:
    car = new_id()
    about = [home.read_plate(car) for _ in range(2)]
    home.rulings.take([verdict(one, act(LINK)) for one in about])
    assert sorted(one.outcome for one in home.all()) == ["acted", "held"]
    assert len(home.commands()) == 1


def test_a_plate_on_which_no_rule_acted_leaves_the_next_one_to_it(home: House) -> None:
    car = new_id()
    home.rule(home.read_plate(car), act(LINK, act=False), wants=False)
    assert home.rule(home.read_plate(car), act(LINK)).outcome == "acted", "the vote came to another plate"


def test_quiet_resolves_what_had_escalated_and_says_so(
    home: House, house: Settings, bus: Bus, start_bus: Callable[[Bus], None]
) -> None:
    start_bus(bus)
    with home.engine.begin() as connection:
        hold.write(connection, [Hold("pir", escalated_at=NOON)])
    home.clock.pass_by(720)
    with Ear(house, [EventNew]) as ear:
        home.rule(home.happen(kind="device_quiet"), moment="quiet", wants=False)
        (told,) = ear.wait(EventNew)
    said = "it is quiet again, 12 minutes after it escalated"
    assert (told.kind, told.device_id, told.detail) == ("device_resolved", "pir", said)
    assert home.held().escalated_at is None


def test_an_escalation_passes_the_latch(home: House) -> None:
    home.rule()
    assert home.rule(home.happen(kind="device_escalated"), moment="escalation").outcome == "acted"


def test_an_output_that_a_rule_switched_may_hear_its_own_echo(home: House) -> None:
    home.change("siren", is_input=True)
    home.rule()
    home.clock.pass_by(2)
    made = home.rule(home.happen("siren"), does(id="lamp"))
    because = "held: it was switched by rule Siren at night 2 s ago, so this may be its own echo"
    assert (made.outcome, made.reasons) == ("held", [because])
    home.clock.pass_by(20)
    assert home.rule(home.happen("siren"), does(id="lamp")).outcome == "acted"


def test_a_rule_that_wants_all_its_inputs_waits_for_the_others_and_then_acts_once(home: House) -> None:
    waits = home.rule(None, act(BOTH))
    assert (waits.outcome, waits.reasons) == ("held", ["Both: waits for Door, Gate: not triggered within 60 s"])
    home.clock.pass_by(20)
    assert home.rule(home.happen("door"), act(BOTH, (1,))).reasons == [
        "Both: waits for Gate: not triggered within 60 s"
    ]
    home.clock.pass_by(20)
    seen = home.happen(None, "panic")
    assert home.rule(seen, act(BOTH, (2,))).outcome == "acted"
    assert home.rule(home.happen(None, "panic"), act(BOTH, (2,))).outcome == "held"
    assert len(home.commands()) == 1


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"kind": "plate", "id": "gate"}, "a plate at Gate"),
        ({"kind": "camera_event", "id": None}, "what any camera reports"),
        ({"kind": "group", "id": "Phones", "moment": "last"}, "the last in Phones"),
        ({"kind": "group", "id": "Phones"}, "anything in Phones"),
        ({"kind": "panic", "id": None}, "the panic button"),
    ],
)
def test_what_a_rule_waits_for_is_said_in_words(home: House, wanted: dict[str, Any], words: str) -> None:
    with home.engine.begin() as connection:
        link.change(connection, BOTH.id, inputs=[PIR, PIR | wanted])
    assert home.rule(None, act(BOTH)).reasons == [f"Both: waits for {words}: not triggered within 60 s"]


def test_inputs_that_triggered_too_far_apart_do_not_make_a_rule_act(home: House) -> None:
    home.rule(None, act(BOTH))
    home.clock.pass_by(40)
    home.rule(home.happen("door"), act(BOTH, (1,)))
    home.clock.pass_by(40)
    made = home.rule(home.happen(None, "panic"), act(BOTH, (2,)))
    assert made.reasons == ["Both: waits for PIR: not triggered within 60 s"]


def test_an_output_rests_between_two_orders_and_goes_off_at_any_time(home: House) -> None:
    home.change("pir", latch_s=0)
    home.change("siren", interval_s=60)
    assert home.rule().outcome == "acted"
    made = home.after(5)
    assert (made.outcome, made.reasons) == ("held", ["Siren at night: held: Siren was switched 5 s ago (pause 60 s)"])
    off = home.after(1, does(on=False, seconds=None))
    assert off.reasons == ["Siren at night: Siren is switched off"]
    assert home.after(54).outcome == "acted"


def test_a_clock_that_was_put_back_ends_neither_pause_nor_echo(home: House) -> None:
    home.change("pir", latch_s=0)
    home.change("siren", interval_s=60, is_input=True)
    home.rule()
    home.clock.pass_by(-3600)
    assert home.rule().outcome == "acted"
    assert home.after(5).reasons == ["Siren at night: held: Siren was switched 5 s ago (pause 60 s)"]
    because = "held: it was switched by rule Siren at night 5 s ago, so this may be its own echo"
    assert home.rule(home.happen("siren"), does(id="lamp")).reasons == [because]


def test_an_output_rests_between_two_orders_of_one_batch(home: House) -> None:
    home.change("siren", interval_s=60)
    made = home.rule(None, act(LINK, actions=[LinkAction.model_validate(SIREN)] * 2))
    assert made.reasons[1] == "Siren at night: held: Siren was switched 0 s ago (pause 60 s)"
    assert (made.outcome, len(home.commands())) == ("acted", 1)


def test_an_output_is_on_no_longer_than_it_may_be(home: House) -> None:
    home.change("siren", longest_on_s=20)
    home.change("pir", latch_s=0)
    assert home.rule().reasons == ["Siren at night: Siren is switched on for at most 20 s"]
    home.after(1, does(seconds=None))
    assert [one.seconds for one in home.commands()] == [20, 20]


@pytest.mark.parametrize(
    ("wanted", "because"),
    [
        ({"id": "gate"}, "gate is not known"),
        ({"id": "pir"}, "PIR is no output"),
        ({"kind": "switch_group", "id": "Cellar"}, "no output is in the group Cellar"),
        ({"kind": "mode", "id": "party"}, "there is no mode party"),
    ],
)
def test_what_cannot_be_done_is_said(home: House, wanted: dict[str, Any], because: str) -> None:
    made = home.rule(None, does(**wanted))
    assert (made.outcome, made.reasons) == ("not_acted", [f"Siren at night: {because}"])
    assert home.commands() == []


def test_people_are_told_by_an_event_that_waits_for_the_verdict_whom(home: House) -> None:
    anna = new_id()
    made = home.rule(None, does(kind="alert", id=None, text="Look!", people=[anna]))
    assert (made.outcome, made.reasons) == ("acted", ["Siren at night: people are told: Look!"])
    with home.engine.connect() as connection:
        told = connection.execute(select(event_table).where(event_table.c.kind == "rule_alert")).one()
    assert (told.detail, told.device_id, told.people) == ("Siren at night: Look!", "pir", [anna])
    assert (told.happened_at, told.unjudged_since) == (NOON, NOON)


def test_an_output_that_is_switched_off_here_goes_off_and_not_on(home: House) -> None:
    home.change("siren", enabled=False)
    home.change("pir", latch_s=0)
    assert home.rule().reasons == ["Siren at night: Siren is switched off here"]
    assert home.after(1, does(on=False, seconds=None)).outcome == "acted"


def test_a_group_is_switched_output_by_output(home: House) -> None:
    for name in ("siren", "lamp", "door"):
        home.change(name, group_name="Ground floor")
    made = home.rule(None, does(kind="switch_group", id="Ground floor", seconds=None))
    assert made.reasons == ["Siren at night: Lamp is switched on", "Siren at night: Siren is switched on"]
    assert [one.device_id for one in home.commands()] == ["lamp", "siren"]


def test_a_speaker_says_its_text(home: House) -> None:
    made = home.rule(None, does(kind="say", id="lamp", on=None, seconds=None, text="Go away"))
    (order,) = home.commands()
    assert (order.is_on, order.text, order.seconds) == (None, "Go away", None)
    assert made.reasons == ["Siren at night: Lamp says: Go away"]


def test_a_speaker_is_switched_neither_on_nor_off(home: House) -> None:
    with home.engine.begin() as connection:
        device.describe(connection, "lamp", Described("Lamp", "speaker", None, False, True))
    home.change("pir", latch_s=0)
    because = "Siren at night: Lamp is a speaker: it says a text, there is nothing to switch"
    for second, on in enumerate((True, False)):
        made = home.after(second, does(id="lamp", on=on, seconds=None))
        assert (made.outcome, made.reasons) == ("not_acted", [because])
    assert home.commands() == []


def test_a_rule_sets_a_mode_once(home: House) -> None:
    home.change("pir", latch_s=0)
    made = home.rule(None, does(kind="mode", id="away", on=None, seconds=None))
    assert made.reasons == ["Siren at night: the mode is set to away"]
    with home.engine.connect() as connection:
        now = mode.current(connection)
    assert (now.mode_id, now.set_by, now.reason) == ("away", "rule Siren at night", "PIR: motion")
    again = home.after(1, does(kind="mode", id="away", on=None, seconds=None))
    assert again.reasons == ["Siren at night: held: the mode is Away already"]


@pytest.mark.parametrize(
    ("wanted", "woken"), [({}, [True, False]), ({"kind": "mode", "id": "away"}, [False, True]), (None, [False, False])]
)
def test_only_what_has_something_to_tell_is_woken(
    home: House, wanted: dict[str, Any] | None, woken: list[bool]
) -> None:
    home.rule(None, act(LINK, act=False) if wanted is None else does(**wanted))
    assert [one._changed.is_set() for one in home.tellers] == woken


def test_a_rule_that_was_removed_or_switched_off_meanwhile_does_nothing(home: House) -> None:
    home.change("pir", latch_s=0)
    with home.engine.begin() as connection:
        link.change(connection, LINK.id, enabled=False)
    assert home.rule().reasons == ["Siren at night: it was switched off meanwhile"]
    with home.engine.begin() as connection:
        link.remove(connection, LINK.id)
    assert home.after(1).reasons == ["Siren at night: it was removed meanwhile"]
    assert home.commands() == []


def test_of_several_rules_each_says_what_it_did(home: House) -> None:
    made = home.rule(None, act(LINK), act(BOTH), act(replace(LINK, id=new_id(), name="No"), act=False))
    assert made.outcome == "acted"
    assert {one["name"]: one["outcome"] for one in made.links} == {
        "Siren at night": "acted",
        "Both": "held",
        "No": "not_acted",
    }


def test_pages_of_rulings_hold_what_was_written(home: House) -> None:
    first, second = home.rule(), home.after(1)
    with home.engine.connect() as connection:
        page = ruling.older(connection, Chosen(), Place(second.decided_at, second.trigger_id), 5)
    assert [asdict(one) for one in page] == [asdict(first)]
