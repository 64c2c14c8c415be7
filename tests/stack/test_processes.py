import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stack.processes import MARK, PROGRAM, Process, alive, end, end_together, marked, memory_mb
from stack.programs import stop_order
from tests.peers import wait_until

MEEK = "import time; print('ready', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {MEEK}"
Launch = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    started: list[subprocess.Popen[bytes]] = []

    def start(code: str = MEEK, data: Path = tmp_path, program: str = "hub") -> subprocess.Popen[bytes]:
        variables = os.environ | {MARK: str(data), PROGRAM: program}
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=variables)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_the_processes_of_a_data_folder_are_found_with_their_names(launch: Launch, tmp_path: Path) -> None:
    process = launch(program="detector")
    launch(data=tmp_path / "another")
    assert [(found.pid, found.program) for found in marked(tmp_path)] == [(process.pid, "detector")]


def test_a_data_folder_whose_name_only_begins_alike_is_another(launch: Launch, tmp_path: Path) -> None:
    launch(data=tmp_path / "data-2")
    assert marked(tmp_path / "data") == []


def test_those_that_were_started_for_it_end_and_nobody_else(launch: Launch, tmp_path: Path) -> None:
    ours, others = launch(), launch(data=tmp_path / "another")
    met = end(tmp_path, stop_order(), patience_s=10)
    assert [process.pid for process in met] == [ours.pid]
    assert ours.wait() == -signal.SIGTERM
    assert others.poll() is None


def test_one_that_will_not_listen_is_killed(launch: Launch, tmp_path: Path) -> None:
    process = launch(STUBBORN)
    end(tmp_path, stop_order(), patience_s=0.2)
    assert process.wait() == -signal.SIGKILL
    assert marked(tmp_path) == []


def test_the_database_ends_after_those_that_write_to_it(launch: Launch, tmp_path: Path) -> None:
    order: list[str] = []
    for program in ("mariadb", "hub", ""):
        launch(program=program)

    def noted(belongs: Callable[[Process], bool]) -> Callable[[Process], bool]:
        def step(process: Process) -> bool:
            if belongs(process):
                order.append(process.program)
            return belongs(process)

        return step

    end(tmp_path, list(map(noted, stop_order())), patience_s=10)
    assert order == ["", "hub", "mariadb"]


def test_a_process_that_has_ended_is_not_alive_even_before_it_was_waited_for(launch: Launch) -> None:
    process = launch()
    os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: not alive(process.pid), "the kernel to end it")
    assert process.wait() == -signal.SIGKILL


def test_ending_what_has_ended_already_is_no_error(launch: Launch) -> None:
    process = launch()
    process.kill()
    process.wait()
    end_together([process.pid], patience_s=1)


def test_memory_is_what_the_kernel_counts_as_its_share(launch: Launch) -> None:
    assert 1 < memory_mb(launch().pid) < 200
    assert memory_mb(2**22) == 0
