"""Cameras that send by FTP, with real clients: every picture is one row and is looked at, however its sending went."""

import ftplib
import hashlib
import re
import subprocess
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.footage import Footage
from services.store.tables import image
from tests.peers import wait_until
from tests.system import faults
from tests.system.stack_under_test import StackUnderTest
from tests.system.visitor import Visitor

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
LOOKED_AT_S = 60.0


@dataclass(frozen=True)
class Sender:
    """A camera with its user, as the page has shown it."""

    port: int
    password: str
    camera: str

    def url(self) -> str:
        return f"ftp://{self.camera}:{self.password}@127.0.0.1:{self.port}/"

    def connect(self, client: ftplib.FTP) -> None:
        client.connect("127.0.0.1", self.port, timeout=20)
        client.login(self.camera, self.password)


@pytest.fixture(scope="module")
def sender(stack: StackUnderTest, owner: Visitor) -> Sender:
    """The page has no other form before the first user is made."""
    answer = owner.send("/ftp", **{"for": "new", "name": "Garden Gate"})
    (password,) = re.findall(r'readonly value="([a-z0-9]{16})"', answer.text)
    made = Sender(stack.ports.ftp, password, "garden-gate")
    wait_until(lambda: _may_sign_in(made), "the new user at the service")
    return made


def _may_sign_in(sender: Sender) -> bool:
    try:
        with ftplib.FTP() as client:
            sender.connect(client)
    except (ftplib.Error, OSError):
        return False
    return True


def states(stack: StackUnderTest, data: bytes) -> list[str]:
    with stack.engine.connect() as connection:
        digest = hashlib.sha256(data).hexdigest()
        return list(connection.scalars(select(image.c.state).where(image.c.sha256 == digest)))


def assert_looked_at_once(stack: StackUnderTest, data: bytes) -> None:
    wait_until(lambda: states(stack, data) == ["detected"], "one row that was looked at", LOOKED_AT_S)


@pytest.mark.parametrize(
    "command",
    [
        ["curl", "-sS", "-T", "{file}", "{url}"],
        ["curl", "-sS", "-T", "{file}", "-k", "--ssl-reqd", "{url}"],
        ["curl", "-sS", "-T", "{file}", "--ftp-port", "-", "{url}"],
        ["lftp", "-e", "set ftp:ssl-allow no; put {file}; bye", "{url}"],
        ["lftp", "-e", "set ftp:ssl-allow no; set ftp:passive-mode off; put {file}; bye", "{url}"],
        ["lftp", "-e", "set ftp:ssl-force yes; set ssl:verify-certificate no; put {file}; bye", "{url}"],
    ],
    ids=["curl", "curl-ftps", "curl-active", "lftp", "lftp-active", "lftp-ftps"],
)
def test_a_picture_of_a_real_client_is_looked_at_once(
    stack: StackUnderTest, sender: Sender, footage: Footage, tmp_path: Path, command: list[str]
) -> None:
    data, file = footage.picture(), tmp_path / "picture.jpg"
    file.write_bytes(data)
    said = [part.format(file=file, url=sender.url()) for part in command]
    subprocess.run(said, check=True, timeout=60, capture_output=True)
    assert_looked_at_once(stack, data)


def test_a_picture_of_ftplib_is_a_live_tile_and_sent_again_it_stays_one_row(
    stack: StackUnderTest, sender: Sender, footage: Footage, owner: Visitor
) -> None:
    data, name = footage.picture(), f"{time.strftime('%Y%m%d%H%M%S')}.jpg"
    for _ in range(2):
        with ftplib.FTP() as client:
            sender.connect(client)
            assert client.storbinary(f"STOR {name}", BytesIO(data)).startswith("226")
    assert_looked_at_once(stack, data)
    assert "Garden Gate" in owner.get("/").text


def test_a_kill_in_mid_upload_leaves_nothing_partial_and_the_resumed_upload_arrives(
    stack: StackUnderTest, sender: Sender, footage: Footage
) -> None:
    data = footage.picture()
    half = len(data) // 2
    with stack.engine.connect() as connection:
        before = len(connection.execute(select(image.c.id).where(image.c.camera_id == sender.camera)).all())
    with ftplib.FTP() as client:
        sender.connect(client)
        with client.transfercmd("STOR cut.jpg") as connection_of_data:
            connection_of_data.sendall(data[:half])
            wait_until(lambda: _size(stack, "cut.jpg") == half, "the first half")
            faults.kill(stack, "ftp")
        client.close()
    wait_until(lambda: _may_sign_in(sender), "the service again", 30)
    assert states(stack, data) == []
    with ftplib.FTP() as client:
        sender.connect(client)
        client.voidcmd("TYPE I")
        assert client.size("cut.jpg") == half
        assert client.storbinary("STOR cut.jpg", BytesIO(data[half:]), rest=half).startswith("226")
    assert_looked_at_once(stack, data)
    with stack.engine.connect() as connection:
        after = len(connection.execute(select(image.c.id).where(image.c.camera_id == sender.camera)).all())
    assert after == before + 1


def _size(stack: StackUnderTest, name: str) -> int:
    found = list((stack.layout.data / "spool" / "ftp" / "incoming").rglob(name))
    return found[0].stat().st_size if found else 0
