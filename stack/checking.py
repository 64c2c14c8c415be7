"""`scripts/test`: every check of the repository, one after the other; all run, whatever fails."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.core.settings import load
from stack import demo, nodejs, preparation
from stack.layout import CACHE, ROOT
from stack.problem import StackError
from stack.progress import step

BIN = Path(sys.executable).parent
WORKERS_MAX = 6
FAST = "not system and not browser"
CONTRACTS = ROOT / "contracts"


@dataclass(frozen=True)
class Check:
    """One check: its name, its command, where it runs, and whether its output is shown as it comes."""

    name: str
    command: list[str]
    folder: Path = ROOT
    live: bool = False


def check(which: str) -> int:
    """The command; 0 when every check passed."""
    failed = [] if set_up() else ["set-up"]
    made = list(checks(which))
    failed += [one.name for one in made if not passes(one)]
    total = len(made) + 1
    print(f"\n{total - len(failed)} passed, {len(failed)} failed" + "".join(f"\n  failed: {name}" for name in failed))
    return 1 if failed else 0


def set_up() -> bool:
    """Brings what the checks need, the detection model and the demo's clip too; whether it could."""
    try:
        remarks = preparation.fetch(load(), dev=True)
        clip = CACHE.expanduser() / demo.CLIP
        if not clip.exists():
            clip.parent.mkdir(parents=True, exist_ok=True)
            with step("Fetching the demo camera's clip (opencv-doc, 96 MB)"):
                demo.fetch_clip(clip)
    except StackError as error:
        remarks = [str(error)]
    for remark in remarks:
        print(remark)
    return not remarks


def checks(which: str) -> Iterator[Check]:
    """All checks in the order in which they run: the quick ones first."""
    yield Check("ruff check", [tool("ruff"), "check", "."])
    yield Check("ruff format", [tool("ruff"), "format", "--check", "."])
    yield Check("mypy", [tool("mypy")])
    yield Check("codespell", [tool("codespell")])
    yield Check("shellcheck", [tool("shellcheck"), "-x", *shell_scripts(tracked())])
    yield from (
        Check(f"hadolint {path}", [tool("hadolint"), path]) for path in tracked() if "Dockerfile" in Path(path).name
    )
    yield from schemas()
    yield from npm_scripts(nodejs.NODERED)
    selection = ["-m", FAST] if which == "fast" else []
    spread = ["-n", str(workers(os.cpu_count() or 1)), "--dist", "loadscope", "--no-loadscope-reorder"]
    yield Check("pytest", [sys.executable, "-m", "pytest", *spread, *selection], live=True)


def workers(cores: int) -> int:
    """How many tests run at a time: they mostly wait for real servers, and each worker has its own of these."""
    return min(cores + 1, WORKERS_MAX)


def passes(one: Check) -> bool:
    """Runs a check and says how it went; the output of one that failed is shown."""
    start = time.monotonic()
    print(f"{one.name} … ", end="\n" if one.live else "", flush=True)
    path = f"{nodejs.NODE.parent}:{BIN}:{os.environ.get('PATH', '')}"
    output = None if one.live else subprocess.PIPE
    result = subprocess.run(
        one.command,
        cwd=one.folder,
        env={**os.environ, "PATH": path},
        stdout=output,
        stderr=subprocess.STDOUT,
        check=False,
    )
    good = result.returncode == 0
    name = f"{one.name}: " if one.live else ""
    print(f"{name}{'ok' if good else 'FAILED'}, {time.monotonic() - start:.1f} s", flush=True)
    if not good and result.stdout:
        print(result.stdout.decode(errors="replace"), flush=True)
    return good


def schemas() -> Iterator[Check]:
    """Each contract is a valid schema, and its golden example obeys it."""
    found = sorted(CONTRACTS.glob("*.schema.json"))
    yield Check("schemas", [tool("check-jsonschema"), "--check-metaschema", *map(str, found)])
    for schema in found:
        example = CONTRACTS / "examples" / schema.name.replace(".schema.json", ".json")
        command = [tool("check-jsonschema"), "--schemafile", str(schema), str(example)]
        yield Check(f"example {example.stem}", command)


def npm_scripts(folder: Path) -> Iterator[Check]:
    """What a package.json calls `lint` and `test`."""
    scripts = json.loads((folder / "package.json").read_text()).get("scripts", {})
    for name in ("lint", "test"):
        if name in scripts:
            command = [str(nodejs.NODE), str(nodejs.NPM), "run", "--silent", name]
            yield Check(f"{folder.name} {name}", command, folder)


def shell_scripts(paths: list[str]) -> list[str]:
    """Those that a shell runs, by their first line; and the parts that others read in."""
    return [path for path in paths if path.endswith(".sh") or _is_shell(ROOT / path)]


def tracked() -> list[str]:
    """All files in git, relative to the root; in an exported tree, all of the folders that hold scripts."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [path for path in listed.stdout.splitlines() if (ROOT / path).is_file()]
    return [str(path.relative_to(ROOT)) for path in ROOT.glob("scripts/**/*") if path.is_file()]


def tool(name: str) -> str:
    """A tool of the development environment."""
    return str(BIN / name)


def _is_shell(path: Path) -> bool:
    if path.suffix and path.suffix != ".sh":
        return False
    with path.open("rb") as file:
        first = file.readline(80)
    return first.startswith(b"#!") and first.split(b"/")[-1].strip() in {b"bash", b"sh", b"env bash"}
