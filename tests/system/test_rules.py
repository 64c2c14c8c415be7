"""Sensors and relays on the real stack: each row of what rules keep, and every process killed amid the triggers."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser

from bench.own_stack import wait_until
from services.core.ids import new_id
from services.store import camera, command, device, event, link, mode, schedule, zone
from services.store.command import Command
from services.store.event import Event
from services.store.link import Link
from services.store.mode import Wish
from services.store.schedule import Schedule
from tests.conftest import Figure
from tests.system import faults
from tests.system.board import Board
from tests.system.stack_under_test import StackUnderTest
from tests.system.visitor import PASSWORD, Visitor

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
SOON_S = 60
CERTAIN, CAR = new_id(), new_id()
EVERYWHERE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
NOWHERE = ((0.0, 0.0), (0.01, 0.0), (0.0, 0.01))
RULED = """
SELECT outcome, JSON_UNQUOTE(reasons) AS reasons, JSON_UNQUOTE(links) AS links FROM ruling
WHERE device_id LIKE :device OR camera_id LIKE :device ORDER BY decided_at, trigger_id
"""
HAPPENED = "SELECT kind FROM event WHERE device_id IN :devices"


@dataclass(frozen=True)
class Scene:
    """Where a case is played; `sensor` is also the id of its camera, where it has one."""

    stack: StackUnderTest
    board: Board
    sensor: str

    def at_camera(self, kind: str, detail: str, **more: Any) -> None:
        """What the intake or the reader of plates writes; keeper rings for it."""
        now = datetime.now(UTC)
        made = Event(new_id(), kind, self.sensor, None, detail, now, now, now, undecided_since=now, **more)
        with self.stack.engine.begin() as connection:
            event.add(connection, [made])


Do = Callable[[Scene], object]


@dataclass(frozen=True)
class Case:
    """What is set, what the sensor then says, and what comes of each trigger: the outcome, and words of its reason.

    `inputs` are those of the rule, where it listens to other than the sensor; `id` is that of the case's group or
    camera. The relay is ordered on `orders` times, and off `offs` times; `events` are kinds that happen besides.
    """

    name: str
    does: Sequence[Do]
    rulings: Sequence[tuple[str, str]]
    orders: int
    sensor: dict[str, Any] = field(default_factory=dict)
    relay: dict[str, Any] = field(default_factory=dict)
    rule: dict[str, Any] = field(default_factory=dict)
    inputs: Sequence[dict[str, Any]] = ()
    offs: int = 0
    events: Sequence[str] = ()


def active(scene: Scene) -> None:
    scene.board.trigger(scene.sensor)


def quiet(scene: Scene) -> None:
    scene.board.trigger(scene.sensor, active=False)


def says(detail: str) -> Do:
    return lambda scene: scene.board.trigger(scene.sensor, detail=detail)


def aged(seconds: int) -> Do:
    return lambda scene: scene.board.trigger(scene.sensor, age=timedelta(seconds=seconds))


def other(scene: Scene) -> None:
    scene.board.trigger(f"{scene.sensor}-2")


def other_quiet(scene: Scene) -> None:
    scene.board.trigger(f"{scene.sensor}-2", active=False)


def reports(detail: str) -> Do:
    return lambda scene: scene.at_camera("motion", detail)


def reads(standing: str, plate_id: str | None = None, car: str | None = None) -> Do:
    """A plate that the readings of a vehicle came to mean; of another vehicle each time, unless one is named."""
    kind = "plate_unknown" if standing == "unknown" else "plate"
    return lambda scene: scene.at_camera(
        kind, f"{standing} plate", standing=standing, plate_id=plate_id or new_id(), sighting_id=car or new_id()
    )


ACTED = ("acted", "")
UNHEARD = ("not_acted", "no rule listens")
CASES = [
    Case("plain", [active], [ACTED], 1),
    Case("latched", [active, active], [ACTED, ("held", "latch 60 s")], 1),
    Case("unlatched-by-quiet", [active, quiet, active], [ACTED, ("not_acted", "quiet"), ACTED], 2),
    Case("another-detail", [says("door"), says("tamper")], [ACTED, ACTED], 2),
    Case("no-latch", [active, active], [ACTED, ACTED], 2, sensor={"latch_s": 0}),
    Case(
        "two-within-ten-seconds",
        [active, active],
        [("held", "1 of 2 triggers within 10 s"), ACTED],
        1,
        sensor={"latch_s": 0, "rate_count": 2, "rate_s": 10},
    ),
    Case("input-off", [active], [("not_acted", "switched off")], 0, sensor={"enabled": False}),
    Case("output-off", [active], [("", "switched off")], 0, relay={"enabled": False}),
    Case(
        "output-pauses",
        [active, active],
        [ACTED, ("held", "pause")],
        1,
        sensor={"latch_s": 0},
        relay={"interval_s": 60},
    ),
    Case("rule-off", [active], [("not_acted", "switched off")], 0, rule={"enabled": False}),
    Case("another-mode", [active], [("not_acted", "the mode is")], 0, rule={"modes": ["away"]}),
    Case("this-mode", [active], [ACTED], 1, rule={"modes": ["home", "night"]}),
    Case("outside-its-schedule", [active], [("not_acted", "outside of")], 0, rule={"schedule_id": "never"}),
    Case("within-its-schedule", [active], [ACTED], 1, rule={"schedule_id": "always"}),
    Case("both-inputs", [active, other], [("held", "waits for"), ACTED], 1, rule={"within_s": 30}),
    Case("too-old", [aged(125), active], [("not_acted", "old: rules act on the last 120 s"), ACTED], 1),
    Case("any-of-the-group", [active, other], [ACTED, ACTED], 2, inputs=[{"kind": "group"}]),
    Case("first-of-the-group", [active, other], [ACTED, UNHEARD], 1, inputs=[{"kind": "group", "moment": "first"}]),
    Case(
        "last-of-the-group",
        [active, other, quiet, other_quiet],
        [UNHEARD, UNHEARD, ("not_acted", "quiet"), ACTED],
        1,
        inputs=[{"kind": "group", "moment": "last"}],
    ),
    Case("longest-on", [active], [("acted", "for at most 1 s")], 1, relay={"longest_on_s": 1}, offs=1),
    Case(
        "escalates-once-and-is-resolved",
        [active, quiet],
        [UNHEARD, ("acted", "the escalation of"), ("not_acted", "quiet")],
        1,
        sensor={"escalate_after_s": 1},
        inputs=[{"kind": "device", "moment": "escalation"}],
        events=["device_escalated", "device_resolved"],
    ),
    Case(
        "what-a-camera-reports",
        [reports("still"), reports("moving")],
        [UNHEARD, ACTED],
        1,
        inputs=[{"kind": "camera_event", "details": ["moving"]}],
    ),
    Case(
        "denied-plate",
        [reads("known"), reads("unknown"), reads("deny")],
        [UNHEARD, UNHEARD, ACTED],
        1,
        inputs=[{"kind": "plate", "standings": ["deny"]}],
    ),
    Case(
        "certain-plate",
        [reads("known"), reads("known", CERTAIN)],
        [UNHEARD, ACTED],
        1,
        inputs=[{"kind": "plate", "plates": [CERTAIN]}],
    ),
    Case(
        "once-a-vehicle",
        [reads("unknown", car=CAR), reads("known", car=CAR)],
        [ACTED, ("held", "it has acted on the plate of this vehicle before")],
        1,
        inputs=[{"kind": "plate"}],
    ),
]


@pytest.fixture(scope="module")
def board(stack: StackUnderTest) -> Iterator[Board]:
    with Board(stack) as made:
        yield made


@pytest.fixture(scope="module")
def schedules(stack: StackUnderTest) -> dict[str, str]:
    """Ids of a schedule that is always active, and of one that is not for hours."""
    week = list(range(1, 8))
    later, latest = (datetime.now().astimezone() + timedelta(hours=hours) for hours in (3, 4))
    windows = {
        "always": [{"days": week, "from": "00:00", "to": "00:00"}],
        "never": [{"days": week, "from": f"{later:%H:00}", "to": f"{latest:%H:00}"}],
    }
    made = {name: Schedule(new_id(), name, some, [], True, None, None) for name, some in windows.items()}
    with stack.engine.begin() as connection:
        for one in made.values():
            schedule.add(connection, one)
        mode.enter(connection, Wish(new_id(), "home", "a test", "to begin with"), datetime.now(UTC))
    wait_until(lambda: stack.retained("mode/state")["mode_id"] == "home", "the mode", SOON_S)
    return {name: one.id for name, one in made.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_condition_changes_what_comes_of_a_trigger(
    case: Case, stack: StackUnderTest, board: Board, schedules: dict[str, str]
) -> None:
    sensor, relay = f"{case.name}-sensor", f"{case.name}-relay"
    prepare(stack, board, case, schedules)
    for done, do in enumerate(case.does, start=1):
        do(Scene(stack, board, sensor))
        await_ruling(stack, sensor, done - len(case.does) + len(case.rulings))
    wait_until(lambda: len(rulings(stack, sensor)) == len(case.rulings), "every ruling", SOON_S)
    for (outcome, words), row in zip(case.rulings, rulings(stack, sensor), strict=True):
        assert outcome in row.outcome, row
        assert words in row.reasons + row.links, row
    orders = board.await_orders(relay, case.orders + case.offs)
    assert [one["on"] for one in orders] == [True] * case.orders + [False] * case.offs
    assert audited(stack, relay) == case.orders
    wait_until(lambda: set(case.events) <= happened(stack, sensor), f"{case.events}", SOON_S)
    stack.assert_well()


def test_an_arrival_acts_by_its_label_and_its_zone(stack: StackUnderTest, board: Board) -> None:
    stack.introduce(["Lane"])
    wait_until(lambda: are_all_ruled(stack, "lane"), "a ruling on each of the first picture", SOON_S)
    stack.clear()
    narrow: dict[str, dict[str, Any]] = {
        "any-label": {},
        "this-label": {"labels": ["person"]},
        "another-label": {"labels": ["zebra"]},
        "this-zone": {"zones": ["Everywhere"]},
        "another-zone": {"zones": ["Nowhere"]},
    }
    with stack.engine.begin() as connection:
        for name, points in (("Everywhere", EVERYWHERE), ("Nowhere", NOWHERE)):
            zone.add(connection, "lane", zone.Zone(new_id(), "zone", name, points), datetime.now(UTC))
    wait_until(partial(is_told, stack, "cameras"), "config/cameras to be told", SOON_S)
    for name in narrow:
        board.relay(f"lamp-{name}")
    await_devices(stack, *(f"lamp-{name}" for name in narrow))
    for name, more in narrow.items():
        rule(stack, f"Rule {name}", [an_input("camera", "lane", **more)], f"lamp-{name}")
    before = len(rulings(stack, "lane"))
    stack.send("Lane")
    stack.settle([])
    wait_until(lambda: are_all_ruled(stack, "lane"), "a ruling on each who has come", SOON_S)
    came = len(rulings(stack, "lane")) - before
    for name in ("any-label", "this-zone"):
        assert len(board.await_orders(f"lamp-{name}", came)) == came
    assert 1 <= len(board.await_orders("lamp-this-label", 1)) <= came
    assert board.orders("lamp-another-label") == board.orders("lamp-another-zone") == []


def test_when_the_last_phone_leaves_a_rule_sets_the_mode(
    stack: StackUnderTest, board: Board, schedules: dict[str, str]
) -> None:
    phones = ["phone-ada", "phone-ben"]
    for phone in phones:
        board.sensor(phone, "presence")
    await_devices(stack, *phones)
    with stack.engine.begin() as connection:
        for phone in phones:
            device.change(connection, phone, group_name="Phones")
    away = {"kind": "mode", "id": "away", "on": None, "seconds": None, "text": None, "people": None}
    rule(stack, "Everybody left", [an_input("group", "Phones", "last")], "", actions=[away])
    steps = [(phone, is_there) for is_there in (True, False) for phone in phones]
    for count, (phone, is_there) in enumerate(steps, start=1):
        assert stack.retained("mode/state")["mode_id"] == "home"
        board.trigger(phone, active=is_there)
        await_ruling(stack, "phone-", count)
    wait_until(lambda: stack.retained("mode/state")["mode_id"] == "away", "the mode", SOON_S)
    assert stack.retained("mode/state")["by"] == "rule Everybody left"
    with stack.engine.begin() as connection:
        mode.enter(connection, Wish(new_id(), "home", "a test", "as it was"), datetime.now(UTC))
    wait_until(lambda: stack.retained("mode/state")["mode_id"] == "home", "the mode", SOON_S)


def test_an_order_that_could_not_be_sent_in_time_is_left_undone_and_said(stack: StackUnderTest, board: Board) -> None:
    board.relay("late-lamp")
    await_devices(stack, "late-lamp")
    made_at = datetime.now(UTC) - timedelta(seconds=130)
    late = Command(new_id(), "late-lamp", "a test", True, None, None, made_at, command.expires_at(True, made_at))
    with stack.engine.begin() as connection:
        command.add(connection, [late])
    state = "SELECT state FROM command WHERE id = :id"
    wait_until(lambda: stack.rows(state, id=late.id)[0].state == "expired", "the order to expire", SOON_S)
    assert "command_expired" in happened(stack, "late-lamp")
    assert board.orders("late-lamp") == []


def test_an_old_sensor_switches_a_relay_once_they_are_linked_on_a_phone(
    stack: StackUnderTest, board: Board, owner: Visitor, chromium: Browser, figure: Figure
) -> None:
    board.garage(active=False)
    board.relay("garage-light")
    await_devices(stack, "garage-pir", "garage-light")
    page = owner.get("/devices").text
    assert "Garage Pir" in page
    assert "Garage-Light" in page
    link_on_a_phone(chromium, f"http://127.0.0.1:{stack.ports.gallery}")
    await_told(stack)
    begun = time.monotonic()
    board.garage(active=True)
    (order,) = board.await_orders("garage-light", 1)
    figure(f"from the old sensor's word to the order {(time.monotonic() - begun) * 1000:.0f} ms")
    assert order["on"] is True
    wait_until(lambda: audited(stack, "garage-light") == 1, "the audit", SOON_S)
    assert [row.outcome for row in rulings(stack, "garage-pir")][-1] == "acted"
    assert "Garage Pir" in owner.get("/rulings").text
    wait_until(lambda: stack.rows("SELECT is_on FROM device WHERE id = 'garage-light'")[0].is_on == 1, "it", SOON_S)


def link_on_a_phone(chromium: Browser, gallery: str) -> None:
    """As the owner does it, who has an account by now."""
    context = chromium.new_context(reduced_motion="reduce", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{gallery}/login")
    page.fill("[name=name]", "Ada")
    page.fill("[name=password]", PASSWORD)
    page.click("text=Sign in")
    page.goto(f"{gallery}/rules/new")
    page.select_option("[name=what-i0]", label="Garage Pir")
    page.select_option("[name=moment-i0]", label="triggers")
    page.select_option("[name=do-a0]", label="Switch on")
    page.select_option("[name=output-a0]", label="Garage-Light")
    page.click(".save-bar button")
    page.wait_for_url(re.compile(r"/rules(#.*)?$"))
    context.close()


def test_an_output_goes_off_when_its_time_is_over(stack: StackUnderTest, board: Board) -> None:
    board.relay("lamp")
    board.sensor("step")
    await_devices(stack, "lamp", "step")
    add_rule(stack, "Light", ["step"], "lamp", seconds=1.5)
    board.trigger("step")
    assert [one["on"] for one in board.await_orders("lamp", 2)] == [True, False]
    wait_until(lambda: stack.rows("SELECT is_on FROM device WHERE id = 'lamp'")[0].is_on == 0, "its report", SOON_S)


@pytest.mark.timeout(400)
def test_every_trigger_is_ruled_once_whatever_is_killed(stack: StackUnderTest, board: Board) -> None:
    """Two hundred triggers for each of the four that are killed amid them, and two hundred undisturbed."""
    pairs = [(f"amid-{number}", f"lit-{number}") for number in range(20)]
    for sensor, relay in pairs:
        board.sensor(sensor)
        board.relay(relay)
    await_devices(stack, *(one for pair in pairs for one in pair))
    for sensor, relay in pairs:
        add_rule(stack, f"Rule {sensor}", [sensor], relay)
    with stack.engine.begin() as connection:
        for sensor, _ in pairs:
            device.change(connection, sensor, latch_s=0)
    await_told(stack)
    made: list[str] = []
    for program in ("node-red", "scribe", "notifier", "mosquitto", None):
        for number in range(200):
            made.append(board.trigger(pairs[number % len(pairs)][0]))
            time.sleep(0.01)
            if number == 100 and program:
                faults.kill_once(stack, program)
        stack.await_health()
    wait_until(lambda: ruled(stack, made) == len(made), "a ruling on each trigger", SOON_S)
    wait_until(lambda: not stack.rows("SELECT id FROM command WHERE state = 'due'"), "every order to be sent", SOON_S)
    acted = stack.rows("SELECT COUNT(*) AS n FROM ruling WHERE device_id LIKE 'amid-%' AND outcome = 'acted'")[0].n
    orders = sum(len(board.orders(relay)) for _, relay in pairs)
    commands = stack.rows("SELECT COUNT(*) AS n FROM command WHERE device_id LIKE 'lit-%'")[0].n
    assert acted == commands == orders == sum(audited(stack, relay) for _, relay in pairs)
    assert acted == len(made)
    stack.assert_well()


def prepare(stack: StackUnderTest, board: Board, case: Case, schedules: dict[str, str]) -> None:
    sensor, relay = f"{case.name}-sensor", f"{case.name}-relay"
    kinds = {one["kind"] for one in case.inputs}
    sensors = [sensor, f"{sensor}-2"] if "within_s" in case.rule or "group" in kinds else [sensor]
    board.relay(relay)
    for one in sensors:
        board.sensor(one)
    await_devices(stack, relay, *sensors)
    with stack.engine.begin() as connection:
        for one in sensors:
            device.change(connection, one, **{"enabled": True, "group_name": f"{sensor}s"} | case.sensor)
        device.change(connection, relay, **{"enabled": True} | case.relay)
        if kinds & {"plate", "camera_event"}:
            camera.enter(connection, sensor, sensor, datetime.now(UTC))
    named = {"schedule_id": schedules[case.rule["schedule_id"]]} if "schedule_id" in case.rule else {}
    inputs = [an_input(id=f"{sensor}s" if one["kind"] == "group" else sensor, **one) for one in case.inputs]
    rule(stack, f"Rule {case.name}", inputs or [an_input("device", one) for one in sensors], relay, **case.rule | named)
    await_told(stack)


def an_input(kind: str, id: str, moment: str = "trigger", **narrow: Any) -> dict[str, Any]:
    narrows = dict.fromkeys(("labels", "zones", "standings", "plates", "details"))
    return {"kind": kind, "id": id, "moment": moment} | narrows | narrow


def add_rule(
    stack: StackUnderTest, name: str, inputs: Sequence[str], relay: str, seconds: float | None = None, **more: Any
) -> None:
    """A rule on devices."""
    rule(stack, name, [an_input("device", one) for one in inputs], relay, seconds, **more)


def rule(
    stack: StackUnderTest,
    name: str,
    inputs: list[dict[str, Any]],
    relay: str,
    seconds: float | None = None,
    **more: Any,
) -> None:
    """A rule that switches a relay on, known to flows."""
    action = {"kind": "switch", "id": relay, "on": True, "seconds": seconds, "text": None, "people": None}
    values = {"enabled": True, "within_s": None, "modes": None, "schedule_id": None, "actions": [action]} | more
    made = Link(new_id(), name, inputs=inputs, created_at=datetime.now(UTC), **values)
    with stack.engine.begin() as connection:
        link.add(connection, made)
    await_told(stack)


def await_devices(stack: StackUnderTest, *ids: str) -> None:
    known = "SELECT COUNT(*) AS n FROM device WHERE id IN :ids"
    wait_until(lambda: stack.rows(known, ids=tuple(ids))[0].n == len(ids), "the devices to have rows", SOON_S)


def await_told(stack: StackUnderTest) -> None:
    """Until flows know the devices and the rules as they are now."""
    for noun in ("devices", "links", "schedules"):
        wait_until(partial(is_told, stack, noun), f"config/{noun} to be told", SOON_S)


def is_told(stack: StackUnderTest, noun: str) -> bool:
    row = stack.rows("SELECT version FROM config_version WHERE noun = :noun", noun=noun)[0]
    return bool(stack.retained(f"config/{noun}")["version"] == row.version)


def await_ruling(stack: StackUnderTest, sensor: str, count: int) -> None:
    wait_until(lambda: len(rulings(stack, sensor)) >= count, f"ruling {count} on {sensor}", SOON_S)


def rulings(stack: StackUnderTest, sensor: str) -> Sequence[Any]:
    return stack.rows(RULED, device=f"{sensor}%")


def are_all_ruled(stack: StackUnderTest, camera_id: str) -> bool:
    """Whether each arrival at a camera has its ruling."""
    return not stack.rows("SELECT id FROM sighting WHERE camera_id = :id AND undecided_since IS NOT NULL", id=camera_id)


def happened(stack: StackUnderTest, *devices: str) -> set[str]:
    """The kinds of the events of devices."""
    return {row.kind for row in stack.rows(HAPPENED, devices=devices)}


def ruled(stack: StackUnderTest, trigger_ids: Sequence[str]) -> int:
    query = "SELECT COUNT(*) AS n FROM ruling WHERE source = 'event' AND trigger_id IN :ids"
    return int(stack.rows(query, ids=tuple(trigger_ids))[0].n)


def audited(stack: StackUnderTest, relay: str) -> int:
    query = "SELECT COUNT(*) AS n FROM audit WHERE action = 'output.switch' AND noun_id = :relay"
    return int(stack.rows(query, relay=relay)[0].n)
