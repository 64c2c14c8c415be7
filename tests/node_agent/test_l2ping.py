"""What l2ping says, and what it means."""

import threading
from pathlib import Path

import pytest

from node_agent.clock import SystemClock
from node_agent.l2ping import L2Ping, PingError, answered
from tests.node_agent.staging import TestClock, script, until

ADDRESS = "AA:BB:CC:DD:EE:FF"
HERE = """Ping: AA:BB:CC:DD:EE:FF from 00:11:22:33:44:55 (data size 44) ...
44 bytes from AA:BB:CC:DD:EE:FF id 0 time 9.42ms
1 sent, 1 received, 0% loss"""
LOST = """Ping: AA:BB:CC:DD:EE:FF from 00:11:22:33:44:55 (data size 44) ...
no response from AA:BB:CC:DD:EE:FF: id 0
1 sent, 0 received, 100% loss"""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (HERE, True),
        (LOST, False),
        ("Can't connect: Host is down\n", False),
        ("Can't connect: Connection timed out\n", False),
    ],
)
def test_a_device_answers_or_does_not(said: str, meant: bool) -> None:
    assert answered(said) is meant


@pytest.mark.parametrize(
    "said",
    [
        "Can't create socket: Operation not permitted",
        "Can't connect: No route to host",
        "Invalid device: No such device",
    ],
)
def test_an_adapter_that_cannot_ask_says_nothing_of_the_device(said: str) -> None:
    with pytest.raises(PingError, match=said):
        answered(f"\n{said}\n")


def test_the_command_is_asked_for_one_answer_of_that_address(tmp_path: Path) -> None:
    command = script(tmp_path / "l2ping", f'echo "$@" > {tmp_path}/asked; echo "1 sent, 1 received, 0% loss"')
    assert L2Ping(command, SystemClock()).ask(ADDRESS) is True
    assert (tmp_path / "asked").read_text() == f"-c 1 -t 5 {ADDRESS}\n"


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PingError, match="l2ping cannot be run: No such file"):
        L2Ping(str(tmp_path / "l2ping"), SystemClock()).ask(ADDRESS)


def test_a_command_that_hangs_is_ended_and_has_said_nothing_of_the_device(tmp_path: Path) -> None:
    command = script(tmp_path / "l2ping", "exec sleep 60")
    with pytest.raises(PingError, match="took too long"):
        L2Ping(command, TestClock()).ask(ADDRESS)


def test_an_agent_that_stops_does_not_wait_for_it(tmp_path: Path) -> None:
    command, clock = script(tmp_path / "l2ping", f"touch {tmp_path}/begun; exec sleep 60"), SystemClock()
    ended = threading.Event()

    def ask() -> None:
        with pytest.raises(PingError):
            L2Ping(command, clock).ask(ADDRESS)
        ended.set()

    threading.Thread(target=ask, daemon=True).start()
    until((tmp_path / "begun").exists, "the command")
    clock.stop()
    assert ended.wait(10)
