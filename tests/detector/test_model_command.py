import hashlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.detector import model, model_command
from services.detector.model_command import main, model_folder
from services.detector.pins import PINS
from services.detector.problem import ModelError
from tests.detector.site import CONTENT, site

Pinned = Callable[[str], Path]


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
        "rekognition",
    ]
    assert "* coco-ssd" in said


def test_list_says_what_looks_elsewhere_and_that_it_costs(tmp_path: Path) -> None:
    (line,) = [line for line in run(tmp_path, "list")[1].splitlines() if "rekognition" in line]
    assert "remote" in line
    assert "pictures leave the house" in line


@pytest.mark.parametrize("action", ["get", "use"])
def test_what_looks_elsewhere_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], action: str) -> None:
    assert run(tmp_path, action, "rekognition") == (1, "")
    assert "HEARTHWATCH_DETECTOR_REMOTE=rekognition has it look" in capsys.readouterr().err


@pytest.fixture
def pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pinned]:
    """Pins CONTENT at a path of a web server, and puts another model, in use, and an old file of it there."""

    def pin(path: str) -> Path:
        digest = hashlib.sha256(CONTENT).hexdigest()
        old = replace(PINS["yolox-nano"], name="old", bytes=3, sha256=hashlib.sha256(b"old").hexdigest())
        new = replace(old, name="new", url=f"{address}{path}", bytes=len(CONTENT), sha256=digest)
        for module in (model, model_command):
            monkeypatch.setattr(module, "PINS", {"old": old, "new": new})
        (tmp_path / old.filename).write_bytes(b"old")
        (tmp_path / new.filename).write_bytes(b"from before")
        assert run(tmp_path, "use", "old")[0] == 0
        return tmp_path

    with site() as address:
        yield pin


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_model_is_fetched_from_the_net_checked_and_used(pinned: Pinned) -> None:
    folder = pinned("/model")
    assert run(folder, "get", "new") == (0, f"{folder}/new-0.1.1rc0.onnx is there and checked")
    assert "* old" in run(folder, "list")[1]
    code, said = run(folder, "use", "new")
    assert (code, said) == (0, "new is in use; restart the detectors to have them open it")
    assert (folder / "new-0.1.1rc0.onnx").read_bytes() == CONTENT
    assert "* new         here" in run(folder, "list")[1]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/changed", "the model new has sha256"),
        ("/cut", "was cut off after 40 bytes; nothing was changed. Try again"),
        ("/gone", "answered 404 Not Found; the model is not there any more"),
    ],
)
def test_a_model_that_does_not_come_as_pinned_changes_nothing(
    pinned: Pinned, capsys: pytest.CaptureFixture[str], path: str, words: str
) -> None:
    folder = pinned(path)
    before = files(folder)
    for action in ("get", "use"):
        assert run(folder, action, "new") == (1, "")
        assert words in capsys.readouterr().err
    assert files(folder) == before
    assert "* old         here" in run(folder, "list")[1]


def test_without_a_network_nothing_changes_and_the_way_without_one_is_told(
    pinned: Pinned, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pinned("/model")
    before = files(folder)
    with socket.socket() as taken:  # bound and not listening: whoever calls is refused
        taken.bind(("127.0.0.1", 0))
        nowhere = replace(model.pinned("new"), url=f"http://127.0.0.1:{taken.getsockname()[1]}/model")
        monkeypatch.setattr(model, "PINS", {"old": model.pinned("old"), "new": nowhere})
        assert run(folder, "use", "new") == (1, "")
    said = capsys.readouterr().err
    assert "cannot be reached ([Errno 111] Connection refused). Is there no internet here?" in said
    assert "--from FILE" in said
    assert files(folder) == before


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
