import os
import shutil
import subprocess
from pathlib import Path

import pytest

from stack.layout import ROOT

BOOTSTRAP = ROOT / "scripts" / "lib" / "bootstrap.sh"
PLAIN_TOOLS = ("bash", "env", "uname", "mkdir", "flock", "id", "dirname", "sha256sum", "cat", "python3")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder to be all of PATH: a machine with next to nothing on it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in PLAIN_TOOLS:
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    return folder


def shell(machine: Path, tmp_path: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Runs code after reading in the bootstrap, which then works in a folder of its own."""
    only_path = 'has() { command -v "$1" >/dev/null; }'
    text = f'source "{BOOTSTRAP}"; tools={tmp_path}/tools log={tmp_path}/setup.log; {only_path}; {code}'
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        env={"PATH": str(machine), "HOME": os.environ["HOME"]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_on_another_system_it_says_exactly_what_to_install(machine: Path, tmp_path: Path) -> None:
    result = shell(machine, tmp_path, "system_packages run")
    assert result.returncode == 2
    for word in ("mariadb-server-core", "mosquitto", "ffmpeg", "sudo apt-get install", "MariaDB 10.11 or newer"):
        assert word in result.stderr


@pytest.mark.parametrize("package", ["chromium", "rabbitmq-server"])
def test_only_the_tests_want_a_browser_and_rabbitmq(machine: Path, tmp_path: Path, package: str) -> None:
    assert package not in shell(machine, tmp_path, "system_packages run").stderr.split("others:")[0]
    assert package in shell(machine, tmp_path, "system_packages test").stderr.split("others:")[0]


def test_what_is_there_is_not_installed(machine: Path, tmp_path: Path) -> None:
    for name in ("mariadbd", "mariadb-install-db", "my_print_defaults", "mosquitto", "ffmpeg"):
        (machine / name).symlink_to(machine / "env")
    result = shell(machine, tmp_path, "system_packages run; echo done")
    assert (result.returncode, result.stdout) == (0, "done\n")


def test_a_step_that_fails_shows_its_own_words(machine: Path, tmp_path: Path) -> None:
    (machine / "tail").symlink_to(shutil.which("tail") or "tail")
    result = shell(machine, tmp_path, "step 'Digging a hole' bash -c 'echo the spade broke; exit 3'")
    assert result.returncode == 1
    assert result.stdout == "Digging a hole … failed\n"
    assert "the spade broke" in result.stderr
    assert str(tmp_path / "setup.log") in result.stderr


def test_two_set_ups_wait_for_each_other(machine: Path, tmp_path: Path) -> None:
    (machine / "sleep").symlink_to(shutil.which("sleep") or "sleep")
    held = tmp_path / "held"
    other = f"(set_up_alone; : >{held}; sleep 1; echo first) & while [ ! -e {held} ]; do sleep 0.05; done"
    result = shell(machine, tmp_path, f"{other}; set_up_alone; echo second; wait")
    waiting = "Another set-up is under way in this folder: waiting for it"
    assert result.stdout.splitlines() == [waiting, "first", "second"]


def test_a_command_before_the_first_run_says_what_to_do(machine: Path, tmp_path: Path) -> None:
    result = shell(machine, tmp_path, f"root={tmp_path}; need_environment")
    assert result.returncode == 2
    assert "scripts/run" in result.stderr
