import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from services.core.ids import new_id
from services.core.settings import SettingError, Settings
from services.ftp import folder as folders
from services.ftp.folder import NOTES_MIN, Folder, Watched
from services.ftp.refusal import Refusal
from services.ftp.taking import Arrival
from services.ftp.watching import watched
from tests.pictures import HeldClock

REST_S = 3.0
MOST = 1000


@dataclass
class House:
    """A folder, and what was taken of it; `refuses` is what the next file is refused with."""

    path: Path
    clock: HeldClock = field(default_factory=HeldClock)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    refuses: Refusal | None = None
    meanwhile: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self.share = self.path / "share"
        self.share.mkdir()

    def folder(self, deletes: bool = False) -> Folder:
        return Folder(
            Watched("Front Door", self.share, deletes), self.path / "beside", self._take, self.clock, REST_S, MOST
        )

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
        self.meanwhile()
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


def test_a_time_beyond_all_years_is_none() -> None:
    assert folders._moment((5, 10**21)) is None
    assert folders._moment((5, 1_795_180_985 * 10**9)) == datetime(2026, 11, 20, 13, 23, 5, tzinfo=UTC)


def test_a_name_of_any_bytes_is_made_one_that_can_be_read(house: House) -> None:
    (house.share / os.fsdecode(b"K\xfcche\n.txt")).write_bytes(b"all is well")
    (house.share / "gpj.\u202etxt").write_bytes(b"all is well")
    folder = house.folder(deletes=True)
    house.look_until_rest(folder)
    assert [name for name, _ in house.taken] == ["K\N{REPLACEMENT CHARACTER}che-.txt", "gpj.-txt"]
    assert list(house.share.iterdir()) == []


def test_a_file_that_is_too_large_is_not_even_copied_and_looked_at_once(house: House) -> None:
    house.put("huge.avi", bytes(MOST + 1))
    house.put("one.jpg")
    folder = house.folder()
    before = REGISTRY.get_sample_value("ftp_refused_total", {"reason": "too_large"}) or 0.0
    house.look_until_rest(folder)
    house.look_until_rest(folder)
    assert [name for name, _ in house.taken] == ["one.jpg"]
    assert REGISTRY.get_sample_value("ftp_refused_total", {"reason": "too_large"}) == before + 1


def test_no_copy_is_left_also_when_the_disk_is_full(house: House) -> None:
    house.put("one.jpg")
    house.refuses = Refusal("disk_full", "452 Not taken: the disk is full")
    house.look_until_rest(house.folder())
    assert not (house.path / "beside" / "copy").exists()


def test_a_file_that_is_written_anew_while_it_is_taken_is_not_deleted_but_taken_next(house: House) -> None:
    file, folder = house.put("now.jpg", b"first"), house.folder(deletes=True)
    house.meanwhile = lambda: file.write_bytes(b"the second")
    house.look_until_rest(folder)
    house.meanwhile = lambda: None
    house.look_until_rest(folder)
    assert [data for _, data in house.taken] == [b"first", b"the second"]
    assert not file.exists()


@pytest.mark.parametrize("swapped", ["file", "folder"])
def test_what_becomes_a_link_after_it_was_looked_at_leads_nowhere_either(
    house: House, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    file = house.put("day/one.txt", b"mine")
    secrets = house.path / "secrets"
    secrets.mkdir()
    (secrets / "one.txt").write_bytes(b"not yours")
    mark, opened = folders._mark(file), os.open

    def swap(path: str, flags: int) -> int:
        if path.endswith("one.txt"):
            whole = file if swapped == "file" else file.parent
            whole.rename(house.path / new_id())
            whole.symlink_to(secrets / "one.txt" if swapped == "file" else secrets)
        return opened(path, flags)

    folder = house.folder()
    folder.look()
    house.clock.pass_by(REST_S)
    monkeypatch.setattr(os, "open", swap)
    monkeypatch.setattr(folders, "_mark_of", lambda found: mark)
    folder.look()
    assert house.taken == []


def test_notes_of_files_that_are_gone_do_not_pile_up(house: House) -> None:
    folder, notes = house.folder(deletes=True), house.path / "beside" / "done.jsonl"
    for number in range(5):
        house.put(f"{number}.jpg")
        house.look_until_rest(folder)
    assert not notes.exists()
    kept = house.folder()
    kept._done = {f"{number}.jpg": (1, 1) for number in range(NOTES_MIN + 10)}
    kept.look()
    assert len(kept._done) == NOTES_MIN + 10, "an empty folder may be a share that is away"
    house.put("there.jpg")
    house.look_until_rest(kept)
    assert list(kept._done) == ["there.jpg"]
    assert len(notes.read_text().splitlines()) == 1


def test_settings_name_cameras_and_folders(tmp_path: Path) -> None:
    given = Settings(_env_file=None, ftp_folders="Front Door=/mnt/front, Garage=/mnt/garage")
    assert [(one.source, str(one.path)) for one in watched(given)] == [
        ("Front Door", "/mnt/front"),
        ("Garage", "/mnt/garage"),
    ]
    for wrong in ("/mnt/front", "Front Door=mnt", "=/mnt"):
        with pytest.raises(SettingError, match="HEARTHWATCH_FTP_FOLDERS"):
            watched(Settings(_env_file=None, ftp_folders=wrong))
