import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack import supervision
from stack.layout import Layout
from stack.problem import StackError
from stack.processes import MARK, marked
from stack.programs import Program, log_of
from stack.stopping import stop
from stack.supervision import Supervisor, configuration
from tests.peers import wait_until

TELL = "import json, os, sys, time; print(json.dumps([dict(os.environ), sys.argv[1:]]), flush=True); time.sleep(600)"
SLEEP = "import time; time.sleep(600)"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]).wait()"


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    made = Layout.of(tmp_path / "data")
    made.make()
    yield made
    stop(made)


def python(name: str, code: str, *arguments: str, **more: str) -> Program:
    return Program(name, [sys.executable, "-c", code, *arguments], environment=more)


def begin(layout: Layout, *programs: Program) -> tuple[subprocess.Popen[bytes], Supervisor]:
    process = supervision.start(layout, list(programs), dict(os.environ) | {MARK: str(layout.data)})
    supervisor = Supervisor(layout)
    wait_until(supervisor.alive, "supervisord")
    supervisor.launch([program.name for program in programs])
    wait_until(lambda: all(info["statename"] == "RUNNING" for info in supervisor.states().values()), "the programs")
    return process, supervisor


def test_a_program_gets_its_arguments_and_environment_whatever_is_in_them(layout: Layout) -> None:
    awkward = "100% of $HOME, it's so;#1 %(here)s"
    process, _ = begin(layout, python("teller", TELL, "a b", "50%", "$x", COLOUR=awkward))
    log = log_of(layout, "teller")
    wait_until(lambda: log.exists() and log.read_text().endswith("\n"), "the program's own words")
    environment, arguments = json.loads(log.read_text())
    assert arguments == ["a b", "50%", "$x"]
    assert environment["COLOUR"] == awkward
    assert environment["HW_PROGRAM"] == "teller"
    stop(layout)
    process.wait()


@pytest.mark.parametrize("value", ['say "hi"', "two\nlines", "one ;two"])
def test_a_value_that_cannot_be_passed_on_is_refused(layout: Layout, value: str) -> None:
    with pytest.raises(StackError, match="cannot"):
        configuration(layout, [python("teller", TELL, COLOUR=value)])


def test_a_killed_program_is_started_again(layout: Layout) -> None:
    process, supervisor = begin(layout, python("sleeper", SLEEP))
    first = supervisor.states()["sleeper"]["pid"]
    os.kill(first, 9)
    wait_until(lambda: supervisor.states()["sleeper"]["pid"] not in {0, first}, "the program's return")
    stop(layout)
    process.wait()


def test_stopping_leaves_no_process_not_even_a_programs_child(layout: Layout) -> None:
    process, supervisor = begin(layout, python("hub", PARENT), python("mariadb", SLEEP))
    wait_until(lambda: len(marked(layout.data)) == 4, "the program's child")
    assert stop(layout) == 4
    process.wait()
    assert marked(layout.data) == []
    assert not supervisor.alive()
    assert not layout.runtime.exists()


def test_stopping_works_when_the_supervisor_itself_was_killed(layout: Layout) -> None:
    process, _ = begin(layout, python("hub", PARENT), python("mariadb", SLEEP))
    process.kill()
    process.wait()
    assert {found.program for found in marked(layout.data)} >= {"mariadb"}
    stop(layout)
    assert marked(layout.data) == []


def test_stopping_what_does_not_run_does_nothing(layout: Layout) -> None:
    assert stop(layout) == 0


def test_a_program_that_cannot_be_started_is_named(layout: Layout) -> None:
    ghost = Program("ghost", ["/nonexistent/ghost"])
    process = supervision.start(layout, [ghost], dict(os.environ) | {MARK: str(layout.data)})
    supervisor = Supervisor(layout)
    wait_until(supervisor.alive, "supervisord")
    with pytest.raises(StackError, match="ghost could not be started"):
        supervisor.launch(["ghost"])
    stop(layout)
    process.wait()


def test_a_stack_that_does_not_run_has_no_states(layout: Layout) -> None:
    assert Supervisor(layout).states() == {}
    assert not Supervisor(layout).alive()


def test_only_this_user_may_read_the_configuration(layout: Layout) -> None:
    process, _ = begin(layout, python("sleeper", SLEEP))
    assert (layout.run / "supervisord.conf").stat().st_mode & 0o777 == 0o600
    assert layout.supervisor_socket.stat().st_mode & 0o777 == 0o700
    stop(layout)
    process.wait()
