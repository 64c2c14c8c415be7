from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from services.core.settings import SettingError, Settings
from services.ftp.folder import Folder, Watched
from services.ftp.refusal import Refusal
from services.ftp.taking import Arrival
from services.ftp.watching import watched
from tests.pictures import HeldClock

REST_S = 3.0


@dataclass
class House:
    """A folder, and what was taken of it; `refuses` is what the next file is refused with."""

    path: Path
    clock: HeldClock = field(default_factory=HeldClock)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    refuses: Refusal | None = None

    def __post_init__(self) -> None:
        self.share = self.path / "share"
        self.share.mkdir()

    def folder(self, deletes: bool = False) -> Folder:
        return Folder(Watched("Front Door", self.share, deletes), self.path / "beside", self._take, self.clock, REST_S)

    def put(self, name: str, data: bytes = b"picture") -> Path:
        file = self.share / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def look_until_rest(self, folder: Folder) -> None:
        folder.look()
        self.clock.pass_by(REST_S)
        folder.look()

    def _take(self, arrival: Arrival) -> str:
        if self.refuses:
            raise self.refuses
        self.taken.append((arrival.name, arrival.file.read_bytes()))
        return "226"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    yield House(tmp_path)


def test_a_file_is_taken_once_it_has_not_changed_for_a_while(house: House) -> None:
    folder = house.folder()
    file = house.put("2026/one.jpg", b"some")
    folder.look()
    house.clock.pass_by(REST_S / 2)
    file.write_bytes(b"some more")
    folder.look()
    house.clock.pass_by(REST_S / 2)
    folder.look()
    assert house.taken == []
    house.clock.pass_by(REST_S / 2)
    folder.look()
    assert house.taken == [("2026/one.jpg", b"some more")]
    assert file.exists()


def test_nothing_is_taken_twice_also_by_the_next_start(house: House) -> None:
    house.put("one.jpg")
    folder = house.folder()
    house.look_until_rest(folder)
    house.look_until_rest(folder)
    house.look_until_rest(house.folder())
    assert len(house.taken) == 1


def test_a_name_that_is_used_again_is_another_file(house: House) -> None:
    folder = house.folder()
    for data in (b"first", b"the second"):
        house.put("now.jpg", data)
        house.look_until_rest(folder)
    assert [data for _, data in house.taken] == [b"first", b"the second"]


def test_files_go_after_they_were_taken_where_that_is_wanted(house: House) -> None:
    file = house.put("one.jpg")
    house.look_until_rest(house.folder(deletes=True))
    assert len(house.taken) == 1
    assert not file.exists()


@pytest.mark.parametrize("name", [".one.jpg", "one.jpg.part", "one.tmp"])
def test_what_says_that_it_is_unfinished_waits(house: House, name: str) -> None:
    house.put(name)
    house.look_until_rest(house.folder())
    assert house.taken == []


def test_a_refused_file_is_left_alone_but_a_full_disk_is_no_reason(house: House) -> None:
    house.put("one.jpg")
    folder = house.folder(deletes=True)
    house.refuses = Refusal("disk_full", "452 Not taken: the disk is full")
    house.look_until_rest(folder)
    house.refuses = None
    house.look_until_rest(folder)
    assert len(house.taken) == 1
    file = house.put("two.jpg")
    house.refuses = Refusal("broken", "550 Not a whole picture")
    house.look_until_rest(folder)
    house.refuses = None
    house.look_until_rest(folder)
    assert len(house.taken) == 1
    assert file.exists()


def test_a_link_leads_nowhere(house: House) -> None:
    secret = house.path / "secret.txt"
    secret.write_bytes(b"secret")
    (house.share / "one.txt").symlink_to(secret)
    (house.share / "more").symlink_to(house.path)
    house.look_until_rest(house.folder(deletes=True))
    assert house.taken == []
    assert secret.exists()


def test_a_share_that_is_away_comes_back(house: House) -> None:
    folder = house.folder()
    house.share.rename(house.path / "elsewhere")
    assert folder.look() == 0
    (house.path / "elsewhere").rename(house.share)
    house.put("one.jpg")
    house.look_until_rest(folder)
    assert len(house.taken) == 1


def test_torn_notes_cost_no_more_than_another_look(house: House) -> None:
    house.put("one.jpg")
    house.look_until_rest(house.folder())
    notes = house.path / "beside" / "done.jsonl"
    notes.write_text(notes.read_text()[:-9])
    house.look_until_rest(house.folder())
    assert len(house.taken) == 2


def test_settings_name_cameras_and_folders(tmp_path: Path) -> None:
    given = Settings(_env_file=None, ftp_folders="Front Door=/mnt/front, Garage=/mnt/garage")
    assert [(one.source, str(one.path)) for one in watched(given)] == [
        ("Front Door", "/mnt/front"),
        ("Garage", "/mnt/garage"),
    ]
    for wrong in ("/mnt/front", "Front Door=mnt", "=/mnt"):
        with pytest.raises(SettingError, match="HEARTHWATCH_FTP_FOLDERS"):
            watched(Settings(_env_file=None, ftp_folders=wrong))
