"""Wrong settings, missing secrets and broken messages: told clearly, counted, and nothing is stuck."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from paho.mqtt import publish

from bench.own_stack import environment, wait_until
from stack import secrets
from stack.layout import ROOT
from stack.programs import log_of
from stack.wellness import DIRECT
from tests.system import faults
from tests.system.stack_under_test import StackUnderTest

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
BROKEN = (b"", b"not JSON", b"[1, 2]", b'{"v": 1, "image_id": "../../etc/passwd", "extra": true}', b"\xff" * 70_000)
HEARD_BY = {"work/detect": "detector", "alert/request": "notifier", "event/report": "scribe", "chore/nightly": "keeper"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("hub_prot", "5555", "HEARTHWATCH_HUB_PROT is not a setting: did you mean HEARTHWATCH_HUB_PORT?"),
        ("hub_port", "front door", "HEARTHWATCH_HUB_PORT: "),
        ("hub_reply_deadline_s", "3", "HEARTHWATCH_HUB_REPLY_DEADLINE_S: "),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_starts(tmp_path: Path, name: str, value: str, said: str) -> None:
    done = subprocess.run(
        [str(ROOT / "scripts" / "run"), "--detach", "--data", str(tmp_path / "data")],
        env=environment({name: value}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "data" / "mariadb").exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "HEARTHWATCH_DB_PASSWORD is not set: set it, or HEARTHWATCH_DB_PASSWORD_FILE to a file that holds it"),
        ({"db_password_file": "/nowhere/db"}, "HEARTHWATCH_DB_PASSWORD_FILE: cannot read /nowhere/db: No such file"),
        (
            {"db_password": "x", "smtp_host": "mail.example.org", "alert_email_to": "a@example.org"},
            "HEARTHWATCH_SMTP_FROM is not set",
        ),
    ],
)
def test_a_missing_secret_or_setting_of_a_service_is_named(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services.notifier"],
        env=environment({"data_dir": str(tmp_path)} | settings),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"notifier cannot start:\n{said}" in done.stderr


def test_a_secret_that_goes_missing_is_named_and_the_service_comes_back_with_it(stack: StackUnderTest) -> None:
    secret = stack.layout.secrets / "db_password"
    hidden = secret.rename(secret.with_name(".hidden"))
    try:
        faults.kill_once(stack, "scribe")
        told = f"HEARTHWATCH_DB_PASSWORD_FILE: cannot read {secret}"
        wait_until(lambda: told in log_of(stack.layout, "scribe").read_text(), "scribe to name its secret", 30)
    finally:
        hidden.rename(secret)
    stack.account_for([stack.send("Gate")])


def test_broken_messages_are_refused_counted_and_pass_by(stack: StackUnderTest) -> None:
    wanted = {topic: refused(stack, topic) + len(BROKEN) for topic in HEARD_BY}
    say(stack, [(topic, payload) for topic in (*HEARD_BY, "image/new", "image/detected") for payload in BROKEN])
    wait_until(lambda: {topic: refused(stack, topic) for topic in HEARD_BY} == wanted, f"{wanted} to be counted", 30)
    for service in HEARD_BY.values():
        assert '"event": "message_rejected"' in log_of(stack.layout, service).read_text()
    wait_until(lambda: flow_errors(stack), "Node-RED to tell of what it refused", 30)
    stack.account_for([stack.send("Gate")])


def say(stack: StackUnderTest, messages: list[tuple[str, bytes]]) -> None:
    """Publishes as a service would, but past every check."""
    password = secrets.read(stack.layout.secrets, "mqtt_services_password")
    publish.multiple(
        [(f"hearthwatch/{topic}", payload, 1, False) for topic, payload in messages],
        hostname="127.0.0.1",
        port=stack.ports.mosquitto,
        auth={"username": "services", "password": password},
    )


def refused(stack: StackUnderTest, topic: str) -> float:
    """How many messages of a topic its service has refused so far."""
    port = vars(stack.ports)[HEARD_BY[topic]]
    with DIRECT.open(f"http://127.0.0.1:{port}/metrics") as page:
        found = re.search(
            rf'^bus_messages_rejected_total{{topic="{topic}"}} (\S+)$', page.read().decode(), re.MULTILINE
        )
    return float(found.group(1)) if found else 0.0


def flow_errors(stack: StackUnderTest) -> list[str]:
    """What Node-RED told of mistakes, as events."""
    return [str(row.detail) for row in stack.rows("SELECT detail FROM event WHERE kind = 'flow_error'")]
