"""Node-RED's settings: what is missing is named, and nobody gets in without a password."""

import json
import subprocess
from pathlib import Path

import pytest
import requests

from tests.nodered.peer import NODE, NODE_RED, PASSWORD, Bus, NodeRed

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
NEEDED = [
    "HW_MQTT_USER",
    "HW_MQTT_PASSWORD",
    "NODE_RED_CREDENTIAL_SECRET",
    "NODE_RED_ADMIN_HASH",
    "NODE_RED_VIEWER_HASH",
]


def load(environment: dict[str, str], show: str = "") -> subprocess.CompletedProcess[str]:
    code = f"const settings = require({str(NODE_RED / 'settings.js')!r}); console.log({show})"
    return subprocess.run(
        [str(NODE), "-e", code], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_setting_is_named(own_node_red: NodeRed, name: str) -> None:
    environment = own_node_red.environment()
    del environment[name]
    result = load(environment)
    assert result.returncode != 0
    assert f"{name} is not set: set it, or {name}_FILE to a file that holds it" in result.stderr


def test_it_does_not_start_without_its_secret(own_node_red: NodeRed) -> None:
    environment = own_node_red.environment()
    del environment["NODE_RED_CREDENTIAL_SECRET"]
    result = subprocess.run(
        own_node_red.command(), env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode != 0
    assert "NODE_RED_CREDENTIAL_SECRET is not set" in result.stdout + result.stderr


def test_a_secret_may_be_in_a_file(own_node_red: NodeRed, tmp_path: Path) -> None:
    environment = own_node_red.environment()
    (tmp_path / "secret").write_text("from the file\n")
    environment["HW_MQTT_PASSWORD_FILE"] = str(tmp_path / "secret")
    del environment["HW_MQTT_PASSWORD"]
    assert load(environment, "process.env.HW_MQTT_PASSWORD").stdout == "from the file\n"


def test_a_secret_file_that_cannot_be_read_is_named(own_node_red: NodeRed, tmp_path: Path) -> None:
    environment = own_node_red.environment() | {"NODE_RED_ADMIN_HASH_FILE": str(tmp_path / "none")}
    del environment["NODE_RED_ADMIN_HASH"]
    assert f"NODE_RED_ADMIN_HASH_FILE: cannot read {tmp_path / 'none'}" in load(environment).stderr


def test_a_password_in_place_of_its_hash_is_refused(own_node_red: NodeRed) -> None:
    environment = own_node_red.environment() | {"NODE_RED_ADMIN_HASH": PASSWORD}
    result = load(environment)
    assert "NODE_RED_ADMIN_HASH is not a bcrypt hash" in result.stderr
    assert PASSWORD not in result.stderr


def test_a_wrong_port_is_named(own_node_red: NodeRed) -> None:
    assert "NR_PORT is not a port: 99999" in load(own_node_red.environment() | {"NR_PORT": "99999"}).stderr


def test_secrets_that_only_settings_need_are_out_of_the_reach_of_flows(own_node_red: NodeRed) -> None:
    left = load(own_node_red.environment(), "Object.keys(process.env).join()").stdout.strip().split(",")
    assert not {"NODE_RED_CREDENTIAL_SECRET", "NODE_RED_ADMIN_HASH", "NODE_RED_VIEWER_HASH"} & set(left)


@pytest.mark.parametrize("path", ["flows", "settings", "nodes", "context/global", "hearthwatch/contracts", "comms"])
def test_nothing_is_told_without_a_password(node_red: NodeRed, path: str) -> None:
    status = requests.get(node_red.url(path), timeout=60).status_code
    assert status == (404 if path == "comms" else 401)


def test_nothing_is_changed_without_a_password(node_red: NodeRed) -> None:
    assert requests.post(node_red.url("flows"), json=[], timeout=60).status_code == 401
    assert requests.post(node_red.url("inject/any"), timeout=60).status_code == 401


def test_a_viewer_may_look_and_not_change(node_red: NodeRed) -> None:
    headers = node_red.token("viewer")
    assert requests.get(node_red.url("flows"), headers=headers, timeout=60).status_code == 200
    assert requests.post(node_red.url("flows"), json=[], headers=headers, timeout=60).status_code in (401, 403)


def test_an_admin_sees_the_palette_and_its_contracts(node_red: NodeRed) -> None:
    headers = node_red.token()
    assert "image-new" in requests.get(node_red.url("hearthwatch/contracts"), headers=headers, timeout=60).json()
    listed = requests.get(node_red.url("nodes"), headers=headers | {"Accept": "application/json"}, timeout=60).json()
    ours = [entry for entry in listed if entry["module"] == "@hearthwatch/nodes"]
    palette = json.loads((NODE_RED / "nodes" / "package.json").read_text())["node-red"]["nodes"]
    assert {entry["name"] for entry in ours} == set(palette)
    assert not [entry for entry in listed if entry.get("err")]


def test_another_base_topic_keeps_two_houses_apart(own_node_red: NodeRed, own_bus: Bus) -> None:
    own_node_red.base = "elsewhere"
    own_node_red.start()
    assert "elsewhere-nodered@" in own_node_red.log()
