"""The tab *Rules*: one verdict, with its reasons, for each trigger; the owner's own conditions go between its nodes."""

import json
import signal
from datetime import UTC, datetime, timedelta
from itertools import count
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.nodered.editor import Editor
from tests.nodered.peer import Bus, Heard, NodeRed, example
from tests.peers import DEADLINE_S, wait_until

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
RULE = "Siren in the garage"
NUMBERS = count(1)


def devices() -> dict[str, Any]:
    """`config/devices` with a PIR and the siren of the example."""
    door, siren = example("config-devices")["devices"]
    return example("config-devices", devices=[door | {"id": "garage-pir", "name": "Garage PIR"}, siren])


def links(**changes: Any) -> dict[str, Any]:
    """`config/links` with the example's rule: the siren sounds when the PIR triggers while away or at night."""
    rule = example("config-links")["links"][0] | {"name": RULE, "within_s": None} | changes
    return example("config-links", links=[rule])


def mode(mode_id: str, entry_s: int = 0) -> dict[str, Any]:
    return example("mode-state", mode_id=mode_id) | {"name": mode_id.title(), "entry_s": entry_s}


def tell_house(bus: Bus, mode_id: str, retain: bool = True, **changes: Any) -> None:
    """All that rules go by: the rule with its changes, no schedule, and the mode."""
    bus.tell("config/devices", devices(), retain)
    bus.tell("config/schedules", example("config-schedules", schedules=[]), retain)
    bus.tell("config/links", links(**changes), retain)
    bus.tell("mode/state", mode(mode_id), retain)


def event(kind: str = "device_active", age: timedelta = timedelta(0), **changes: Any) -> dict[str, Any]:
    """An `event/new` of the PIR that happened so long ago, with an id of its own."""
    what = {"camera_id": None, "node_id": None, "device_id": "garage-pir", "detail": "motion"}
    event_id = f"019aa0f4-7d01-7c03-8e5a-{next(NUMBERS):012x}"
    happened = (datetime.now(UTC) - age).isoformat()
    return example("event-new", kind=kind, event_id=event_id, happened_at=happened, **(what | changes))


def verdict(bus: Bus, message: dict[str, Any]) -> Heard:
    bus.tell("event/new", message)
    heard = bus.hear("trigger/verdict")
    assert heard["trigger_id"] == message["event_id"]
    return heard


def settled(bus: Bus, wants: bool) -> Heard:
    """The verdict on a trigger once what was told before has reached both nodes."""
    end = monotonic() + DEADLINE_S
    while (heard := verdict(bus, event()))["wants"] is not wants:
        assert monotonic() < end, heard.text
    return heard


def test_a_linked_output_is_wanted_with_the_reasons(bus: Bus) -> None:
    tell_house(bus, "away")
    heard = settled(bus, True)
    assert (heard["said"], heard["moment"]) == ("Garage PIR: motion", "trigger")
    assert heard["reasons"] == ["1 rule listens to Garage PIR"]
    [link] = heard["links"]
    assert (link["name"], link["act"], link["places"]) == (RULE, True, [0])
    assert link["reasons"] == ["armed: the mode is away", "it listens to Garage PIR"]
    assert link["actions"] == example("config-links")["links"][0]["actions"]


def test_in_another_mode_nothing_is_wanted_and_the_reason_names_the_mode(bus: Bus) -> None:
    tell_house(bus, "home")
    heard = settled(bus, False)
    assert heard["reasons"] == [f"{RULE}: not armed: the mode is home", "1 rule listens to Garage PIR"]
    bus.tell("mode/state", mode("night"), retain=True)
    assert settled(bus, True)["links"][0]["reasons"][0] == "armed: the mode is night"


def test_at_a_way_in_it_waits_for_the_entry_delay_of_the_mode(bus: Bus) -> None:
    tell_house(bus, "home")
    settled(bus, False)
    bus.tell("mode/state", mode("away", entry_s=45), retain=True)
    heard = settled(bus, True)
    assert (heard["entry"], heard["links"][0]["entry_s"]) == (True, 45)
    assert heard["links"][0]["reasons"][0] == "entry delay: it waits 45 s for somebody to disarm"


def test_where_no_rule_listens_the_verdict_says_so(bus: Bus) -> None:
    tell_house(bus, "away")
    heard = verdict(bus, event(device_id="garage-door"))
    assert (heard["wants"], heard["reasons"]) == (False, ["no rule listens to garage-door"])
    assert heard["links"] == []


