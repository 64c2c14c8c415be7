import ftplib
import io
import socket
import threading
from pathlib import Path

import pytest

from services.ftp.incoming import REMEMBERED, Incoming
from services.ftp.taking import Arrival
from services.ftp.users import User
from tests.ftp.rig import HASH, PASSWORD, Rig, cut, put
from tests.peers import wait_until
from tests.pictures import lively

DATA = lively()


def held(rig: Rig) -> tuple[threading.Event, threading.Event]:
    """The next flush says that it has begun, and waits until it may go on."""
    reached, free, flush = threading.Event(), threading.Event(), rig.flush

    def slow() -> None:
        reached.set()
        assert free.wait(20)
        flush()

    rig.slow = slow
    return reached, free


def test_a_picture_is_safe_on_disk_when_its_sender_hears_226(rig: Rig) -> None:
    with rig.client() as client:
        assert put(client, "a_b_20261120142305.jpg", DATA).startswith("226")
        (record,) = rig.records()
        assert rig.sent(record) == DATA
        assert record["source"] == "Front Door"
        assert rig.partial() == []


def test_several_pictures_of_one_session_are_taken_in_active_mode_too(rig: Rig) -> None:
    with rig.client() as client:
        client.set_pasv(False)
        for number in range(3):
            assert put(client, f"{number}.jpg", lively(number)).startswith("226")
    assert len(rig.records()) == 3


def test_a_picture_under_an_unfinished_name_is_taken_when_it_is_renamed(rig: Rig) -> None:
    with rig.client() as client:
        assert put(client, "cam.jpg.part", DATA).startswith("226")
        assert rig.records() == []
        client.sendcmd("MFMT 20261120132305 cam.jpg.part")
        assert client.rename("cam.jpg.part", "cam.jpg").startswith("250")
    assert len(rig.records()) == 1


def test_what_was_taken_can_be_asked_for_renamed_and_deleted_in_its_session_and_stays_taken(rig: Rig) -> None:
    with rig.client() as client:
        put(client, "one.jpg", DATA)
        client.voidcmd("TYPE I")
        assert client.size("one.jpg") == len(DATA)
        assert client.sendcmd("MDTM one.jpg").startswith("213")
        client.rename("one.jpg", "two.jpg")
        client.delete("two.jpg")
    assert len(rig.records()) == 1


def test_a_unique_name_is_made_where_the_camera_wants_one(rig: Rig) -> None:
    with rig.client() as client:
        for number in range(2):
            client.storbinary("STOU", io.BytesIO(lively(number)))
    assert len(rig.records()) == 2


def test_nothing_can_be_read_and_nothing_of_others_deleted_or_renamed(rig: Rig) -> None:
    with rig.client() as client:
        put(client, "mine.jpg.tmp", DATA)
    with rig.client() as client:
        for order in ("RETR mine.jpg.tmp", "DELE mine.jpg.tmp", "SITE CHMOD 777 mine.jpg.tmp"):
            with pytest.raises(ftplib.error_perm, match="550"):
                client.sendcmd(order)
        with pytest.raises(ftplib.error_perm, match="Only what was sent in this session"):
            client.rename("mine.jpg.tmp", "mine.jpg")


def test_a_picture_that_comes_in_pieces_by_append_is_taken_when_it_is_whole(rig: Rig) -> None:
    with rig.client() as client:
        with pytest.raises(ftplib.error_temp, match="451 Cut short"):
            client.storbinary("APPE one.jpg", io.BytesIO(DATA[:1000]))
        assert client.storbinary("APPE one.jpg", io.BytesIO(DATA[1000:])).startswith("226")
    (record,) = rig.records()
    assert rig.sent(record) == DATA


def test_a_cut_upload_waits_and_is_taken_once_it_has_been_resumed(rig: Rig) -> None:
    with rig.client() as client:
        cut(client, "STOR one.jpg", DATA[:1500])
    wait_until(lambda: any(path.stat().st_size == 1500 for path in rig.partial()), "the part that has come")
    assert rig.records() == []
    with rig.client() as client:
        client.voidcmd("TYPE I")
        assert client.size("one.jpg") == 1500
        assert put(client, "one.jpg", DATA[1500:], rest=1500).startswith("226")
    (record,) = rig.records()
    assert rig.sent(record) == DATA


def test_a_picture_cut_at_every_tenth_byte_is_never_taken_before_its_end(rig: Rig) -> None:
    small = lively(width=16, height=16)
    for at in range(1, len(small), 10):
        with rig.client() as client:
            cut(client, f"STOR {at}.jpg", small[:at])
    wait_until(lambda: len(rig.partial()) == len(range(1, len(small), 10)), "all the parts")
    with rig.client() as client:
        for at in range(11, len(small), 10):
            put(client, f"{at}.jpg", small[at:], rest=at)
    records = rig.records()
    assert len(records) == len(range(11, len(small), 10))
    assert all(rig.sent(one) == small for one in records)


