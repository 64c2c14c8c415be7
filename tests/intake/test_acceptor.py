import errno
import hashlib
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.core.media import Media
from services.core.spool import SpoolReader, SpoolWriter, read_all
from services.intake.acceptor import Acceptor, Move, Note, Picture
from services.intake.jpeg import Size
from tests.pictures import HeldClock, jpeg

DATA = jpeg()


class Flush:
    """Fails as often as it is told to."""

    def __init__(self) -> None:
        self.count = 0
        self.failures = 0

    def __call__(self) -> None:
        self.count += 1
        if self.failures:
            self.failures -= 1
            raise OSError(errno.EIO, "Input/output error")


class House:
    def __init__(self, folder: Path) -> None:
        self.clock = HeldClock()
        self.media = Media(folder / "media")
        self.media.prepare()
        self.spool = folder / "spool"
        self.writer = SpoolWriter(self.spool)
        self.flush = Flush()
        self.rings: list[int] = []
        self.acceptor = Acceptor(
            self.media, self.writer, self.flush, self.clock, lambda: self.rings.append(self.flush.count)
        )

    def picture(self, source: str = "Front Door") -> Picture:
        return Picture(source, DATA, Size(64, 48), self.acceptor.stamp())

    def records(self) -> list[dict[str, Any]]:
        return SpoolReader(self.spool).read(1000).records

    def files(self) -> list[str]:
        return sorted(path.name for path in self.media.root.rglob("*") if path.is_file())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_group_is_on_disk_and_in_the_spool_after_one_flush(house: House) -> None:
    group: list[Picture | Note] = [house.picture(), house.picture("Back Door"), Note({"kind": "heartbeat", "id": "1"})]
    house.acceptor.accept(group)
    assert house.flush.count == 1
    assert house.rings == [1]
    images = [record for record in house.records() if record["kind"] == "image"]
    assert [house.media.path(one["path"]).read_bytes() for one in images] == [DATA, DATA]
    assert {(one["bytes"], one["sha256"], one["width"], one["height"]) for one in images} == {
        (len(DATA), hashlib.sha256(DATA).hexdigest(), 64, 48)
    }
    assert len(house.records()) == 3


def test_no_two_receipts_have_the_same_microsecond(house: House) -> None:
    stamps = [house.acceptor.stamp() for _ in range(100)]
    assert stamps == sorted(set(stamps))
    house.clock.pass_by(-0.5)
    assert house.acceptor.stamp() > stamps[-1]


def test_receipts_follow_a_clock_that_was_wrong_and_is_put_right(house: House) -> None:
    wrong = house.acceptor.stamp()
    house.clock.pass_by(-86400)
    assert house.acceptor.stamp() == wrong - timedelta(days=1)


def test_no_picture_is_lost_when_a_clock_is_put_back_to_a_moment_that_had_one(house: House) -> None:
    for _ in range(2):
        house.acceptor.accept([house.picture() for _ in range(3)])
        house.clock.pass_by(3600)
        house.acceptor.accept([house.picture()])
        house.clock.pass_by(-3600)
    assert len(house.files()) == len(house.records()) == 8


def test_pictures_of_one_moment_get_names_of_their_own(house: House) -> None:
    house.acceptor.accept([house.picture() for _ in range(50)])
    assert len(house.files()) == 50
    assert len({record["id"] for record in house.records()}) == 50


def test_a_failed_flush_leaves_neither_file_nor_record(house: House) -> None:
    house.acceptor.accept([house.picture()])
    before = house.files()
    house.flush.failures = 1
    with pytest.raises(OSError, match="Input/output"):
        house.acceptor.accept([house.picture(), house.picture()])
    assert house.files() == before
    assert len(list(read_all(house.spool))) == 1
    house.acceptor.accept([house.picture()])
    assert len(house.records()) == len(house.files()) == 2


def test_a_failed_group_whose_records_stayed_is_not_closed_with_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_truncate(*_: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    house.flush.failures = 1
    with monkeypatch.context() as patch:
        patch.setattr(os, "ftruncate", no_truncate)
        with pytest.raises(OSError, match="Read-only"):
            house.acceptor.accept([house.picture()])
        assert len(list(read_all(house.spool))) == 1
        with pytest.raises(OSError, match="Read-only"):
            house.acceptor.accept([house.picture()])
    house.acceptor.accept([house.picture("Back Door")])
    assert [record["source"] for record in house.records()] == ["Back Door"]
    assert len(house.files()) == 1


def test_a_name_that_was_given_before_the_clocks_went_back_is_not_given_again(house: House, berlin: None) -> None:
    summer = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    house.clock.pass_by((summer - house.clock.now()).total_seconds())
    first = house.picture()
    house.acceptor.accept([first])
    house.clock.pass_by(3600)
    again = house.picture()
    assert again.received_at.astimezone().replace(tzinfo=None) == first.received_at.astimezone().replace(tzinfo=None)
    house.acceptor.accept([again])
    names = house.files()
    assert len(names) == 2
    assert names[0][:-11] == names[1][:-11] == "Front-Door-2026-10-25T02.30.00"
    received = [datetime.fromisoformat(record["received_at"]) for record in house.records()]
    assert received[1] - received[0] == timedelta(hours=1, microseconds=1)


def test_midnight_of_the_owner_begins_a_new_folder(house: House, berlin: None) -> None:
    house.clock.pass_by((datetime(2026, 5, 1, 21, 59, 59, 999999, UTC) - house.clock.now()).total_seconds())
    house.acceptor.accept([house.picture(), house.picture()])
    days = [record["path"].split("/")[1] for record in house.records()]
    assert days == ["2026-05-01", "2026-05-02"]
    assert house.files()[1] == "Front-Door-2026-05-02T00.00.00.000000.jpg"


def test_a_file_that_is_there_already_is_moved_with_its_record(house: House, tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"film")
    record = {"kind": "film", "id": "1", "path": "recordings/2026-05-01/film.mp4"}
    house.acceptor.accept([Move(record, file), house.picture()])
    assert house.media.path(record["path"]).read_bytes() == b"film"
    assert not file.exists()
    assert [one["kind"] for one in house.records()] == ["film", "image"]


def test_a_moved_file_that_did_not_become_durable_is_not_kept(house: House, tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"film")
    house.flush.failures = 1
    with pytest.raises(OSError, match="Input/output"):
        house.acceptor.accept([Move({"kind": "film", "id": "1", "path": "recordings/2026-05-01/film.mp4"}, file)])
    assert not house.media.holds("recordings/2026-05-01/film.mp4")
    assert house.records() == []