def test_what_is_older_than_two_minutes_acts_on_nothing(bus: Bus) -> None:
    tell_house(bus, "away")
    settled(bus, True)
    heard = verdict(bus, event(age=timedelta(minutes=3)))
    assert heard["wants"] is False
    assert heard["reasons"][0] == "it is 3 min old: rules act on the last 120 s"


def test_an_arrival_triggers_by_its_camera_label_and_zone(bus: Bus) -> None:
    tell_house(bus, "away")
    settled(bus, True)
    now = datetime.now(UTC).isoformat()
    bus.tell("sighting/arrived", example("sighting-arrived", zones=["Drive"], arrived_at=now))
    heard = bus.hear("trigger/verdict")
    assert (heard["source"], heard["trigger_id"]) == ("sighting", example("sighting-arrived")["sighting_id"])
    assert (heard["said"], heard["wants"]) == ("Front Door: person in Drive", True)
    assert heard["links"][0]["places"] == [1]
    bus.tell("sighting/arrived", example("sighting-arrived", zones=["Steps"], arrived_at=now))
    assert bus.hear("trigger/verdict")["reasons"] == ["no rule listens to person at Front Door"]


def test_what_a_camera_reports_and_a_plate_that_is_read_there_trigger(bus: Bus) -> None:
    plate_id = "019aa0f4-7c2f-7e01-8c3e-2f1d0b7a9e56"
    pir, camera = links()["links"][0]["inputs"]
    anything = camera | {"labels": None, "zones": None}
    moving = anything | {"kind": "camera_event", "details": ["moving"]}
    tell_house(bus, "away", inputs=[pir, camera, moving, anything | {"kind": "plate", "plates": [plate_id]}])
    settled(bus, True)
    there: dict[str, Any] = {"device_id": None, "camera_id": camera["id"]}
    plate: dict[str, Any] = {
        "sighting_id": plate_id,
        "plate_id": plate_id,
        "standing": "known",
        "detail": "known plate BAB123",
    }
    for kind, said, places in (("motion", {"detail": "moving"}, [2]), ("plate", plate, [3])):
        heard = verdict(bus, event(kind, **there | said))
        assert (heard["camera_id"], heard["wants"], heard["links"][0]["places"]) == (camera["id"], True, places)
    assert verdict(bus, event("plate", **there | plate | {"plate_id": None}))["links"] == []


def test_the_last_of_a_group_that_becomes_quiet_triggers(bus: Bus) -> None:
    pir = links()["links"][0]["inputs"][0]
    tell_house(bus, "away", inputs=[pir, pir | {"kind": "group", "id": "Ground floor", "moment": "last"}])
    settled(bus, True)
    heard = verdict(bus, event("device_quiet", of_group="last", detail="still"))
    assert (heard["moment"], heard["wants"], heard["links"][0]["places"]) == ("quiet", True, [1])
    assert verdict(bus, event("device_quiet", detail="still"))["reasons"] == ["it is quiet: nothing acts on that"]


def test_each_trigger_gets_exactly_one_verdict_and_other_events_get_none(bus: Bus) -> None:
    tell_house(bus, "away")
    settled(bus, True)
    kinds = ["device_active", "device_quiet", "device_escalated", "panic", "camera_silent", "device_stale"]
    events = [event(kind) for _ in range(10) for kind in kinds]
    for one in events:
        bus.tell("event/new", one)
    last = event()
    triggers = [one["event_id"] for one in events if one["kind"] in kinds[:4]]
    bus.tell("event/new", last)
    assert [bus.hear("trigger/verdict")["trigger_id"] for _ in range(41)] == [*triggers, last["event_id"]]


@pytest.mark.browser
def test_the_last_ruling_is_shown_on_the_nodes(chromium: Browser, node_red: NodeRed, bus: Bus) -> None:
    tell_house(bus, "away")
    settled(bus, True)
    bus.tell("ask/rules", example("ask-rules", mode_id="home"))
    bus.tell("trigger/ruling", example("trigger-ruling", outcome="not_acted"))
    bus.tell("output/siren-1/state", example("output-state", device_id="siren-1", on=True))
    with Editor(chromium, node_red) as editor:
        assert editor.status_of("linked outputs: which rules?").startswith("1 rule listens to Garage PIR · ")
        assert editor.status_of("armed: act, or not?").startswith(f"act: {RULE} · ")
        assert editor.status_of("what would happen if …?").startswith("Garage PIR: triggered: does not act · ")
        assert editor.status_of("last ruling") == "not acted: Garage PIR: motion"
        assert editor.status_of("last output") == "siren-1 is on"


