"""What the agent finds out about its computer."""

import socket

import pytest

from node_agent.host import host_facts, system_name


@pytest.mark.parametrize(
    ("kernel", "board", "os_release", "name"),
    [
        ("Linux", "Raspberry Pi 5 Model B Rev 1.0\0", "ID=debian", "RPi"),
        ("Linux", "", 'NAME="Ubuntu"', "Ubuntu"),
        ("Linux", "", "ID=debian", "Linux"),
        ("Darwin", "", "", "Mac"),
        ("Windows", "", "", "Windows"),
    ],
)
def test_a_system_is_known_by_its_board_first(kernel: str, board: str, os_release: str, name: str) -> None:
    assert system_name(kernel, board, os_release) == name


def test_the_address_is_the_one_that_reaches_the_hub() -> None:
    facts = host_facts("tcp://127.0.0.1:24100")
    assert (facts.address, facts.name) == ("127.0.0.1", socket.gethostname())
    assert facts.ram_mb > 100
    assert facts.hours_since_boot > 0


def test_a_hub_without_an_address_does_not_stop_the_agent() -> None:
    assert host_facts("tcp://no-such-host.invalid:5555").address == "unknown"
