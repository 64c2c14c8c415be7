from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from services.core.bus import Bus
from services.core.messages import EventNew
from services.core.settings import Settings
from services.keeper.disk import DiskWatch, Room, Watched, said, turn
from services.store.tables import event
from tests.disks import small_disk
from tests.ear import Ear
from tests.pictures import HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
LOW = "disk_low"
BACK = "disk_back"


@pytest.mark.parametrize(
    ("free", "was_low", "kind"),
    [
        (5.0, False, None),
        (4.9, False, LOW),
        (4.9, True, None),
        (7.4, True, None),
        (7.5, True, BACK),
        (0.0, True, None),
        (100.0, False, None),
    ],
)
def test_low_is_below_five_percent_and_over_when_half_as_much_more_is_free(
    free: float, was_low: bool, kind: str | None
) -> None:
    assert turn(free, 5, was_low) == kind


def test_its_words_say_how_much_is_free() -> None:
    full = Room(128_000_000_000, 3_200_000_000)
    assert said(LOW, full) == "The disk of the pictures is almost full: 3.2 GB of 128.0 GB are free (2.5 %)."
    assert said(BACK, Room(0, 0)).startswith("The disk of the pictures has room again: 0.0 GB of 0.0 GB")


class Disk:
    """A disk of 100 GB, of which a test says how much is free; None: it is not there."""

    def __init__(self, engine: Engine, bus: Bus, clock: HeldClock) -> None:
        self.free: float | None = 50
        self._engine, self._bus, self._clock = engine, bus, clock
        self.restart()

    def restart(self, low: float = 5) -> None:
        """Another keeper looks."""
        watched = Watched(Path("/media"), low)
        self._watch = DiskWatch(self._engine, self._bus, self._clock, watched, self._room)

    def _room(self, folder: Path) -> Room:
        if self.free is None:
            raise FileNotFoundError(2, "No such file or directory", str(folder))
        return Room(100_000_000_000, int(self.free * 1e9))

    def has_free(self, *gigabytes: float | None) -> list[str]:
        """What is raised, with so much free in one minute after the other."""
        raised = []
        for self.free in gigabytes:
            made = self._watch.look()
            raised += [made.kind] if made else []
            self._clock.pass_by(60)
        return raised


@pytest.fixture
def disk(engine: Engine, bus: Bus, clock: HeldClock) -> Disk:
    return Disk(engine, bus, clock)


def test_it_is_told_once_however_often_it_comes_and_goes_about_the_limit(disk: Disk) -> None:
    assert disk.has_free(50, 4.9, 5.1, 4.8, 7.4, 4.9) == [LOW]
    assert disk.has_free(7.6, 5.1, 7.4) == [BACK]
    assert disk.has_free(4.9) == [LOW]


def test_another_keeper_says_nothing_again(disk: Disk) -> None:
    disk.has_free(3)
    disk.restart()
    assert disk.has_free(3, 20) == [BACK]
    disk.restart()
    assert disk.has_free(20) == []


def test_it_is_not_looked_at_when_nobody_wants_that(disk: Disk) -> None:
    disk.restart(low=0)
    assert disk.has_free(0, 0) == []


def test_a_folder_that_cannot_be_looked_at_is_no_full_disk(disk: Disk) -> None:
    assert disk.has_free(None, 3, None, 3) == [LOW]


def test_people_may_be_told_of_it(disk: Disk, house: Settings, engine: Engine) -> None:
    with Ear(house, [EventNew]) as ear:
        disk.has_free(3)
        (bell,) = ear.wait(EventNew)
    with engine.connect() as connection:
        (row,) = connection.execute(select(event)).all()
    assert (bell.kind, bell.event_id, bell.detail) == (LOW, row.id, row.detail)
    assert row.unjudged_since is not None


def test_a_real_disk_that_fills_up_is_noticed(engine: Engine, bus: Bus, clock: HeldClock, tmp_path: Path) -> None:
    with small_disk(tmp_path / "media", "1m") as folder:
        watch = DiskWatch(engine, bus, clock, Watched(folder, 10))
        assert watch.look() is None
        (folder / "ballast").write_bytes(bytes(1_000_000))
        clock.pass_by(60)
        made = watch.look()
        assert made is not None
        assert made.kind == LOW