def test_what_would_happen_if_is_answered_without_a_verdict(bus: Bus) -> None:
    tell_house(bus, "home")
    settled(bus, False)
    ask = example("ask-rules", mode_id="away")
    bus.tell("ask/rules", ask)
    heard = bus.hear("answer/rules", "trigger/verdict")
    assert (heard["ask_id"], heard["wants"]) == (ask["id"], True)
    assert heard["links"][0]["reasons"][0] == "armed: the mode is away"


def test_a_trigger_before_the_rules_are_known_waits_until_it_comes_again(own_node_red: NodeRed, own_bus: Bus) -> None:
    own_node_red.start()
    first = event()
    own_bus.tell("event/new", first)
    own_bus.tell("ask/rules", example("ask-rules"))
    tell_house(own_bus, "away")
    own_bus.tell("event/new", event(detail="after the rules are known"))
    assert own_bus.hear("trigger/verdict", "answer/rules")["said"] == "Garage PIR: after the rules are known"
    own_bus.tell("event/new", first)
    heard = own_bus.hear("trigger/verdict")
    assert (heard["trigger_id"], heard["wants"]) == (first["event_id"], True)


def rewire(node_red: NodeRed, *between: dict[str, Any], wired: bool = True) -> None:
    """Puts nodes, which are one after another, on the wire from “rules that listen” to “armed”, or takes it away."""
    nodes = json.loads(node_red.flows.read_text())
    start = next(node for node in nodes if (node["type"], node.get("name")) == ("link in", "rules that listen"))
    chain = [start, *({"x": 300, "y": 300, "z": start["z"], **node} for node in between)]
    for before, after in zip(chain, [*chain[1:], {"id": start["wires"][0][0]}], strict=True):
        before["wires"] = [[after["id"]] if wired else []]
    node_red.flows.write_text(json.dumps(nodes + chain[1:], indent=4, ensure_ascii=False))


def it_rains() -> dict[str, Any]:
    """A condition of the owner's own, of a node that comes with Node-RED."""
    say = {"t": "set", "p": "payload.reasons", "pt": "msg", "to": '["it rains"]', "tot": "json"}
    refuse = {"t": "set", "p": "payload.wants", "pt": "msg", "to": "false", "tot": "bool"}
    return {"id": "0123456789abcdef", "type": "change", "name": "it rains", "rules": [say, refuse]}


def test_a_condition_on_the_wire_before_armed_holds(own_node_red: NodeRed, own_bus: Bus) -> None:
    rewire(own_node_red, it_rains())
    own_node_red.start()
    tell_house(own_bus, "away")
    heard = verdict(own_bus, event())
    assert (heard["wants"], heard["reasons"]) == (False, ["it rains"])
    assert heard["links"][0]["act"] is False


def test_without_the_wire_there_is_no_verdict(own_node_red: NodeRed, own_bus: Bus) -> None:
    rewire(own_node_red, wired=False)
    own_node_red.start()
    tell_house(own_bus, "away")
    own_bus.tell("event/new", event())
    own_bus.tell("ask/rules", example("ask-rules"))
    assert own_bus.hear("trigger/verdict", "answer/rules").topic == "answer/rules"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_started_again_it_rules_by_what_it_knew(own_node_red: NodeRed, own_bus: Bus, number: signal.Signals) -> None:
    own_node_red.start()
    tell_house(own_bus, "away", retain=False)
    settled(own_bus, True)
    # Other nodes remember devices and the mode, too.
    known = {"Garage PIR": 4, RULE: 3, "Away": 3}
    wait_until(lambda: all(own_node_red.remembers(word) >= known[word] for word in known), "it to be on disk")
    own_node_red.stop(number)
    missed = event()
    own_bus.tell("event/new", missed)
    own_node_red.start()
    heard = own_bus.hear("trigger/verdict")
    assert (heard["trigger_id"], heard["wants"]) == (missed["event_id"], True)
