import os
import socket
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest

from services.core.settings import Settings
from stack.ports import Ports, holder, is_taken, refuse_taken
from stack.problem import StackError
from tests.peers import free_port

SETTINGS = Settings(_env_file=None)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def free_ports() -> Ports:
    """Ports that nobody listens on."""
    return Ports(**{name: free_port() for name in asdict(Ports.of(SETTINGS, 0))})


def test_without_an_offset_the_ports_are_the_documented_ones() -> None:
    assert asdict(Ports.of(SETTINGS, 0)) == {
        "mariadb": 3307,
        "mosquitto": 1883,
        "hub": 5555,
        "gallery": 8080,
        "node_red": 1880,
        "grafana": 3000,
        "hub_health": 9101,
        "detector": 9102,
        "notifier": 9103,
        "scribe": 9104,
        "keeper": 9105,
        "plates": 9106,
        "bridge": 9107,
        "recorder": 9108,
    }


def test_an_offset_moves_every_port() -> None:
    plain, moved = asdict(Ports.of(SETTINGS, 0)), asdict(Ports.of(SETTINGS, 21000))
    assert {name: port - 21000 for name, port in moved.items()} == plain


def test_a_setting_moves_its_port() -> None:
    settings = Settings(_env_file=None, hub_port=6000, health_port=9301)
    ports = Ports.of(settings, 10)
    assert (ports.hub, ports.hub_health, ports.keeper) == (6010, 9311, 9315)


@pytest.mark.parametrize("offset", [60000, -1883])
def test_an_offset_that_leads_out_of_the_range_is_refused(offset: int) -> None:
    with pytest.raises(StackError, match="choose another offset"):
        Ports.of(SETTINGS, offset)


def test_a_taken_port_is_refused_with_its_process_its_holder_and_what_to_change(taken: int) -> None:
    ports = replace(free_ports(), mosquitto=taken)
    with pytest.raises(StackError) as problem:
        refuse_taken(ports, set(), set())
    first = str(problem.value).splitlines()[0]
    assert first.startswith(f"port {taken}, wanted by mosquitto, is taken by ")
    assert f"(process {os.getpid()})" in first
    assert "HEARTHWATCH_MQTT_PORT" in first


def test_every_taken_port_is_named_at_once(taken: int) -> None:
    ports = replace(free_ports(), gallery=taken, keeper=taken)
    with pytest.raises(StackError) as problem:
        refuse_taken(ports, set(), set())
    assert "wanted by gallery" in str(problem.value)
    assert "wanted by keeper" in str(problem.value)
    assert "--port-offset" in str(problem.value)


def test_the_port_of_a_process_that_is_not_started_does_not_matter(taken: int) -> None:
    refuse_taken(replace(free_ports(), grafana=taken), set(), {"grafana"})


def test_a_process_that_listens_everywhere_is_kept_from_it_by_a_listener_on_loopback(taken: int) -> None:
    with pytest.raises(StackError, match="wanted by hub"):
        refuse_taken(replace(free_ports(), hub=taken), {"hub"}, set())


def test_free_ports_are_accepted() -> None:
    refuse_taken(free_ports(), {"hub"}, set())


def test_a_port_that_is_only_connected_to_is_free(taken: int) -> None:
    with socket.create_connection(("127.0.0.1", taken)) as client:
        own = client.getsockname()[1]
        assert holder(own) is None


def test_a_listener_is_seen(taken: int) -> None:
    assert is_taken(taken)
