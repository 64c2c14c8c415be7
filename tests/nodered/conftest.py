"""One Node-RED for the tests of the flows; those that restart or edit it take one of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nodered.peer import Bus, NodeRed, example
from tests.peers import Mosquitto


@pytest.fixture(scope="session")
def flow_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """A broker of these tests' own: flows answer whoever speaks on theirs."""
    with Mosquitto(tmp_path_factory.mktemp("flow-broker")) as broker:
        yield broker


@pytest.fixture(scope="session")
def shared_node_red(flow_broker: Mosquitto, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeRed]:
    """Node-RED on the shipped flows, with a short wait before a silent service is told."""
    node_red = NodeRed(tmp_path_factory.mktemp("nodered"), flow_broker)
    node_red.seed()
    node_red.edit(**{"service watch: silent, or back?": {"hold": "0.3"}})
    with node_red:
        yield node_red
    assert node_red.errors() == []


@pytest.fixture
def node_red(shared_node_red: NodeRed) -> NodeRed:
    """The shared Node-RED."""
    return shared_node_red


@pytest.fixture
def bus(node_red: NodeRed) -> Iterator[Bus]:
    """A client on the broker of the shared Node-RED, which knows the cameras of the example and no people."""
    client = Bus(node_red.broker)
    client.tell("config/people", example("config-people", people=[]), retain=True)
    client.tell("config/cameras", example("config-cameras"), retain=True)
    yield client
    client.close()


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker of the test's own."""
    (tmp_path / "broker").mkdir()
    with Mosquitto(tmp_path / "broker") as broker:
        yield broker


@pytest.fixture
def own_node_red(own_broker: Mosquitto, tmp_path: Path) -> Iterator[NodeRed]:
    """A Node-RED of the test's own, seeded but not started."""
    node_red = NodeRed(tmp_path, own_broker)
    node_red.seed()
    yield node_red
    node_red.stop()
    assert node_red.errors() == []


@pytest.fixture
def own_bus(own_broker: Mosquitto) -> Iterator[Bus]:
    """A client on the test's own broker."""
    client = Bus(own_broker)
    yield client
    client.close()
