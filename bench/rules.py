"""From a device's trigger to the order to its output: broker, scribe, Node-RED's *Rules* tab, scribe again, broker.

As many rules as there are pairs of a sensor and a siren, nothing held back. First at a pace, for the way's length; then
as fast as answers come. Beside it the same Node-RED without us: one mqtt-in node wired to one mqtt-out node, with the
same messages, as many under way.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection

from bench.own_stack import NotInTime, OwnStack, free_offset, wait_until
from bench.volley import Call, Volley, Ways
from services.core.clock import SystemClock
from services.core.device_messages import DeviceTrigger
from services.core.ids import new_id
from services.store import device, link
from services.store.device import Described
from services.store.link import Link
from stack import node_red_api, secrets

PAIRS = 50
A_SECOND = 50.0
AT_A_TIME = 200
SETTLE_S = 60.0
OFFSETS = (23500, 23900)
BASE = "hearthwatch"
# What the account of Node-RED may hear and say.
BARE_IN, BARE_OUT = f"{BASE}/bench/in", f"{BASE}/work/bench"
BARE_TAB = "bare"


def main(argv: Sequence[str]) -> int:
    """Run the benchmark and print the figures; return the exit code."""
    options = _parser().parse_args(argv)
    try:
        result = measure(options.seconds, options.triggers)
    except (NotInTime, OSError) as problem:
        sys.stderr.write(f"bench rules: {problem}\n")
        return 1
    print(json.dumps(result) if options.json else "\n".join(f"{name:<18} {value}" for name, value in result.items()))
    return 0


def measure(seconds: float, triggers: int) -> dict[str, Any]:
    """Runs a stack with its rules, then the bare nodes beside them; gives the figures."""
    with OwnStack(free_offset(*OFFSETS), {}) as stack:
        introduce(stack)
        port, password = stack.ports.mosquitto, secrets.read(stack.layout.secrets, "mqtt_services_password")
        with Volley(port, "services", password, f"{BASE}/output/+/set", lambda topic: topic.split("/")[2]) as volley:
            volley.at_pace(calls(PAIRS), 1 / A_SECOND, SETTLE_S)  # everything has been asked for once
            paced = volley.at_pace(calls(int(seconds * A_SECOND)), 1 / A_SECOND, SETTLE_S)
            fast = volley.flat_out(calls(triggers), AT_A_TIME, SETTLE_S)
        written = stack.rows("SELECT COUNT(*) AS rulings, SUM(outcome = 'acted') AS acted FROM ruling")[0]
        wire_bare(stack)
        with Volley(port, "services", password, BARE_OUT, lambda topic: BARE_TAB) as volley:
            await_bare(volley)
            bare = volley.flat_out(bare_calls(triggers), AT_A_TIME, SETTLE_S)
    return figures(paced, fast, bare) | {
        "unruled": PAIRS + paced.sent + fast.sent - int(written.rulings),
        "not_acted": int(written.rulings) - int(written.acted),
    }


def introduce(stack: OwnStack) -> None:
    """Sensors, sirens and the rules between them, in the database and known to the flows."""
    with stack.engine.begin() as connection:
        for number in range(PAIRS):
            _pair(connection, number)
    wait_until(lambda: len(stack.retained("config/links")["links"]) == PAIRS, "the rules to be told", SETTLE_S)
    wait_until(lambda: len(stack.retained("config/devices")["devices"]) == 2 * PAIRS, "the devices", SETTLE_S)


def calls(count: int) -> list[Call]:
    """Triggers of one sensor after the other."""
    return [_call(number % PAIRS) for number in range(count)]


def bare_calls(count: int) -> list[Call]:
    """The same messages for the bare nodes."""
    return [Call(BARE_IN, _call(number % PAIRS).payload, BARE_TAB) for number in range(count)]


def figures(paced: Ways, fast: Ways, bare: Ways) -> dict[str, Any]:
    """What the benchmark tells: milliseconds at the pace, messages a second as fast as answers come."""
    if not paced.seconds or not bare.seconds:
        raise NotInTime("no order came of any trigger: look at the page of rulings for the reasons")
    p50, p95, p99 = (float(value) * 1000 for value in np.percentile(paced.seconds, [50, 95, 99]))
    return {
        "p50_ms": round(p50, 1),
        "p95_ms": round(p95, 1),
        "p99_ms": round(p99, 1),
        "rate": round(fast.rate, 1),
        "bare_rate": round(bare.rate, 1),
        "ratio": round(fast.rate / bare.rate, 2),
        "sent": paced.sent + fast.sent,
        "lost": paced.lost + fast.lost,
    }


def wire_bare(stack: OwnStack) -> None:
    """Adds a tab with one mqtt-in node wired to one mqtt-out node to the running flows."""
    path = stack.layout.data / "nodered" / "flows.json"
    nodes = json.loads(path.read_text())
    path.write_text(json.dumps([*nodes, *bare_nodes(nodes)], indent=4))
    password = secrets.read(stack.layout.secrets, "node_red_admin_password")
    answer = node_red_api.reload(f"http://127.0.0.1:{stack.ports.node_red}", password)
    if answer is not node_red_api.NodeRedAnswer.RELOADED:
        raise NotInTime(f"Node-RED did not take the bare nodes: {answer.name}")


def bare_nodes(nodes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The tab, made after the shipped nodes: the same broker, the same options."""
    broker = next(node["id"] for node in nodes if node["type"] == "mqtt-broker")
    common = {"z": BARE_TAB, "broker": broker, "qos": "1", "name": ""}
    return [
        {"id": BARE_TAB, "type": "tab", "label": BARE_TAB, "disabled": False, "info": "", "env": []},
        common | {"id": "barein", "type": "mqtt in", "topic": BARE_IN, "datatype": "json", "wires": [["bareout"]]},
        common | {"id": "bareout", "type": "mqtt out", "topic": BARE_OUT, "retain": "false", "wires": []},
    ]


def await_bare(volley: Volley) -> None:
    """Until the bare nodes answer: they subscribe some time after the flows were read."""
    wait_until(lambda: volley.flat_out(bare_calls(1), 1, 1.0).seconds, "the bare nodes' first answer", SETTLE_S)


def _pair(connection: Connection, number: int) -> None:
    now = datetime.now(UTC)
    sensor, siren = f"pir-{number}", f"siren-{number}"
    device.register(connection, sensor, Described(sensor, "motion", None, True, False), now)
    device.register(connection, siren, Described(siren, "siren", None, False, True), now)
    device.change(connection, sensor, latch_s=0)
    narrows = dict.fromkeys(("labels", "zones", "standings", "plates", "details"))
    inputs = [{"kind": "device", "id": sensor, "moment": "trigger", **narrows}]
    actions = [{"kind": "switch", "id": siren, "on": True, "seconds": None, "text": None, "people": None}]
    link.add(connection, Link(new_id(), f"Siren {number}", True, inputs, None, None, None, actions, now))


def _call(number: int) -> Call:
    sensor, siren = f"pir-{number}", f"siren-{number}"
    said = {"device_id": sensor, "active": True, "detail": None, "value": None, "happened_at": None}
    return Call(
        f"{BASE}/device/{sensor}/trigger",
        lambda: DeviceTrigger.make(SystemClock(), sensor, **said).model_dump_json(),
        siren,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench rules", description="From a trigger to the order.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--seconds", type=float, default=20, help="how long to send at a pace")
    parser.add_argument("--triggers", type=int, default=5000, help="how many to send as fast as answers come")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
