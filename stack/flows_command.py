"""The command `scripts/flows`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from stack.flows import Flows
from stack.layout import ROOT, Layout
from stack.node_red_api import NodeRedAnswer, reload
from stack.problem import StackError

RESTART = "restart Node-RED to make it so: scripts/stop, then scripts/run"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one action; the exit status is 1 when it could not be done."""
    given = _parser().parse_args(arguments)
    layout = Layout.of(given.data)
    actions: dict[str, Callable[[], None]] = {
        "status": lambda: _status(Flows(layout.data)),
        "pull": lambda: _pull(Flows(layout.data)),
        "upgrade": lambda: _upgrade(Flows(layout.data)),
        "compare": lambda: _compare(Flows(layout.data), given.tab),
        "reset": lambda: _reset(layout, given.tab),
        "keep": lambda: _keep(Flows(layout.data), given.tab),
    }
    try:
        actions[given.action]()
    except StackError as error:
        print(f"scripts/flows: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("scripts/flows", description="Your Node-RED tabs and the shipped ones.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="the data folder (default: %(default)s)")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("status", help="which tabs are as shipped, which differ, which are your own")
    actions.add_parser("pull", help="write what was edited in the editor into nodered/flows.json")
    actions.add_parser("upgrade", help="bring unchanged tabs up to date; scripts/run does it at each start")
    actions.add_parser("compare", help="say what differs between your tab and the shipped one").add_argument("tab")
    actions.add_parser("reset", help="take the shipped tab in place of yours").add_argument("tab")
    actions.add_parser("keep", help="keep your tab, and stop telling that it differs").add_argument("tab")
    # So that --data may also stand behind the action.
    for action in actions.choices.values():
        action.add_argument("--data", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser


def _status(flows: Flows) -> None:
    for line in flows.status():
        kind = "" if line.kind == "tab" else f" ({line.kind})"
        since = f", the shipped one is newer since {line.since}" if line.since else ""
        print(f"{line.name + kind:40} {line.standing}{since}")


def _pull(flows: Flows) -> None:
    changed = flows.pull()
    print("nodered/flows.json is written" + (f"; changed: {', '.join(changed)}" if changed else "; no tab has changed"))


def _upgrade(flows: Flows) -> None:
    print("\n".join(flows.upgrade().lines() or ["The flows are up to date."]))


def _compare(flows: Flows, tab: str) -> None:
    print("\n".join(flows.compare(tab) or [f"{tab} is as shipped"]))


def _keep(flows: Flows, tab: str) -> None:
    print(f"your {tab} is kept" if flows.keep(tab) else f"nothing was told about {tab}: nothing to keep")


def _reset(layout: Layout, tab: str) -> None:
    Flows(layout.data).reset(tab)
    answer = _reload(layout)
    ends = {
        NodeRedAnswer.RELOADED: "Node-RED has taken it",
        NodeRedAnswer.REFUSED: f"Node-RED refused to take it; {RESTART}",
        NodeRedAnswer.SILENT: "Node-RED is not running: it takes it at its next start",
    }
    print(f"{tab} is as shipped; {ends[answer]}")


def _reload(layout: Layout) -> NodeRedAnswer:
    # These need the extra `native`, which the container that upgrades the flows does without.
    from stack.addresses import LOOPBACK  # noqa: PLC0415
    from stack.secrets import read  # noqa: PLC0415
    from stack.state import read_state  # noqa: PLC0415

    state = read_state(layout)
    if state is None:
        return NodeRedAnswer.SILENT
    return reload(f"http://{LOOPBACK}:{state.ports.node_red}", read(layout.secrets, "node_red_admin_password"))


if __name__ == "__main__":
    sys.exit(main())
