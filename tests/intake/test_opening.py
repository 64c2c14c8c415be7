from pathlib import Path

import pytest

from services.core.media import make_folder
from services.core.settings import SettingError, Settings
from services.intake import opening
from services.intake.opening import prepare


def settings(folder: Path) -> Settings:
    return Settings(_env_file=None, data_dir=folder)


def test_an_intake_finds_its_folders_made_and_its_own_leftovers_gone(tmp_path: Path) -> None:
    make_folder(tmp_path / "media" / "images")
    ours, theirs = (tmp_path / "media" / "images" / f".{name}.part" for name in ("ftp", "hub"))
    for one in (ours, theirs):
        one.write_bytes(b"cut off")
    media = prepare(settings(tmp_path), "ftp")
    assert media.root == tmp_path / "media"
    assert (tmp_path / "spool" / "ftp").is_dir()
    assert not ours.exists()
    assert theirs.exists(), "another intake may be writing it now"


def test_pictures_and_spool_on_two_file_systems_are_refused_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "same_file_system", lambda one, other: False)
    with pytest.raises(SettingError, match=r"HEARTHWATCH_SPOOL_DIR=.*put both on one"):
        prepare(settings(tmp_path), "ftp")
