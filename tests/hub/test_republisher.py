"""Stock imagezmq listens to what the hub publishes once more."""

import json
from collections.abc import Iterator
from pathlib import Path

import imagezmq
import pytest
import zmq

from services.core.clock import SystemClock
from services.core.settings import SettingError, Settings
from services.hub.republisher import Republisher
from services.intake.acceptor import Picture
from services.intake.jpeg import measure
from tests.peers import free_port
from tests.pictures import jpeg

DATA = jpeg()


def picture(source: str, data: bytes = DATA) -> Picture:
    return Picture(source, data, measure(DATA), SystemClock().now())


def settings(folder: Path, port: int) -> Settings:
    return Settings(_env_file=None, data_dir=folder, hub_republish_port=port)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def context() -> Iterator[zmq.Context[zmq.Socket[bytes]]]:
    made = zmq.Context()
    yield made
    made.term()


@pytest.fixture
def republisher(tmp_path: Path, port: int, context: zmq.Context[zmq.Socket[bytes]]) -> Iterator[Republisher]:
    made = Republisher(settings(tmp_path, port), context)
    made.open()
    yield made
    made.close()


@pytest.fixture
def listener(republisher: Republisher, port: int) -> Iterator[imagezmq.ImageHub]:
    """A stock subscriber, once it is known to be heard."""
    made = imagezmq.ImageHub(open_port=f"tcp://127.0.0.1:{port}", REQ_REP=False)
    while not made.zmq_socket.poll(20):
        republisher.publish([picture("hello")])
    while made.zmq_socket.poll(200):
        made.recv_jpg()
    yield made
    made.close()


def test_a_stock_subscriber_gets_each_picture_as_it_came(republisher: Republisher, listener: imagezmq.ImageHub) -> None:
    republisher.publish([picture("Driveway RPiCam7")])
    assert listener.zmq_socket.poll(20_000)
    name, data = listener.recv_jpg()
    assert (name, bytes(data)) == ("Driveway RPiCam7", DATA)


def test_who_reads_nothing_holds_nobody_up_and_sees_few_old_ones(
    republisher: Republisher, listener: imagezmq.ImageHub
) -> None:
    large = bytes(1_000_000)
    for number in range(300):
        republisher.publish([picture(str(number), large)])
    seen = []
    while listener.zmq_socket.poll(500):
        seen.append(json.loads(listener.zmq_socket.recv())["msg"])
        listener.zmq_socket.recv()
    assert 0 < len(seen) < 300


def test_it_is_off_until_a_setting_asks_for_it(tmp_path: Path, context: zmq.Context[zmq.Socket[bytes]]) -> None:
    off = Republisher(settings(tmp_path, 0), context)
    off.open()
    off.publish([picture("x")])
    off.close()


def test_a_port_that_is_taken_is_named(
    tmp_path: Path, republisher: Republisher, port: int, context: zmq.Context[zmq.Socket[bytes]]
) -> None:
    late = Republisher(settings(tmp_path, port), context)
    with pytest.raises(SettingError, match=f"HEARTHWATCH_HUB_REPUBLISH_PORT={port}"):
        late.open()
    late.close()
