import errno
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from services.core.clock import SystemClock
from services.core.media import Media
from services.core.spool import Record, SpoolWriter, read_closed
from services.intake.acceptor import Acceptor, Note, Picture
from services.intake.desk import ROOM, Closed, Desk
from services.intake.jpeg import measure
from tests.peers import wait_until
from tests.pictures import jpeg

DATA = jpeg()


class Disk:
    """Flushes when it is let; `error` is what it then raises."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.reached = threading.Event()
        self.flushes = 0
        self.error = 0

    def __call__(self) -> None:
        self.flushes += 1
        self.reached.set()
        assert self.free.wait(20)
        if self.error:
            raise OSError(self.error, "No space left on device")


class House:
    def __init__(self, folder: Path) -> None:
        self.media = Media(folder / "media")
        self.media.prepare()
        self.spool = folder / "spool"
        self.disk = Disk()
        self.acceptor = Acceptor(self.media, SpoolWriter(self.spool), self.disk, SystemClock())
        self.desk = Desk(self.acceptor)
        self.stopping = threading.Event()
        self.pool = ThreadPoolExecutor(ROOM + 2)
        self.work = self.pool.submit(self.desk.work, self.stopping, lambda: None)

    def hand_in(self, count: int) -> Sequence[Future[None]]:
        return [self.pool.submit(self.desk.hand_in, self.picture()) for _ in range(count)]

    def picture(self) -> Picture:
        return Picture("Front Door", DATA, measure(DATA), self.acceptor.stamp())

    def records(self) -> list[Record]:
        return list(read_closed(self.spool))

    def close(self) -> None:
        self.disk.free.set()
        self.stopping.set()
        self.work.result(20)
        self.pool.shutdown()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def test_what_is_handed_in_is_durable_when_the_call_returns(house: House) -> None:
    house.disk.free.set()
    house.desk.hand_in(house.picture(), Note({"kind": "note", "id": "1"}))
    assert house.disk.flushes == 1
    (first, note) = house.records()
    assert house.media.path(first["path"]).read_bytes() == DATA
    assert note["id"] == "1"


def test_those_that_wait_for_the_disk_share_the_next_flush(house: House) -> None:
    (first,) = house.hand_in(1)
    assert house.disk.reached.wait(20)
    others = house.hand_in(10)
    wait_until(lambda: len(house.desk._waiting) == 10, "the others at the desk")
    house.disk.free.set()
    for one in (first, *others):
        one.result(20)
    assert house.disk.flushes == 2
    assert len(house.records()) == 11


def test_a_full_disk_is_told_to_each_that_shared_the_flush_and_leaves_nothing(house: House) -> None:
    house.disk.error = errno.ENOSPC
    house.disk.free.set()
    for one in house.hand_in(3):
        with pytest.raises(OSError, match="No space left"):
            one.result(20)
    assert house.records() == []
    house.disk.error = 0
    house.desk.hand_in(house.picture())
    assert len(house.records()) == 1


def test_a_closing_desk_finishes_what_it_has_and_takes_nothing_more(house: House) -> None:
    (first,) = house.hand_in(1)
    assert house.disk.reached.wait(20)
    (second,) = house.hand_in(1)
    wait_until(lambda: house.desk._waiting, "the second at the desk")
    house.stopping.set()
    house.disk.free.set()
    house.work.result(20)
    for one in (first, second):
        one.result(20)
    with pytest.raises(Closed):
        house.desk.hand_in(house.picture())
    assert len(house.records()) == 2


def test_more_than_fit_wait_outside_until_there_is_room(house: House) -> None:
    crowd = house.hand_in(ROOM + 1)
    house.disk.free.set()
    for one in crowd:
        one.result(20)
    assert len(house.records()) == ROOM + 1
