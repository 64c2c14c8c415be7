from pathlib import Path

import pytest

from services.detector import model
from services.detector.model_command import main, model_folder
from services.detector.pins import PINS
from services.detector.problem import ModelError


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    said: list[str] = []
    code = main(arguments, {"HEARTHWATCH_MODEL_DIR": str(folder)}, said.append)
    return code, "\n".join(said)


def test_list_names_every_model_and_marks_the_one_in_use(tmp_path: Path) -> None:
    code, said = run(tmp_path, "list")
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()] == [
        "*",
        "fastestdet",
        "nanodet",
        "yolox-nano",
        "yolox-tiny",
        "yolox-s",
    ]
    assert "* coco-ssd" in said


def test_a_failure_is_told_in_one_line_and_by_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_internet(*_: object) -> bytes:
        raise ModelError("no internet here")

    monkeypatch.setattr(model, "download", no_internet)
    assert run(tmp_path, "get", "yolox-s") == (1, "")
    assert capsys.readouterr().err == "scripts/model: no internet here\n"


def test_a_file_that_is_not_the_pinned_model_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "brought").write_bytes(b"something")
    assert run(tmp_path, "use", "yolox-s", "--from", str(tmp_path / "brought")) == (1, "")
    assert "has 9 bytes instead of 35858002" in capsys.readouterr().err


def test_the_folder_can_be_named_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "other", "--dir", str(tmp_path), "use", "nothing") == (1, "")
    assert "no model 'nothing'" in capsys.readouterr().err


def test_the_folder_is_in_the_users_cache_unless_the_setting_says_otherwise() -> None:
    assert model_folder({}) == Path.home() / ".cache" / "hearthwatch" / "models"
    assert model_folder({"HEARTHWATCH_MODEL_DIR": "/models"}) == Path("/models")


@pytest.mark.model
def test_using_the_default_says_so(tmp_path: Path, model_dir: Path) -> None:
    name = PINS["coco-ssd"].filename
    (tmp_path / name).write_bytes((model_dir / name).read_bytes())
    code, said = run(tmp_path, "use", "coco-ssd")
    assert code == 0
    assert "coco-ssd is in use" in said
