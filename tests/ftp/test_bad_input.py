import errno
import ftplib
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from prometheus_client import REGISTRY

from tests.ftp.rig import PASSWORD, Rig, put
from tests.pictures import lively

DATA = lively()


def refused(reason: str) -> float:
    return REGISTRY.get_sample_value("ftp_refused_total", {"reason": reason}) or 0.0


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, ftp_max_bytes=100_000, ftp_lock_tries=5, ftp_max_per_address=4, ftp_max_connections=6)
    yield made
    made.close()


def test_no_path_leads_out_of_the_users_folder(rig: Rig) -> None:
    with rig.client() as client:
        for name in ("../../../escaped.jpg", "/../../escaped.jpg", "a/../../../../escaped.jpg"):
            put(client, name, DATA)
    assert list(rig.settings.data_dir.rglob("*escaped*")) == []
    assert {one["source"] for one in rig.records()} == {"Front Door"}


@pytest.mark.parametrize(
    ("data", "reason", "reply"),
    [
        (b"", "empty", "550 The file is empty"),
        (b"\xff\xd8\xff" + b"x" * 500 + b"\xff\xd9", "broken", "550 Not a whole picture"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 500, "broken", "550 Not a whole picture"),
        (DATA[:-40], "cut_short", "451 Cut short"),
        (DATA[: len(DATA) // 2] + b"\xff\xd9", "broken", "550 Not a whole picture: parts of it are missing"),
        (DATA[: len(DATA) // 3] + DATA[len(DATA) // 2 :], "broken", "550 Not a whole picture: parts of it are missing"),
    ],
)
def test_what_is_no_whole_picture_is_refused_with_the_reason(rig: Rig, data: bytes, reason: str, reply: str) -> None:
    before = refused(reason)
    with rig.client() as client, pytest.raises(ftplib.Error, match=reply):
        put(client, "one.jpg", data)
    assert refused(reason) == before + 1
    assert rig.records() == []


def test_a_file_that_is_too_large_is_refused_while_it_comes(strict: Rig) -> None:
    with strict.client() as client:
        with client.transfercmd("STOR huge.bin") as data, pytest.raises(OSError, match=r"reset|pipe"):
            data.sendall(bytes(50_000_000))
        with pytest.raises(ftplib.error_perm, match="552 Too large"):
            client.getresp()
        assert put(client, "one.jpg", DATA).startswith("226")
    assert strict.partial() == []


def test_a_full_disk_is_told_and_the_next_picture_taken(rig: Rig) -> None:
    whole = rig.flush

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with rig.client() as client:
        rig.slow = full
        with pytest.raises(ftplib.error_temp, match="452 Not taken: the disk is full"):
            put(client, "one.jpg", DATA)
        rig.slow = whole
        assert put(client, "one.jpg", DATA).startswith("226")
    assert len(rig.records()) == 1
    assert rig.partial() == []


@pytest.mark.parametrize("name", ["x" * 300 + ".jpg", "a\nb.jpg", "a\x01b.jpg", "/".join("abcdefghijklmnop") + ".jpg"])
def test_a_name_that_cannot_be_is_refused_and_the_session_goes_on(rig: Rig, name: str) -> None:
    with rig.client() as client:
        client.voidcmd("TYPE I")
        host, port = client.makepasv()
        with socket.create_connection((host, port)):
            assert client.sock
            client.sock.sendall(f"STOR {name}\r\n".encode())
            with pytest.raises(ftplib.error_perm, match="550"):
                client.getresp()
        assert put(client, "good.jpg", DATA).startswith("226")


def test_a_name_that_is_no_utf_8_is_taken(rig: Rig) -> None:
    with rig.client() as client:
        client.voidcmd("TYPE I")
        host, port = client.makepasv()
        with socket.create_connection((host, port)) as data:
            assert client.sock
            client.sock.sendall(b"STOR K\xfcche.txt\r\n")
            client.getresp()
            data.sendall(b"all is well")
        assert client.getresp().startswith("226")
    (record,) = rig.records()
    assert record["name"] == "K\N{REPLACEMENT CHARACTER}che.txt"


@pytest.mark.parametrize("ending", [".png", ".bmp", ".webp"])
def test_other_kinds_of_pictures_become_jpegs(rig: Rig, ending: str) -> None:
    done, data = cv2.imencode(ending, np.full((48, 64, 3), 90, np.uint8))
    assert done
    with rig.client() as client:
        put(client, "picture", data.tobytes())
    (record,) = rig.records()
    assert rig.sent(record)[:3] == b"\xff\xd8\xff"
    assert (record["width"], record["height"]) == (64, 48)


def test_ten_thousand_wrong_passwords_lock_their_address_out_and_nobody_else(strict: Rig) -> None:
    wrong, locked = 0, 0
    with ThreadPoolExecutor(3) as pool:
        for reply in pool.map(lambda number: sign_in(strict, "front", f"guess {number}"), range(10_000)):
            wrong += reply.startswith("530")
            locked += reply.startswith("421")
    assert wrong <= 8, "those that were under way when the last one of five counted"
    assert locked >= 9_990
    with strict.client(address="127.0.0.2") as client:
        assert put(client, "one.jpg", DATA).startswith("226")


def test_a_name_that_nobody_has_is_answered_as_a_wrong_password(rig: Rig) -> None:
    assert sign_in(rig, "nobody", PASSWORD) == sign_in(rig, "front", "wrong")


def test_more_connections_than_may_be_are_turned_away_and_the_others_served(strict: Rig) -> None:
    with strict.client() as first, strict.client(), strict.client(), strict.client():
        with pytest.raises(ftplib.error_temp, match="421 Too many connections from the same IP"), strict.client():
            pass
        with strict.client(address="127.0.0.2"), strict.client(address="127.0.0.2"):
            assert sign_in(strict, "front", PASSWORD, "127.0.0.3").startswith("421 Too many connections")
            assert put(first, "one.jpg", DATA).startswith("226")


def test_fifty_cameras_send_at_once(rig: Rig) -> None:
    def send(number: int) -> str:
        with rig.client() as client:
            return put(client, f"{number}.jpg", lively(number))

    with ThreadPoolExecutor(50) as pool:
        assert all(reply.startswith("226") for reply in pool.map(send, range(50)))
    assert len({one["sha256"] for one in rig.records()}) == 50


def test_a_network_that_is_not_listed_is_turned_away(tmp_path: Path) -> None:
    made = Rig(tmp_path, ftp_allow="127.0.0.2/32")
    try:
        with made.client(address="127.0.0.2") as client:
            put(client, "one.jpg", DATA)
        with pytest.raises(ftplib.error_temp, match="421 Your network"), made.client():
            pass
    finally:
        made.close()


def test_rubbish_on_the_control_connection_ends_no_more_than_itself(rig: Rig) -> None:
    rubbish = np.random.default_rng(5)
    for size in (1, 100, 5000, 100_000):
        with socket.create_connection(("127.0.0.1", rig.door.port)) as one:
            one.sendall(rubbish.bytes(size) + b"\r\n")
    with rig.client() as client:
        assert put(client, "one.jpg", DATA).startswith("226")


@pytest.mark.parametrize("required", [False, True])
def test_ftps_encrypts_both_connections(tmp_path: Path, required: bool) -> None:
    made = Rig(tmp_path, ftp_tls="required" if required else "offered")
    try:
        with made.tls_client() as client:
            assert put(client, "one.jpg", DATA).startswith("226")
        if required:
            with pytest.raises(ftplib.error_perm, match="550 SSL/TLS required"), made.client():
                pass
        else:
            with made.client() as client:
                assert put(client, "two.jpg", lively(2)).startswith("226")
        assert (made.folder / "certificate.pem").stat().st_mode & 0o777 == 0o600
    finally:
        made.close()


@pytest.mark.parametrize("options", [[], ["--ftp-port", "-"], ["-k", "--ssl-reqd"]])
def test_curl_sends(tmp_path: Path, options: list[str]) -> None:
    assert run_client(tmp_path, lambda port, file: ["curl", "-sS", "-T", str(file), *options, url(port)]) == DATA


@pytest.mark.parametrize("passive", ["on", "off"])
@pytest.mark.parametrize("force", ["true", "false"])
def test_lftp_sends(tmp_path: Path, passive: str, force: str) -> None:
    settings = f"set ftp:passive-mode {passive}; set ftp:ssl-force {force}; set ssl:verify-certificate no"
    settings += "; set net:max-retries 1; set net:timeout 10"
    made = lambda port, file: ["lftp", "-e", f"{settings}; put {file}; bye", url(port)]  # noqa: E731
    assert run_client(tmp_path, made) == DATA


def url(port: int) -> str:
    return f"ftp://front:{PASSWORD}@127.0.0.1:{port}/"


def run_client(folder: Path, command: Callable[[int, Path], list[str]]) -> bytes:
    made = Rig(folder / "house", ftp_tls="offered")
    file = folder / "cam_20261120142305.jpg"
    file.write_bytes(DATA)
    try:
        subprocess.run(command(made.door.port, file), check=True, timeout=60, capture_output=True)
        (record,) = made.records()
        return made.sent(record)
    finally:
        made.close()


def sign_in(rig: Rig, user: str, password: str, address: str = "127.0.0.1") -> str:
    """The last reply to a single try."""
    there, here = ("127.0.0.1", rig.door.port), (address, 0)
    with socket.create_connection(there, 20, here) as one, one.makefile("rb") as lines:
        reply = lines.readline().decode()
        for order in (f"USER {user}", f"PASS {password}"):
            if reply.startswith("421"):
                return reply
            one.sendall(f"{order}\r\n".encode())
            reply = lines.readline().decode()
        return reply
