"""Appendix A's ten packets, and thousands that nobody thought of (`HW_FUZZ=100000` for more)."""

import json
import os
import random
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import zmq

from tests.hub.rig import PICTURE, Client, Counted, Rig, rig, soon
from tests.peers import wait_until

MESSAGES = int(os.environ.get("HW_FUZZ", "10000"))
MOVING = b'{"msg":"A|motion|moving"}'
FORGED = "A|motion|moving\n2026-01-01 00:00:00,000 ~ Fake node|motion|moving"
TEN: dict[str, tuple[bytes, ...]] = {
    "one frame only": (MOVING,),
    "header is not JSON": (b"hello", PICTURE),
    "JSON without msg": (b'{"x":1}', PICTURE),
    "empty type field": (b'{"msg":"A||x"}', PICTURE),
    "msg is a number": (b'{"msg":5}', PICTURE),
    "three frames": (MOVING, PICTURE, b"extra"),
    "path traversal": (b'{"msg":"../../../PWNED x|jpg"}', b"attacker bytes"),
    "slash in the node name": (b'{"msg":"a/b|jpg"}', b"xx"),
    "log injection": (json.dumps({"msg": FORGED}).encode(), PICTURE),
    "long name": (json.dumps({"msg": "N" * 300 + "|jpg"}).encode(), b"xx"),
}


def outside(folder: Path) -> set[Path]:
    """Every file that is neither in the media folder nor in the spool."""
    ours = (folder / "data" / "media", folder / "data" / "spool")
    return {path for path in folder.rglob("*") if path.is_file() and not any(path.is_relative_to(one) for one in ours)}


def is_served(one: Rig, name: str = "Good Cam") -> bool:
    def count() -> int:
        return sum(path.name.startswith(name.replace(" ", "-")) for path in one.files())

    before = count()
    with Client(one.port) as good:
        return good.ask(f"{name}|jpg") == b"OK" and count() == before + 1


@pytest.mark.parametrize("case", TEN)
def test_a_malformed_packet_is_counted_and_survived(tmp_path: Path, case: str) -> None:
    counted = Counted()
    with rig(tmp_path / "data") as one, Client(one.port) as offender:
        offender.send(*TEN[case])
        assert offender.hears(0.3) in (None, b"OK")
        assert is_served(one)
        assert outside(tmp_path) == set()
        assert [path.name.split("-2")[0] for path in one.files()] == ["Good-Cam"]
        log = one.settings.media / "logs" / "imagehub.log"
        assert len(log.read_text().splitlines()) == (case == "log injection") if log.exists() else True
    assert counted.refused() or case == "log injection"


@pytest.mark.parametrize(
    "name", ["../../../PWNED x", "a/b", "..", "/etc/x", "a\\..\\b", "\x00", "C:x", "-rf", "~", "%2e%2e"]
)
def test_a_hostile_name_with_a_good_picture_stays_inside(tmp_path: Path, name: str) -> None:
    with rig(tmp_path / "data") as one, Client(one.port) as offender:
        assert offender.ask(f"{name}|jpg") == b"OK"
        (path,) = one.files()
        assert path.parent.parent == one.settings.media / "images"
        assert path.name.endswith(".jpg")
        assert outside(tmp_path) == set()


def flipped(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def stuffed(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(chance.randint(1, 200)) + data[at:]


def odd_header(chance: random.Random, _: bytes) -> bytes:
    odd: object = chance.choice(
        [
            None,
            5,
            -1,
            1e300,
            True,
            [],
            {},
            "",
            "|",
            "||",
            "A|",
            "|A",
            "A|jpg|" * 50,
            "\u2028|jpg",
            "\ud800|jpg",
            "../x|jpg",
        ]
    )
    size: object = chance.choice([0, 1, 3, -1, 2**31, 2**63, 1.5, None, "3"])
    shapes: object = chance.choice([[size, size], [size] * 3, [3, 3, 3], [], size, {}])
    said = {
        "msg": odd,
        "shape": shapes,
        "dtype": chance.choice(["uint8", "float64", None, [], "O"]),
        "captured_at": odd,
    }
    return json.dumps({key: value for key, value in said.items() if chance.random() < 0.7}).encode()


CHANGES: list[Callable[[random.Random, bytes], bytes]] = [flipped, cut, stuffed]
HEADERS = [
    b'{"msg": "Fuzz Cam|jpg"}',
    b'{"msg": "Fuzz Cam|image", "dtype": "uint8", "shape": [3, 3, 3]}',
    b'{"msg": "Fuzz|Restart|vm|Linux|192.168.7.1|24106|0.28"}',
    b'{"msg": "Fuzz|Temp|21.0 C", "captured_at": "2026-05-01T12:00:00Z"}',
    b'{"msg": "Fuzz Cam|motion|moving|FrontDoor"}',
    b'{"msg": "Fuzz|Heartbeat"}',
]


def mutated(chance: random.Random) -> list[bytes]:
    header, data = chance.choice(HEADERS), chance.choice([PICTURE, bytes(27)])
    if chance.random() < 0.7:
        header = chance.choice([*CHANGES, odd_header])(chance, header)
    if chance.random() < 0.5:
        data = chance.choice(CHANGES)(chance, data)
    frames = [b"", header, data]
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        frames.insert(chance.randrange(len(frames) + 1), chance.randbytes(chance.randrange(30)))
    return frames[: chance.randint(1, 6)]


@pytest.mark.timeout(1200)
def test_thousands_of_mutated_messages_harm_nobody(tmp_path: Path) -> None:
    chance = random.Random(2026)
    with rig(tmp_path / "data", hub_max_rate=1e9, hub_max_names=2000) as one, Client(one.port, zmq.DEALER) as offender:
        offender.socket.setsockopt(zmq.SNDTIMEO, 20_000)
        offender.socket.setsockopt(zmq.RCVHWM, 1_000_000)
        for number in range(MESSAGES):
            offender.send(*mutated(chance))
            if number % (MESSAGES // 10) == 0:
                assert is_served(one)
        offender.send(b"", b'{"msg": "Last Cam|jpg"}', PICTURE)
        wait_until(lambda: any(path.name.startswith("Last") for path in one.files()), "the last message", 1000)
        assert is_served(one)
        assert outside(tmp_path) == set()
        assert all(path.parent.parent == one.settings.media / "images" for path in one.files())
        soon(lambda: len(one.files()) == len(one.records()), "a record for every file")
        log = (one.settings.media / "logs" / "imagehub.log").read_text().splitlines()
        assert all(line[4:5] == "-" and " ~ " in line for line in log)
        assert one.hub.disk_well()


def test_raw_garbage_on_the_port_harms_nobody(tmp_path: Path) -> None:
    chance = random.Random(2026)
    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(48)
    with rig(tmp_path / "data") as one:
        for number in range(200):
            with socket.create_connection(("127.0.0.1", one.port), timeout=5) as raw:
                begin = [b"", b"GET / HTTP/1.1\r\n\r\n", greeting, greeting + b"\x04\x26\x05READY"][number % 4]
                raw.sendall(begin + chance.randbytes(chance.randrange(2000)))
            if number % 50 == 0:
                assert is_served(one)
        assert is_served(one)


def test_hundreds_of_open_connections_that_say_nothing_harm_nobody(tmp_path: Path) -> None:
    with rig(tmp_path / "data") as one:
        silent = [socket.create_connection(("127.0.0.1", one.port), timeout=5) for _ in range(300)]
        assert is_served(one)
        for connection in silent:
            connection.close()
