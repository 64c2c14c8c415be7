import errno
import time
from pathlib import Path

import pytest
import zmq

from services.hub import hub as module
from tests.hub.rig import IN_TIME, PATIENT, PICTURE, Client, Counted, Rig, clients, rig, soon

HANG_S = 1.2


def test_a_picture_is_answered_after_it_has_been_flushed(tmp_path: Path) -> None:
    with rig(tmp_path) as one, Client(one.port) as client:
        one.disk.free.clear()
        client.say("Front Door|jpg")
        assert client.hears(0.3) is None
        one.disk.free.set()
        assert client.hears() == b"OK"
        assert [path.read_bytes() for path in one.files()] == [PICTURE]


def test_what_has_arrived_together_is_flushed_together(tmp_path: Path) -> None:
    with rig(tmp_path) as one, clients(one.port, 12) as senders:
        assert senders[0].ask("Front Door|jpg") == b"OK"
        before = one.disk.flushes
        one.disk.free.clear()
        for sender in senders:
            sender.say("Front Door|jpg")
        time.sleep(0.05)
        one.disk.free.set()
        assert [sender.hears() for sender in senders] == [b"OK"] * 12
        assert one.disk.flushes - before < 6
        assert len(one.files()) == 13


def test_a_disk_that_hangs_makes_no_answer_late_and_all_is_stored_afterwards(tmp_path: Path) -> None:
    counted = Counted()
    with rig(tmp_path, **IN_TIME) as one, clients(one.port, 5) as senders:
        one.disk.free.clear()
        end = time.monotonic() + HANG_S
        answered = 0
        while time.monotonic() < end:
            start = time.monotonic()
            for sender in senders:
                sender.say("Front Door|jpg")
            assert [sender.hears() for sender in senders] == [b"OK"] * 5
            assert time.monotonic() - start < 1, "so long stock senders wait"
            answered += 5
        assert counted.late == answered
        assert one.records() == [] or len(one.records()) < answered
        one.disk.free.set()
        soon(lambda: len(one.records()) == answered, "all records")
        assert len(one.files()) == answered


def test_the_stand_in_answers_test_images_at_once_while_the_disk_hangs(tmp_path: Path) -> None:
    with rig(tmp_path) as one, clients(one.port, 2) as (first, second):
        one.disk.free.clear()
        first.say("Front Door|jpg")
        time.sleep(0.2)
        start = time.monotonic()
        assert second.ask("Grayscale") == b"OK"
        assert time.monotonic() - start < PATIENT["hub_reply_deadline_s"] / 4


def test_events_do_not_hang_with_the_disk(tmp_path: Path) -> None:
    with rig(tmp_path, **IN_TIME) as one, clients(one.port, 2) as (first, second):
        one.disk.free.clear()
        first.say("Front Door|jpg")
        time.sleep(0.2)
        for number in range(3):
            assert second.ask(f"Front Door|motion|moving {number}") == b"OK"
        one.disk.free.set()
        soon(lambda: len(one.records("event")) == 3, "the events")
        lines = (one.settings.media / "logs" / "imagehub.log").read_text().splitlines()
        assert [line.rsplit(" ", 1)[-1] for line in lines] == ["0", "1", "2"]


def test_a_full_late_queue_is_a_refusal_at_once_and_not_a_lie(tmp_path: Path) -> None:
    counted = Counted()
    with rig(tmp_path, hub_late_queue_bytes=int(len(PICTURE) * 2.5), **IN_TIME) as one, clients(one.port, 6) as senders:
        one.disk.free.clear()
        senders[0].say("Camera 0|jpg")
        time.sleep(0.2)
        for number, sender in enumerate(senders[1:], 1):
            sender.say(f"Camera {number}|jpg")
        replies = [sender.hears() for sender in senders]
        assert sorted(reply or b"" for reply in replies) == [b"OK"] * 2 + [b"REFUSED busy"] * 4
        one.disk.free.set()
        soon(lambda: len(one.records()) == 2, "both that were accepted")
        stored = {record["source"] for record in one.records()}
        assert stored == {f"Camera {number}" for number, reply in enumerate(replies) if reply == b"OK"}
    assert counted.refused() == {"late queue full": 4}