def test_another_file_whose_sender_is_gone_before_the_end_is_not_taken(rig: Rig) -> None:
    with rig.client() as client:
        cut(client, "STOR log.txt", b"half a li")
    wait_until(rig.partial, "the part that has come")
    rig.pool.submit(lambda: None).result(20)
    with rig.client() as client:
        put(client, "one.jpg", DATA)
    assert [one["kind"] for one in rig.records()] == ["image"]


def test_other_files_are_kept_with_their_name(rig: Rig) -> None:
    with rig.client() as client:
        client.mkd("logs")
        client.cwd("logs")
        assert put(client, "café ☕.txt", b"all is well").startswith("226")
    (record,) = rig.records()
    assert record["kind"] == "other"
    assert record["name"] == "logs/café ☕.txt"
    assert rig.sent(record) == b"all is well"
    assert record["path"].startswith("uploads/")


def test_commands_that_come_before_the_reply_wait_for_it(rig: Rig) -> None:
    reached, free = held(rig)
    with rig.client() as client, rig.client("back") as other:
        data = client.transfercmd("STOR one.jpg")
        data.sendall(DATA)
        data.close()
        assert reached.wait(20)
        assert client.sock
        client.sock.sendall(b"NOOP\r\nPWD\r\n")
        assert other.sendcmd("NOOP").startswith("200"), "a slow disk holds up nobody else"
        free.set()
        assert [client.getresp()[:3] for _ in range(3)] == ["226", "200", "257"]


def test_a_shared_user_sends_into_a_folder_called_exactly_like_a_camera(rig: Rig) -> None:
    with rig.client("all") as client:
        assert put(client, "garage/2026/one.jpg", DATA).startswith("226")
        client.cwd("Front Door")
        assert put(client, "two.jpg", lively(2)).startswith("226")
        for wrong in ("/Garage/three.jpg", "/three.jpg", "/gara/three.jpg"):
            with pytest.raises(ftplib.error_perm, match="553"):
                put(client, wrong, DATA)
    assert {one["source"] for one in rig.records()} == {"Garage", "Front Door"}


def test_the_same_picture_sent_again_has_the_same_id_and_another_one_has_not(rig: Rig) -> None:
    with rig.client() as client:
        for name, data in (
            ("c_20261120142305.jpg", DATA),
            ("again/c_20261120142305.jpg", DATA),
            ("c_20261120142306.jpg", DATA),
            ("c_20261120142305.jpg", lively(9)),
        ):
            put(client, name, data)
    ids = [one["id"] for one in rig.records()]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_of_a_still_scene_no_picture_is_lost_for_looking_like_the_one_before(rig: Rig) -> None:
    with rig.client() as client:
        for name in ("now.jpg", "now.jpg", "c_20261120142305.jpg", "c_20261120172305.jpg"):
            put(client, name, DATA)
    assert len({one["id"] for one in rig.records()}) == 4


def announce(client: ftplib.FTP, order: str) -> socket.socket:
    """The connection for a file whose announcement has been heard."""
    client.voidcmd("TYPE I")
    host, port = client.makepasv()
    data = socket.create_connection((host, port), 20)
    say(client, order)
    assert client.getresp()[:1] == "1"
    return data


def say(client: ftplib.FTP, *orders: str) -> None:
    assert client.sock
    client.sock.sendall("".join(f"{one}\r\n" for one in orders).encode())


def heard(client: ftplib.FTP, replies: int) -> list[str]:
    """The codes of so many replies."""
    return [client.getmultiline()[:3] for _ in range(replies)]


def test_a_farewell_before_the_reply_waits_for_it(rig: Rig) -> None:
    with rig.client() as client:
        with announce(client, "STOR log.txt") as data:
            data.sendall(b"all is well" * 2000)
            wait_until(lambda: any(one.stat().st_size for one in rig.partial()), "its beginning")
            say(client, "QUIT")
            assert heard(client, 1) == ["221"]
        assert heard(client, 1) == ["226"]
    (record,) = rig.records()
    assert rig.sent(record) == b"all is well" * 2000


def test_what_is_said_after_a_farewell_harms_nobody(rig: Rig) -> None:
    reached, free = held(rig)
    with rig.client() as client, rig.client("back") as other:
        with announce(client, "STOR one.jpg") as data:
            data.sendall(DATA)
        assert reached.wait(20)
        say(client, "QUIT", "SIZE one.jpg", "PWD", "LIST")
        free.set()
        assert heard(client, 2) == ["226", "221"]
        assert other.sendcmd("NOOP").startswith("200")
        assert put(other, "two.jpg", lively(2)).startswith("226")


def test_nobody_signs_in_as_somebody_else_while_a_file_comes(rig: Rig) -> None:
    with rig.client() as client:
        with announce(client, "STOR one.jpg") as data:
            data.sendall(DATA[:500])
            say(client, "USER back", "REIN")
            assert heard(client, 2) == ["503", "503"]
            data.sendall(DATA[500:])
        assert client.getresp().startswith("226")
        client.login("back", PASSWORD)
        put(client, "two.jpg", lively(2))
    assert [one["source"] for one in rig.records()] == ["Front Door", "Back Yard"]


