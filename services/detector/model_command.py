"""`scripts/model`: which models there are, fetching one, and choosing the one that detectors use."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from services.detector.model import current, get, problem_with, use
from services.detector.pins import PINS, REMOTE
from services.detector.problem import ModelError

_SETTING = "HEARTHWATCH_MODEL_DIR"
Say = Callable[[str], object]


def main(argv: Sequence[str], environment: Mapping[str, str], say: Say) -> int:
    """Do what the arguments ask; return the exit code."""
    options = _parser().parse_args(argv)
    model_dir = options.dir or model_folder(environment)
    try:
        options.action(model_dir, options, say)
    except (ModelError, OSError) as problem:
        sys.stderr.write(f"scripts/model: {problem}\n")
        return 1
    return 0


def model_folder(environment: Mapping[str, str]) -> Path:
    """Return where models are kept: the setting HEARTHWATCH_MODEL_DIR, or a folder in the user's cache."""
    chosen = environment.get(_SETTING)
    return Path(chosen) if chosen else Path.home() / ".cache" / "hearthwatch" / "models"


def _list(model_dir: Path, _: argparse.Namespace, say: Say) -> None:
    in_use = current(model_dir)
    for pin in PINS.values():
        mark = "*" if pin.name == in_use else " "
        state = "here" if problem_with(model_dir / pin.filename, pin) is None else ""
        say(f"{mark} {pin.name:<12}{state:<6}{pin.bytes / 1e6:5.1f} MB  {pin.licence:<14}{pin.about}")
    for name, about in REMOTE.items():
        say(f"  {name:<12}remote{'':<24}{about}")


def _get(model_dir: Path, options: argparse.Namespace, say: Say) -> None:
    say(f"{get(model_dir, options.name, options.given)} is there and checked")


def _use(model_dir: Path, options: argparse.Namespace, say: Say) -> None:
    use(model_dir, options.name, options.given)
    say(f"{options.name} is in use; restart the detectors to have them open it")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/model", description="Models that detectors can use.")
    parser.add_argument("--dir", type=Path, help=f"the model folder (default: {_SETTING}, or the user's cache)")
    actions = parser.add_subparsers(required=True, metavar="list | get NAME | use NAME")
    actions.add_parser("list", help="say which there are, * the one in use").set_defaults(action=_list)
    for name, action, about in (("get", _get, "fetch a model"), ("use", _use, "fetch a model and use it")):
        one = actions.add_parser(name, help=about)
        one.add_argument("name", metavar="NAME")
        one.add_argument("--from", dest="given", type=Path, metavar="FILE", help="take FILE, do not download")
        one.set_defaults(action=action)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, print))