def test_a_full_disk_is_refused_aloud_and_taken_again_by_itself(tmp_path: Path) -> None:
    counted = Counted()
    with rig(tmp_path) as one, clients(one.port, 3) as senders:
        one.disk.error = errno.ENOSPC
        for sender in senders:
            sender.say("Front Door|jpg")
        assert [sender.hears() for sender in senders] == [b"REFUSED No space left on device"] * 3
        assert not one.hub.disk_well()
        assert not one.files()
        assert not one.records()
        one.disk.error = 0
        assert senders[0].ask("Front Door|jpg") == b"OK"
        assert one.hub.disk_well()
    assert counted.refused() == {"disk": 3}


def test_a_disk_that_hangs_and_then_is_full_keeps_what_was_answered_until_it_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.1)
    with rig(tmp_path, **IN_TIME) as one, clients(one.port, 3) as senders:
        one.disk.free.clear()
        one.disk.error = errno.ENOSPC
        for sender in senders:
            sender.say("Front Door|jpg")
        assert [sender.hears() for sender in senders] == [b"OK"] * 3
        one.disk.free.set()
        soon(lambda: not one.hub.disk_well(), "the disk's refusal")
        assert senders[0].ask("Front Door|jpg") == b"REFUSED No space left on device"
        assert one.files() == []
        one.disk.error = 0
        soon(lambda: len(one.records()) == 3, "what was answered")


def test_what_was_answered_is_stored_at_the_end(tmp_path: Path) -> None:
    made = Rig(tmp_path, **IN_TIME)
    made.start()
    with clients(made.port, 4) as senders:
        made.disk.free.clear()
        for sender in senders:
            sender.say("Front Door|jpg")
        assert [sender.hears() for sender in senders] == [b"OK"] * 4
        made.stopping.set()
        made.stop()
    assert len(made.records()) == len(made.files()) == 4


def test_what_was_answered_and_cannot_be_stored_at_the_end_is_counted(tmp_path: Path) -> None:
    counted = Counted()
    made = Rig(tmp_path, **IN_TIME)
    made.start()
    with Client(made.port) as sender:
        made.disk.free.clear()
        made.disk.error = errno.EIO
        assert sender.ask("Front Door|jpg") == b"OK"
        made.stop()
    assert counted.lost == 1
    assert not made.files()
    assert not made.records()


def test_one_picture_that_does_not_fit_refuses_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with rig(tmp_path) as one, clients(one.port, 8) as senders:
        place = one.media.place

        def full_for_one(path: str, data: bytes | memoryview) -> None:
            if "Large" in path:
                raise OSError(errno.ENOSPC, "No space left on device")
            place(path, data)

        monkeypatch.setattr(one.media, "place", full_for_one)
        one.disk.free.clear()
        for number, sender in enumerate(senders):
            sender.say("Large|jpg" if number == 5 else f"Camera {number}|jpg")
        one.disk.free.set()
        replies = [sender.hears() for sender in senders]
        assert replies[5] == b"REFUSED No space left on device"
        assert replies.count(b"OK") == 7
        assert len(one.records()) == len(one.files()) == 7


def test_a_refused_picture_is_given_back_to_the_daily_cap(tmp_path: Path) -> None:
    with rig(tmp_path, hub_daily_cap=1) as one, Client(one.port) as sender:
        one.disk.error = errno.ENOSPC
        for _ in range(3):
            assert sender.ask("Front Door|jpg") == b"REFUSED No space left on device"
        one.disk.error = 0
        assert sender.ask("Front Door|jpg") == b"OK"
        assert sender.ask("Front Door|jpg") == b"REFUSED daily cap"


def test_a_dealer_with_many_requests_open_gets_an_answer_for_each(tmp_path: Path) -> None:
    with rig(tmp_path) as one, Client(one.port, zmq.DEALER) as dealer:
        for _ in range(200):
            dealer.send(b"", b'{"msg":"Front Door|jpg"}', PICTURE)
        answers = [dealer.socket.recv_multipart() for _ in range(200)]
        assert answers == [[b"", b"OK"]] * 200
        dealer.send(b'{"msg":"Front Door|jpg"}', PICTURE)
        assert dealer.socket.recv_multipart() == [b"OK"]
    assert len(one.files()) == 201
