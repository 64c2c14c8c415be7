"""Where segments go, with real films; what a kill leaves between two steps."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.core.clock import from_rfc3339
from services.core.media import Media
from services.core.spool import Record
from services.intake.acceptor import Note
from services.recorder.shelf import Owner, Shelf, Span, note_began, remove
from tests.pictures import NOON, HeldClock
from tests.recorder.films import film

YARD = Owner("yard", "Yard")


class House:
    """A shelf, and what was handed in; `full` is when the disk takes no record."""

    def __init__(self, folder: Path) -> None:
        self.media = Media(folder)
        self.records: list[Record] = []
        self.full = False
        self.shelf = Shelf(self.media, HeldClock(), self._hand_in)
        self.run = self.shelf.folder_for("yard")

    def work(self, stamp: str = "20260501T120000", seconds: float = 2) -> Path:
        film(self.run / f"{stamp}.mp4", seconds)
        return self.run / f"{stamp}.mp4"

    def _hand_in(self, note: Note) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        self.records.append(note.record)


@pytest.fixture
def house(media_folder: Path) -> House:
    return House(media_folder)


@pytest.fixture
def in_rome(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Rome")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_segment_gets_its_place_and_its_record(house: House) -> None:
    work = house.work()
    span = Span(NOON, NOON + timedelta(seconds=2))
    path = house.shelf.file(YARD, work, span, whole=True)
    (record,) = house.records
    assert record["path"] == path
    assert record["began_at"] == "2026-05-01T12:00:00.000000Z"
    assert (record["width"], record["video"], record["audio"], record["whole"]) == (320, "h264", "aac", True)
    assert house.media.path(record["path"]).stat().st_size == record["bytes"]
    assert not work.exists()
    remove(house.run)
    assert not house.run.exists()


def test_the_first_of_a_run_begins_with_its_first_key_frame(house: House) -> None:
    house.shelf.file(YARD, house.work(), Span(NOON, NOON + timedelta(seconds=3.5), is_first=True), whole=True)
    (record,) = house.records
    began, ended = from_rfc3339(record["began_at"]), from_rfc3339(record["ended_at"])
    assert ended == NOON + timedelta(seconds=3.5)
    assert abs((ended - began).total_seconds() - 2) < 0.1


def test_killed_between_its_place_and_its_record_it_is_filed_once(house: House) -> None:
    house.full = True
    work = house.work()
    with pytest.raises(OSError, match="No space"):
        house.shelf.file(YARD, work, None, whole=True)
    house.full = False
    assert work.exists()
    assert house.shelf.recover(YARD) == 1
    (record,) = house.records
    assert not record["whole"]
    assert len(list(house.media.root.glob("recordings/2026-05-01/*.mp4"))) == 1


def test_a_name_that_is_taken_gets_a_number_when_the_clock_was_put_back(house: House) -> None:
    first = house.shelf.file(YARD, house.work(), None, whole=True)
    house.run = house.shelf.folder_for("yard")
    second = house.shelf.file(YARD, house.work(), None, whole=True)
    assert first == "recordings/2026-05-01/yard-20260501T120000Z.mp4"
    assert second == "recordings/2026-05-01/yard-20260501T120000Z-2.mp4"
    assert house.records[0]["id"] != house.records[1]["id"]


def test_what_cannot_be_played_goes_and_is_counted(house: House) -> None:
    work = house.run / "20260501T120000.mp4"
    work.write_bytes(b"\0\0\0\x1cftypiso5")
    assert house.shelf.file(YARD, work, None, whole=False) is None
    assert not work.exists()
    assert house.records == []


@pytest.mark.parametrize("pictures", [0, 1])
def test_a_segment_of_one_picture_is_a_moment_and_one_of_none_is_nothing(house: House, pictures: int) -> None:
    work = house.run / "20260501T120000.mp4"
    film(work, pictures / 10, sound=False)
    path = house.shelf.file(YARD, work, Span(NOON, NOON), whole=True)
    assert [one["path"] for one in house.records] == ([path] if pictures else [])
    for record in house.records:
        lasted = from_rfc3339(record["ended_at"]) - from_rfc3339(record["began_at"])
        assert timedelta() < lasted <= timedelta(seconds=0.2)
    assert not work.exists()


@pytest.mark.usefixtures("in_rome")
@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("20260501T215959", "2026-05-01"),
        ("20260501T220000", "2026-05-02"),
        ("20260328T225959", "2026-03-28"),
        ("20260328T230000", "2026-03-29"),
        ("20260329T005959", "2026-03-29"),
        ("20260329T010000", "2026-03-29"),
        ("20260329T215959", "2026-03-29"),
        ("20260329T220000", "2026-03-30"),
        ("20261024T220000", "2026-10-25"),
        ("20261025T003000", "2026-10-25"),
        ("20261025T013000", "2026-10-25"),
        ("20261025T225959", "2026-10-25"),
        ("20261025T230000", "2026-10-26"),
    ],
)
def test_days_are_local_and_names_have_no_hour_twice(house: House, stamp: str, day: str) -> None:
    path = house.shelf.file(YARD, house.work(stamp, 1), None, whole=True)
    assert path == f"recordings/{day}/yard-{stamp}Z.mp4"
    began = datetime.fromisoformat(house.records[0]["began_at"])
    assert began == datetime.strptime(stamp, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    assert list(house.run.iterdir()) == []


def test_what_was_killed_begins_where_the_segment_before_it_ended(house: House) -> None:
    house.work()
    note_began(house.run, NOON + timedelta(seconds=0.75))
    assert house.shelf.recover(YARD) == 1
    (record,) = house.records
    assert record["began_at"] == "2026-05-01T12:00:00.750000Z"
    assert from_rfc3339(record["ended_at"]) - from_rfc3339(record["began_at"]) > timedelta(seconds=1)
    assert not house.run.exists()


def test_a_note_of_another_segment_is_passed_over(house: House) -> None:
    house.work()
    note_began(house.run, NOON - timedelta(seconds=8))
    house.shelf.recover(YARD)
    (record,) = house.records
    assert record["began_at"] == "2026-05-01T12:00:00.000000Z"
