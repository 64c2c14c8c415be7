import errno
import ftplib
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from prometheus_client import REGISTRY

from services.ftp import greeting
from tests.disks import small_disk
from tests.ftp.rig import PASSWORD, Rig, put
from tests.peers import free_port, wait_until
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
        (b"\x89PNG\r\n\x1a\n" + b"x" * 500, "too_large", "552 .* pixels are too many"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "broken", "550 Not a whole picture"),
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


def test_a_gigabyte_is_refused_while_it_comes(strict: Rig) -> None:
    megabyte = bytes(1_000_000)
    with strict.client() as client:
        with client.transfercmd("STOR huge.bin") as data, pytest.raises(OSError, match=r"reset|pipe"):
            for _ in range(1000):
                data.sendall(megabyte)
        with pytest.raises(ftplib.error_perm, match="552 Too large"):
            client.getresp()
        assert put(client, "one.jpg", DATA).startswith("226")
    assert strict.partial() == []


def test_a_disk_that_is_full_in_the_middle_of_a_file_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "3m") as disk:
        made = Rig(disk)
        try:
            with made.client() as client:
                with client.transfercmd("STOR huge.bin") as data, pytest.raises(OSError, match=r"reset|pipe"):
                    for _ in range(1000):
                        data.sendall(bytes(100_000))
                with pytest.raises(ftplib.error_temp, match="452 Not taken: the disk is full"):
                    client.getresp()
                assert put(client, "one.jpg", DATA).startswith("226")
            assert made.partial() == []
            assert [one["kind"] for one in made.records()] == ["image"]
        finally:
            made.close()


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


@pytest.mark.parametrize(
    "name", ["x" * 300 + ".jpg", "a\nb.jpg", "a\x01b.jpg", "gpj.\u202etxt", "/".join("abcdefghijklmnop") + ".jpg"]
)
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


@pytest.mark.parametrize("order", ["STOR a\0b", "STOU a\0b", "SIZE a\0b", "MKD a\0b", "CWD a\0b", "\0"])
def test_a_zero_in_an_order_is_refused_and_the_session_goes_on(rig: Rig, order: str) -> None:
    with rig.client() as client:
        with pytest.raises(ftplib.error_perm, match="501"):
            client.sendcmd(order)
        assert put(client, "good.jpg", DATA).startswith("226")


@pytest.mark.parametrize("order", ["PORT 192,0,2,7,200,1", "EPRT |1|192.0.2.7|51201|", "PORT 127,0,0,1,0,22"])
def test_nothing_is_sent_to_another_machine_nor_to_a_service_of_this_one(rig: Rig, order: str) -> None:
    with rig.client() as client:
        with pytest.raises(ftplib.error_perm, match="501"):
            client.sendcmd(order)
        assert put(client, "one.jpg", DATA).startswith("226")


def test_nobody_else_sends_what_a_camera_has_announced(rig: Rig) -> None:
    with rig.client() as client:
        client.voidcmd("TYPE I")
        place = client.makepasv()
        with socket.create_connection(place, 20, ("127.0.0.9", 0)) as stranger:
            assert client.getmultiline().startswith("425 Rejected data connection from foreign address")
            assert stranger.recv(10) == b""
        assert client.sock
        client.sock.sendall(b"STOR one.jpg\r\n")
        with socket.create_connection(place, 20) as data:
            assert client.getresp()[:1] == "1"
            data.sendall(DATA)
        assert client.getresp().startswith("226")


def test_without_a_free_passive_port_it_is_said_and_active_mode_goes_on(tmp_path: Path) -> None:
    port = free_port()
    made = Rig(tmp_path, ftp_passive=f"{port}-{port}")
    try:
        with made.client() as first, made.client() as second:
            first.voidcmd("TYPE I")
            place = first.makepasv()
            with pytest.raises(ftplib.error_temp, match="425 All passive ports are taken"):
                second.makepasv()
            second.set_pasv(False)
            assert put(second, "one.jpg", DATA).startswith("226")
            socket.create_connection(place).close()
            second.set_pasv(True)
            wait_until(lambda: _has_room(second), "the port again")
    finally:
        made.close()


def _has_room(client: ftplib.FTP) -> bool:
    try:
        client.makepasv()
    except ftplib.error_temp:
        return False
    return True


def test_who_does_not_sign_in_is_sent_away_and_who_has_stays(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(greeting, "SIGN_IN_S", 0.5)
    with rig.client() as client, socket.create_connection(("127.0.0.1", rig.door.port), 20) as one:
        lines = one.makefile("rb")
        assert lines.readline().startswith(b"220")
        one.sendall(b"NOOP\r\n")
        assert [lines.readline()[:3] for _ in range(3)] == [b"200", b"421", b""]
        assert put(client, "one.jpg", DATA).startswith("226")


def test_what_was_said_before_encryption_is_not_heard_after_it(tmp_path: Path) -> None:
    made = Rig(tmp_path, ftp_tls="offered")
    try:
        with socket.create_connection(("127.0.0.1", made.door.port), 20) as one, one.makefile("rb") as lines:
            lines.readline()
            one.sendall(b"AUTH TLS\r\nUSER front\r\n")
            assert lines.readline().startswith(b"234")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with context.wrap_socket(one) as safe:
                safe.sendall(b"PASS x\r\n")
                assert safe.recv(100).startswith(b"503 Login with USER first")
    finally:
        made.close()


def test_where_encryption_is_required_files_do_not_come_without(tmp_path: Path) -> None:
    made = Rig(tmp_path, ftp_tls="required")
    try:
        with made.tls_client() as client, pytest.raises(ftplib.error_perm, match="534"):
            client.prot_c()
        with ftplib.FTP_TLS(timeout=20, context=ssl._create_unverified_context()) as client:
            client.connect("127.0.0.1", made.door.port)
            client.login("front", PASSWORD)
            with pytest.raises(ftplib.error_perm, match="550 SSL/TLS required on the data channel"):
                client.makepasv()
    finally:
        made.close()


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
