import socket as sockets
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import imagezmq
import pytest
import zmq
import zmq.auth

from services.core.settings import SettingError
from services.hub import metrics
from tests.hub.rig import PICTURE, Client, Counted, Rig, rig, soon
from tests.peers import free_port


def publisher(port: int) -> imagezmq.ImageSender:
    return imagezmq.ImageSender(connect_to=f"tcp://127.0.0.1:{port}", REQ_REP=False)


def test_two_publishers_are_heard_without_an_answer(tmp_path: Path) -> None:
    ports = free_port(), free_port()
    addresses = ",".join(f"tcp://127.0.0.1:{port}" for port in ports)
    senders = [publisher(port) for port in ports]
    with rig(tmp_path, hub_publishers=addresses, hub_allow="10.0.0.0/8") as one:

        def heard() -> bool:
            for number, sender in enumerate(senders):
                sender.send_jpg(f"Publisher {number}|jpg", PICTURE)
            time.sleep(0.02)
            return {record["source"] for record in one.records()} == {"Publisher 0", "Publisher 1"}

        soon(heard, "both publishers")
    for sender in senders:
        sender.close()


def test_a_publisher_that_has_fallen_silent_is_reconnected(tmp_path: Path) -> None:
    port = free_port()
    before = metrics.total(metrics.publishers_reopened)
    with rig(tmp_path, hub_publishers=f"tcp://127.0.0.1:{port}", hub_publisher_silence_s=0.2) as one:
        soon(lambda: metrics.total(metrics.publishers_reopened) >= before + 2, "a reconnection")
        sender = publisher(port)

        def heard() -> bool:
            sender.send_jpg("Late|jpg", PICTURE)
            time.sleep(0.02)
            return bool(one.records())

        soon(heard, "the publisher that came late")
        sender.close()


def test_publishers_and_senders_do_not_starve_each_other(tmp_path: Path) -> None:
    port = free_port()
    with (
        closing(publisher(port)) as sender,
        rig(tmp_path, hub_publishers=f"tcp://127.0.0.1:{port}") as one,
        Client(one.port, zmq.DEALER) as flood,
    ):

        def heard(name: str) -> bool:
            return any(record["source"] == name for record in one.records())

        def said_early() -> bool:
            """What is published before the hub listens is gone."""
            sender.send_jpg("Early|jpg", PICTURE)
            time.sleep(0.02)
            return heard("Early")

        soon(said_early, "the publisher to be listened to")
        flood.socket.setsockopt(zmq.SNDTIMEO, 10_000)
        for number in range(400):
            flood.send(b"", b'{"msg":"Flood|jpg"}', PICTURE)
            if number % 20 == 0:
                sender.send_jpg("Publisher|jpg", PICTURE)
        soon(lambda: heard("Publisher"), "the publisher")


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("hub_publishers", "pi4:5555", "HEARTHWATCH_HUB_PUBLISHERS: pi4:5555: .*; write tcp://host:port"),
        ("hub_curve_port", 1, "HEARTHWATCH_HUB_CURVE_DIR"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, setting: str, value: Any, words: str) -> None:
    made = Rig(tmp_path, **{setting: value})
    with pytest.raises(SettingError, match=words):
        made.door.open()
    made.door.close()


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with sockets.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        made = Rig(tmp_path, hub_port=taken.getsockname()[1])
        with pytest.raises(
            SettingError, match=r"HEARTHWATCH_HUB_PORT=\d+: Address already in use.*; choose another port"
        ):
            made.door.open()
        made.door.close()


def curve_client(port: int, keys: Path, hub_public: bytes) -> Client:
    client = Client(port)
    client.close()
    client.socket = zmq.Context.instance().socket(zmq.REQ)
    client.socket.setsockopt(zmq.LINGER, 0)
    public, secret = zmq.auth.load_certificate(keys)
    client.socket.setsockopt(zmq.CURVE_PUBLICKEY, public)
    client.socket.setsockopt(zmq.CURVE_SECRETKEY, secret or b"")
    client.socket.setsockopt(zmq.CURVE_SERVERKEY, hub_public)
    client.socket.connect(f"tcp://127.0.0.1:{port}")
    return client


def test_the_encrypted_door_lets_known_keys_in_and_no_others(tmp_path: Path) -> None:
    keys, strange = tmp_path / "keys", tmp_path / "strange"
    (keys / "clients").mkdir(parents=True)
    strange.mkdir()
    zmq.auth.create_certificates(keys, "hub")
    public, secret = zmq.auth.create_certificates(tmp_path, "agent")
    Path(public).rename(keys / "clients" / "agent.key")
    stranger = Path(zmq.auth.create_certificates(strange, "stranger")[1])
    hub_public = zmq.auth.load_certificate(keys / "hub.key")[0]
    port = free_port()
    with rig(tmp_path / "data", hub_curve_port=port, hub_curve_dir=keys) as one:
        with curve_client(port, Path(secret), hub_public) as client:
            assert client.ask("Safe|jpg") == b"OK"
        with curve_client(port, stranger, hub_public) as client:
            client.say("Strange|jpg")
            assert client.hears(0.5) is None
        with Client(port) as client:
            client.say("Plain|jpg")
            assert client.hears(0.5) is None
        with Client(one.port) as client:
            assert client.ask("Open|jpg") == b"OK"
        assert {record["source"] for record in one.records()} == {"Safe", "Open"}


def test_without_keys_the_encrypted_door_says_what_is_missing(tmp_path: Path) -> None:
    made = Rig(tmp_path, hub_curve_port=free_port(), hub_curve_dir=tmp_path)
    with pytest.raises(SettingError, match=r"HEARTHWATCH_HUB_CURVE_DIR: .*hub.key_secret"):
        made.door.open()
    made.door.close()


def test_a_message_of_twice_the_limit_is_hung_up_on_and_others_go_on(tmp_path: Path) -> None:
    counted = Counted()
    with rig(tmp_path, hub_max_bytes=10_000) as one, Client(one.port) as large, Client(one.port) as good:
        large.say("Large|jpg", bytes(30_000))
        assert large.hears(0.3) is None
        assert good.ask("Front Door|jpg") == b"OK"
        assert good.ask("Front Door|jpg", PICTURE[:-2] + bytes(12_000) + b"\xff\xd9") == b"REFUSED too large"
    assert counted.refused() == {"too large": 1}


def test_strangers_are_told_nothing(tmp_path: Path) -> None:
    counted = Counted()
    with rig(tmp_path, hub_allow="10.0.0.0/8") as one, Client(one.port) as client:
        client.say("Front Door|jpg")
        assert client.hears(0.3) is None
    assert one.records() == []
    assert counted.refused() == {"address not allowed": 1}


def test_the_hub_speaks_only_to_the_network_that_it_is_told(tmp_path: Path) -> None:
    with rig(tmp_path, hub_allow="127.0.0.0/8,::1/128") as one, Client(one.port) as client:
        assert client.ask("Front Door|jpg") == b"OK"
