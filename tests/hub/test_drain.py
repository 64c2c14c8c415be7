import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from services.core.bus import Bus
from services.core.messages import EventNew, Message
from services.core.settings import Settings
from services.core.spool import SpoolWriter
from services.hub import drain as module
from services.hub.drain import GATHER_MAX_S, REST_MAX_S, Line, Loop, alone, pause
from services.intake import records
from tests.peers import free_port
from tests.pictures import HeldClock
from tests.processes import ROOT


class Pipe:
    """Standard input as the hub writes it."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()

    def write(self, words: bytes) -> None:
        os.write(self._writer, words)

    def close(self) -> None:
        os.close(self._writer)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    os.close(made.reader)


def test_the_line_tells_bells_figures_and_the_hubs_end(pipe: Pipe) -> None:
    line = Line(pipe.reader)
    assert line.wait(0)
    pipe.write(b'\n\n{"images": 3}\n{"ima')
    assert line.wait(5)
    assert (line.figures, line.is_busy) == ({"images": 3}, False)
    pipe.write(b'ges": 4}\nbusy\n')
    assert line.wait(5)
    assert (line.figures, line.is_busy) == ({"images": 4}, True)
    assert line.wait(0)
    assert not line.is_busy
    pipe.close()
    assert not line.wait(5)


def test_one_picture_is_hardly_waited_for_and_many_gather() -> None:
    assert pause(1, 0.005, is_busy=False) <= 0.01
    assert pause(10, 0.005, is_busy=False) == pytest.approx(0.1)
    assert pause(500, 0.3, is_busy=False) == GATHER_MAX_S
    assert pause(500, 0.1, is_busy=True) == pytest.approx(2.0)
    assert pause(500, 30, is_busy=True) == REST_MAX_S


@pytest.mark.parametrize(("before", "after"), [(0, 5), (12, 12)])
def test_it_steps_back_and_never_forward(before: int, after: int) -> None:
    words = (
        "import os; from services.hub.drain import step_back; step_back(); print(os.getpriority(os.PRIO_PROCESS, 0))"
    )
    asked = ["nice", "-n", str(before), sys.executable, "-c", words]
    assert subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout == f"{after}\n"


def test_a_second_drain_waits_for_the_first(tmp_path: Path) -> None:
    first = alone(tmp_path)
    words = f"from pathlib import Path; from services.hub.drain import alone; print(); alone(Path({str(tmp_path)!r}))"
    with subprocess.Popen([sys.executable, "-c", words], cwd=ROOT, stdout=subprocess.PIPE) as second:
        assert second.stdout
        second.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(0.3)
        os.close(first)
        assert second.wait(20) == 0


class Rung(Bus):
    """A bus that keeps what it is to say."""

    def __init__(self, settings: Settings, clock: HeldClock) -> None:
        super().__init__(settings, "test", clock)
        self.rung: list[Message] = []

    def ring(self, *messages: Message) -> None:
        self.rung += messages


class House:
    def __init__(self, settings: Settings, pipe: Pipe) -> None:
        self.clock = HeldClock()
        self.bus = Rung(settings, self.clock)
        self.writer = SpoolWriter(settings.spool / "hub")
        self.loop = Loop(settings, self.clock, self.bus, Line(pipe.reader))

    def beat(self, source: str) -> None:
        self.writer.append([records.heartbeat(source, self.clock.now())])
        self.writer.close_group()

    def kinds(self) -> list[str]:
        return [one.kind for one in self.bus.rung if isinstance(one, EventNew)]


@pytest.fixture
def house(settings: Settings, engine: Engine, pipe: Pipe) -> Iterator[House]:
    made = House(settings.model_copy(update={"mqtt_port": free_port()}), pipe)
    yield made
    made.loop._engine.dispose()


@pytest.mark.mariadb
def test_a_silence_is_noticed_while_others_go_on_speaking(house: House) -> None:
    house.beat("Dead")
    for _ in range(700):
        house.beat("Alive")
        assert house.loop._round() == 0
        house.clock.pass_by(1)
    assert house.kinds() == ["node_silent"]
    house.beat("Dead")
    house.loop._round()
    assert house.kinds() == ["node_silent", "node_back"]


@pytest.mark.mariadb
def test_a_backlog_is_worked_off_before_anybody_is_called_silent(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.intake.drain.BATCH", 10)
    monkeypatch.setattr(module, "NEARLY_DRAINED_BYTES", 300)
    for _ in range(70):
        house.beat("Alive")
        house.clock.pass_by(20)
    for _ in range(7):
        house.loop._round()
    house.clock.pass_by(6)
    house.loop._round()
    assert house.kinds() == []


@pytest.mark.mariadb
def test_who_spoke_while_the_database_was_away_was_not_silent(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.beat("Alive")
    house.beat("Dead")
    house.loop._round()

    def away(*_: Any) -> int:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    with monkeypatch.context() as patch:
        patch.setattr(house.loop._drain, "drain", away)
        assert house.loop._round() == module.AWAY_WAIT_S
        assert house.loop.figures()["database_away"] == 1
    house.clock.pass_by(3600)
    house.beat("Alive")
    house.loop._round()
    assert house.loop.figures()["database_away"] == 0
    told = [(one.kind, one.node_id) for one in house.bus.rung if isinstance(one, EventNew)]
    assert told == [("node_silent", "dead")]


def test_a_missing_setting_is_told_and_not_traced(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HEARTHWATCH_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "services.hub.drain"]
    done = subprocess.run(command, check=False, cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, capture_output=True)
    assert done.returncode == 2
    assert b"HEARTHWATCH_DB_PASSWORD is not set" in done.stderr
    assert b"Traceback" not in done.stderr
