"""The tab *Chores*: one nightly tick."""

import json

import pytest
import requests

from tests.nodered.peer import Bus, NodeRed

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]


def test_the_nightly_button_sends_the_tick(node_red: NodeRed, bus: Bus) -> None:
    inject = next(node for node in json.loads(node_red.flows.read_text()) if node["type"] == "inject")
    assert inject["crontab"] == "15 03 * * *"
    requests.post(node_red.url(f"inject/{inject['id']}"), headers=node_red.token(), timeout=60).raise_for_status()
    assert bus.hear("chore/nightly")["src"] == "nodered"
