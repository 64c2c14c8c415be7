"""A second stack beside the first, run in the foreground, its pictures on a small disk that fills up."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.footage import Footage
from bench.mailbox import Mailbox
from bench.own_stack import free_offset, wait_until
from stack.layout import ROOT
from tests.system.conftest import OFFSETS
from tests.system.small_disk import NotPermitted, fill, small_disk
from tests.system.stack_under_test import CAMERAS, StackUnderTest

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
UP_S = 180
STOPPED_S = 120


class Neighbour(StackUnderTest):
    """A stack that a person runs in a terminal; `command_line` is that run."""

    command_line: subprocess.Popen[str]

    def open(self) -> None:
        """`scripts/run` without `--detach`; returns when it says that Ctrl-C stops it."""
        out = self.data / "terminal"
        with out.open("w") as terminal:
            self.command_line = subprocess.Popen(
                [
                    str(ROOT / "scripts" / "run"),
                    "--no-demo",
                    "--port-offset",
                    str(self.offset),
                    "--data",
                    str(self.data),
                ],
                env=self.environment,
                stdout=terminal,
                stderr=terminal,
                text=True,
                start_new_session=True,
            )
        wait_until(lambda: "Ctrl-C" in out.read_text() or self.has_ended(), "the stack to run", UP_S)
        assert not self.has_ended(), out.read_text()

    def has_ended(self) -> bool:
        """Whether the command has returned."""
        return self.command_line.poll() is not None

    def press_ctrl_c(self) -> int:
        """What a terminal does then; the command's status."""
        os.killpg(self.command_line.pid, signal.SIGINT)
        return self.command_line.wait(STOPPED_S)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk for the second stack's pictures."""
    try:
        with small_disk(tmp_path_factory.mktemp("small")) as mounted:
            yield mounted
    except NotPermitted as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def neighbour(stack: StackUnderTest, footage: Footage, disk: Path) -> Iterator[Neighbour]:
    """The second stack, running."""
    places = {"media_dir": str(disk / "media"), "spool_dir": str(disk / "spool")}
    with Mailbox() as mailbox:
        made = Neighbour(free_offset(*OFFSETS), mailbox, footage, **places)
        try:
            made.open()
            made.introduce(CAMERAS)
            yield made
        finally:
            made.stop()
            made.command_line.wait(STOPPED_S)
    made.remove()


def test_two_stacks_run_side_by_side_and_share_nothing(stack: StackUnderTest, neighbour: Neighbour) -> None:
    assert stack.is_healthy()
    assert neighbour.is_healthy()
    mine, theirs = stack.send("Gate"), neighbour.send("Gate")
    stack.account_for([mine])
    neighbour.account_for([theirs])
    assert (stack.picture(theirs), neighbour.picture(mine)) == (None, None)
    secrets = [{file.read_text() for file in one.layout.secrets.iterdir()} for one in (stack, neighbour)]
    assert not secrets[0] & secrets[1]


def test_a_second_run_of_a_running_folder_says_so_and_changes_nothing(stack: StackUnderTest) -> None:
    before = stack.living()
    done = stack.start()
    assert done.returncode == 0
    assert f"It already runs in {stack.layout.data}" in done.stdout
    assert stack.living() == before


def test_a_taken_port_is_refused_with_the_settings_name(tmp_path: Path) -> None:
    offset = free_offset(*OFFSETS)
    port = 5555 + offset
    with socket.create_server(("127.0.0.1", port)):
        done = subprocess.run(
            [str(ROOT / "scripts" / "run"), "--detach", "--data", str(tmp_path / "data"), "--port-offset", str(offset)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"port {port}, wanted by hub, is taken by" in done.stderr
    assert f"(process {os.getpid()}): stop that, or set HEARTHWATCH_HUB_PORT to another port" in done.stderr


def test_a_full_disk_refuses_pictures_aloud_and_takes_them_again_by_itself(neighbour: Neighbour, disk: Path) -> None:
    with neighbour.under_load(0.6) as crew:
        time.sleep(2)
        ballast = fill(disk)
        wait_until(lambda: any(one.reply != b"OK" for one in crew.sent()), "a refusal", 30)
        unwell = {row["name"] for row in neighbour.status()["processes"] if not row["healthy"]}
        ballast.unlink()
        wait_until(lambda: crew.sent()[-1].reply == b"OK", "pictures to be taken again", 30)
        time.sleep(2)
        sent = crew.stop()
    assert unwell == {"hub"}
    refused = [one for one in sent if one.reply != b"OK"]
    assert {one.reply for one in refused} == {b"REFUSED No space left on device"}
    neighbour.account_for(sent)
    kept = neighbour.hashes()
    assert [one.sha256 for one in refused if neighbour.picture(one) or kept[one.sha256]] == []


def test_ctrl_c_stops_everything_that_was_started(stack: StackUnderTest, neighbour: Neighbour) -> None:
    assert neighbour.press_ctrl_c() == 0
    assert neighbour.living() == []
    assert not neighbour.status()["running"]
    assert "Nothing runs in" in neighbour.command("stop").stdout
    assert stack.is_healthy()
