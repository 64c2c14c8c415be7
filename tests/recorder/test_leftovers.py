"""What a killed recorder left of cameras that are recorded no longer: with real films and a real MariaDB."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.media import Media
from services.core.spool import Record
from services.intake.acceptor import Note
from services.recorder.leftovers import EVERY_S, Leftovers
from services.recorder.shelf import Shelf
from tests.pictures import HeldClock
from tests.recorder.films import film
from tests.store.recordings import recorded_camera

pytestmark = pytest.mark.mariadb


class House:
    """Working folders as a kill leaves them; `full` is when the disk takes no record."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.clock = HeldClock()
        self.records: list[Record] = []
        self.full = False
        self.shelf = Shelf(Media(folder), self.clock, self._hand_in)
        self.leftovers = Leftovers(engine, self.shelf, self.clock)
        self.work = folder / "recordings" / ".work"

    def leave(self, camera_id: str) -> Path:
        run = self.shelf.folder_for(camera_id)
        film(run / "20260501T120000.mp4", 1)
        return run

    def _hand_in(self, note: Note) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        self.records.append(note.record)


@pytest.fixture
def house(engine: Engine, media_folder: Path) -> House:
    return House(engine, media_folder)


def test_the_last_segment_of_a_camera_that_was_switched_off_is_filed(engine: Engine, house: House) -> None:
    recorded_camera(engine, "Back Yard", records=False)
    recorded_camera(engine, "Door")
    house.leave("back-yard")
    at_work = house.leave("door")
    house.leave("long-gone")
    house.leftovers.look({"door"})
    found = {(one["camera_id"], one["source"], one["whole"]) for one in house.records}
    assert found == {("back-yard", "Back Yard", False), ("long-gone", "long-gone", False)}
    assert list(house.work.iterdir()) == [at_work.parent]
    assert list(at_work.iterdir()), "who is recorded looks after it alone"


def test_with_the_disk_full_it_stays_and_is_tried_again_a_minute_later(engine: Engine, house: House) -> None:
    recorded_camera(engine, "Yard", records=False)
    run = house.leave("yard")
    house.full = True
    house.leftovers.look(set())
    house.full = False
    house.leftovers.look(set())
    assert run.exists(), "not at every look"
    house.clock.pass_by(EVERY_S)
    house.leftovers.look(set())
    assert [one["camera_id"] for one in house.records] == ["yard"]
    assert not (house.work / "yard").exists()


def test_a_camera_that_was_just_switched_off_and_left_nothing_has_no_folder_any_more(house: House) -> None:
    house.shelf.folder_for("yard")
    house.leftovers.look(set())
    assert list(house.work.iterdir()) == []
    assert house.records == []


def test_a_house_that_records_nothing_has_nothing_to_look_after(engine: Engine, house: House) -> None:
    house.leftovers.look(set())
    assert not house.work.exists()
