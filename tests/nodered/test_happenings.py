"""What the flows and the services both know: which kinds of events people are told of."""

import json
import subprocess

import pytest

from services.core.happenings import HAPPENINGS
from tests.nodered.peer import NODE, NODE_RED

pytestmark = pytest.mark.nodered


def test_flows_ask_about_exactly_the_events_that_wait_for_a_verdict() -> None:
    rule = NODE_RED / "nodes/rules/happenings.js"
    script = f"console.log(JSON.stringify(Object.keys(require({json.dumps(str(rule))}).HAPPENINGS)))"
    result = subprocess.run([str(NODE), "-e", script], capture_output=True, text=True, check=True, timeout=60)
    assert set(json.loads(result.stdout)) == set(HAPPENINGS)