def test_of_two_uploads_of_one_name_the_later_one_counts(rig: Rig) -> None:
    with rig.client() as stalled, rig.client() as client, announce(stalled, "STOR one.jpg") as data:
        data.sendall(DATA[:1500])
        wait_until(lambda: any(rig.incoming.rglob("one.jpg")), "the first upload")
        with announce(client, "STOR one.jpg") as later:
            data.sendall(DATA[1500:2000])
            with pytest.raises(ftplib.error_temp, match="426 Another upload"):
                stalled.getresp()
            later.sendall(lively(2))
        assert client.getresp().startswith("226")
    (record,) = rig.records()
    assert rig.sent(record) == lively(2)
    assert rig.partial() == []


def test_a_name_that_is_used_again_while_its_file_is_taken_is_another_file(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, free, take = threading.Event(), threading.Event(), rig.house.taking.take

    def slow(arrival: Arrival) -> str:
        reached.set()
        assert free.wait(20)
        return take(arrival)

    monkeypatch.setattr(rig.house.taking, "take", slow)
    with rig.client() as first, rig.client() as second:
        with announce(first, "STOR now.txt") as data:
            data.sendall(b"the first")
        assert reached.wait(20)
        with announce(second, "STOR now.txt") as data:
            data.sendall(b"the other")
        free.set()
        assert heard(first, 1) == heard(second, 1) == ["226"]
    assert {rig.sent(one) for one in rig.records()} == {b"the first", b"the other"}


def test_what_still_comes_is_neither_renamed_nor_deleted(rig: Rig) -> None:
    with rig.client() as client:
        with announce(client, "STOR one.txt.tmp") as data:
            data.sendall(b"half")
            say(client, "DELE one.txt.tmp", "RNFR one.txt.tmp", "RNTO one.txt")
            assert heard(client, 3) == ["550", "350", "550"]
        assert client.getresp().startswith("226")
        assert rig.records() == []


def test_a_unique_name_is_given_to_nobody_who_may_not_send(rig: Rig) -> None:
    with rig.client("all") as client:
        with pytest.raises(ftplib.error_perm, match="553"):
            client.storbinary("STOU", io.BytesIO(b"whose is it?"))
        assert client.storbinary("STOU garage/x", io.BytesIO(DATA)).startswith("226")
    with rig.client() as client:
        put(client, "left.txt.tmp", b"what it was")
        rig.users.replace([])
        with pytest.raises(ftplib.error_perm, match="530 This user is no more"):
            client.storbinary("STOU", io.BytesIO(DATA))
        with pytest.raises(ftplib.error_perm, match="530 This user is no more"):
            client.rename("left.txt.tmp", "left.txt")
    assert [one["source"] for one in rig.records()] == ["Garage"]


def test_a_session_that_lasts_for_months_remembers_no_more_than_its_last_files(tmp_path: Path) -> None:
    view = Incoming(str(tmp_path), None)
    for number in range(3 * REMEMBERED):
        path = str(tmp_path / f"{number}.jpg")
        view.open(path, "wb").close()
        view.note_taken(path, 5)
        view.open(f"{path}.tmp", "wb").close()
    assert len(view.taken) == len(view.own) == REMEMBERED
    assert view.getsize(str(tmp_path / f"{3 * REMEMBERED - 1}.jpg")) == 5


def test_a_camera_whose_name_cannot_be_a_folder_keeps_no_shared_user_out(rig: Rig) -> None:
    odd = dict.fromkeys(("x" * 300, "a\x00b", "a\nb", "a/b", ".."), "Odd")
    rig.users.replace([User("all", HASH, None, {"garage": "Garage", **odd})])
    with rig.client("all") as client:
        assert client.nlst() == ["garage"]


def test_resumed_uploads_need_what_they_go_on_from(rig: Rig) -> None:
    with rig.client() as client:
        with pytest.raises(ftplib.error_perm, match="550"):
            put(client, "one.jpg", DATA[1500:], rest=1500)
        put(client, "one.jpg.tmp", DATA[:1000])
        with pytest.raises(ftplib.error_perm, match="554"):
            put(client, "one.jpg.tmp", DATA[1500:], rest=1500)
        assert put(client, "one.jpg.tmp", DATA[900:], rest=900).startswith("226")
        client.rename("one.jpg.tmp", "one.jpg")
    (record,) = rig.records()
    assert rig.sent(record) == DATA


def test_what_is_taken_while_the_service_is_stopped_is_still_acknowledged(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    reached, free = held(rig)
    client = ftplib.FTP(timeout=20)
    client.connect("127.0.0.1", rig.door.port)
    client.login("front", PASSWORD)
    with announce(client, "STOR one.jpg") as data:
        data.sendall(DATA)
    assert reached.wait(20)
    ending = threading.Thread(target=rig.close)
    ending.start()
    rig.threads[0].join(20)
    free.set()
    ending.join(20)
    assert heard(client, 1) == ["226"]
    client.close()
    assert len(rig.records()) == 1
