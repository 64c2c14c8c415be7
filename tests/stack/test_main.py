import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.core.settings import SettingError
from stack import __main__ as command
from stack import running
from stack.choice import Choice
from stack.layout import ROOT, Layout


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder of the commands, with a mistake in its `.env`."""
    (tmp_path / ".env").write_text("HEARTHWATCH_HUB_PORT=abc\nHEARTHWATCH_SMTP_PROT=25\nHEARTHWATCH_DATA_DIR=kept\n")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr("services.core.logging.start", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_stack_can_be_stopped_whatever_is_wrong_in_the_settings(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["stop"]) == 0
    assert capsys.readouterr().out == f"Nothing runs in {folder}/kept.\n"


def test_a_wrong_setting_is_named_with_its_cure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["run", "--detach"]) == 2
    said = capsys.readouterr().err
    assert "HEARTHWATCH_HUB_PORT: Input should be a valid integer" in said
    assert "HEARTHWATCH_SMTP_PROT is not a setting: did you mean HEARTHWATCH_SMTP_PORT?" in said


def test_a_reader_that_has_read_enough_is_no_error(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command_line = [sys.executable, "-P", "-m", "stack", "stop", "--data", str(tmp_path)]
    ended = subprocess.run(command_line, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_a_time_zone_that_is_none_is_refused_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTHWATCH_TIME_ZONE", "Mars/Base")
    with pytest.raises(SettingError, match="HEARTHWATCH_TIME_ZONE: no time zone 'Mars/Base'"):
        running.run(Layout.of(tmp_path / "data"), Choice(), detach=True)
    assert not (tmp_path / "data").exists()
