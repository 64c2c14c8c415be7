"""The whole agent as a process, against a stock imagezmq hub."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import imagezmq
import numpy as np
import pytest
import yaml

from node_agent import __version__
from tests.node_agent.staging import SIZE, clip, scene, until

PORT = 24170
EVERY_FRAME: dict[str, Any] = {"viewname": "Street"}


def settings_file(folder: Path, camera: dict[str, Any], heartbeat_seconds: float = 0) -> Path:
    pictures = [scene()] * 10 + [scene(square=(12 * step, 100, 60)) for step in range(20)]
    clip(folder / "clip.avi", pictures, rate=20)
    settings = {
        "node": {"name": "Demo", "heartbeat_seconds": heartbeat_seconds},
        "hub_address": {"H1": f"tcp://127.0.0.1:{PORT}"},
        "cameras": {"C1": {"source": {"type": "file", "path": "clip.avi", "loop": True}, **camera}},
    }
    path = folder / "agent.yaml"
    path.write_text(yaml.safe_dump(settings))
    return path


@contextmanager
def agent(config: Path, *command: str) -> Iterator["subprocess.Popen[bytes]"]:
    log = config.with_name("agent.log").open("ab")
    start = [sys.executable, *(command or ("-m", "node_agent")), "--config", str(config)]
    with log, subprocess.Popen(start, stdout=log, stderr=subprocess.STDOUT) as process:
        try:
            yield process
        finally:
            process.kill()


def logged(config: Path) -> list[dict[str, Any]]:
    path = config.with_name("agent.log")
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def events(config: Path) -> list[str]:
    return [str(line["event"]) for line in logged(config)]


class StockHub:
    """A real imagezmq.ImageHub."""

    def __init__(self) -> None:
        self.hub = imagezmq.ImageHub(f"tcp://127.0.0.1:{PORT}")
        self.received: list[tuple[str, bytes]] = []

    def take(self) -> bool:
        """Receive and answer one message if one comes soon."""
        if not self.hub.zmq_socket.poll(100):
            return False
        text, body = self.hub.recv_jpg()
        self.hub.send_reply()
        self.received.append((text, bytes(body)))
        return True

    def take_until(self, text: str, times: int = 1) -> None:
        until(lambda: self.take() and self.texts().count(text) >= times, f"{times} × {text}")

    def texts(self) -> list[str]:
        return [text for text, _ in self.received]


@pytest.fixture
def hub() -> Iterator[StockHub]:
    opened = StockHub()
    yield opened
    opened.hub.close()


def stopped(process: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> int:
    process.send_signal(number)
    return process.wait(15)


def test_a_stock_hub_receives_restart_heartbeats_events_and_pictures(tmp_path: Path, hub: StockHub) -> None:
    motion = {"min_area": 1, "send_frames": "detected event", "send_count": 3}
    config = settings_file(tmp_path, {**EVERY_FRAME, "detectors": [{"motion": motion}]}, heartbeat_seconds=0.5)
    with agent(config) as process:
        hub.take_until("Demo Street|motion|moving")
        hub.take_until("Demo Street|jpg", times=3)
        hub.take_until("Demo|Heartbeat", times=2)
        assert stopped(process) == 0
    restart = next(text for text in hub.texts() if "Restart" in text)
    assert restart.split("|")[:2] == ["Demo", "Restart"]
    assert len(restart.split("|")) == 7
    street = [(text, body) for text, body in hub.received if text.startswith("Demo Street")]
    moving = [text for text, _ in street].index("Demo Street|motion|moving")
    assert [text for text, _ in street[moving + 1 : moving + 4]] == ["Demo Street|jpg"] * 3
    picture = cv2.imdecode(np.frombuffer(street[moving + 1][1], np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (SIZE[1], SIZE[0], 3)


def test_the_logs_are_json_with_stable_names(tmp_path: Path, hub: StockHub) -> None:
    config = settings_file(tmp_path, EVERY_FRAME)
    with agent(config) as process:
        hub.take_until("Demo Street|jpg")
        stopped(process)
    assert events(config) == ["agent_started", "agent_stopping", "agent_stopped"]
    assert logged(config)[0]["version"] == __version__


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_without_a_hub_ends_cleanly_and_keeps_the_pictures(tmp_path: Path, number: int) -> None:
    config = settings_file(tmp_path, EVERY_FRAME)
    with agent(config) as process:
        until(lambda: len(kept(tmp_path)) > 5, "pictures kept on disk")
        assert stopped(process, number) == 0
    assert logged(config)[-1]["event"] == "agent_stopped"
    assert logged(config)[-1]["kept"] == len(kept(tmp_path))
    assert logged(config)[-1]["left_behind"] == []


def test_pictures_kept_before_a_kill_9_arrive_in_order_afterwards(tmp_path: Path) -> None:
    config = settings_file(tmp_path, EVERY_FRAME)
    with agent(config) as process:
        until(lambda: len(kept(tmp_path)) > 10, "pictures kept on disk")
        os.kill(process.pid, signal.SIGKILL)
        process.wait(15)
    before = [json.loads(path.read_bytes().partition(b"\n")[0]) for path in kept(tmp_path)]
    numbers: list[tuple[str, int]] = []
    hub = imagezmq.ImageHub(f"tcp://127.0.0.1:{PORT}")
    with agent(config):

        def all_are_here() -> bool:
            if hub.zmq_socket.poll(100):
                said = json.loads(hub.zmq_socket.recv_multipart()[0])
                hub.send_reply()
                numbers.append((said["captured_at"], said["seq"]))
            return len(wanted - set(numbers)) == 0

        wanted = {(said["captured_at"], said["seq"]) for said in before}
        until(all_are_here, "the pictures of before")
    hub.close()
    assert [one for one in numbers if one in wanted] == sorted(wanted)


def test_a_thread_that_dies_ends_the_agent_with_an_error(tmp_path: Path) -> None:
    config = settings_file(tmp_path, EVERY_FRAME)
    with agent(config, "-c", _WITH_CAMERA_THAT.format(does="raise RuntimeError('broken')")) as process:
        assert process.wait(15) == 1
    death = next(line for line in logged(config) if line["event"] == "thread_died")
    assert death["thread"] == "Demo Street"
    assert "RuntimeError: broken" in death["exception"]


def test_a_camera_that_hangs_in_its_driver_does_not_stop_the_stop(tmp_path: Path) -> None:
    config = settings_file(tmp_path, EVERY_FRAME)
    with agent(config, "-c", _WITH_CAMERA_THAT.format(does="threading.Event().wait()")) as process:
        until(lambda: "agent_started" in events(config), "the start")
        assert stopped(process) == 0
    assert logged(config)[-1]["left_behind"] == ["Demo Street"]


def test_a_wrong_settings_file_ends_with_its_own_code_and_no_traceback(tmp_path: Path) -> None:
    config = tmp_path / "agent.yaml"
    config.write_text("node: {name_: Demo}")
    ended = run_check(config)
    assert ended.returncode == 78
    assert "agent.yaml: node.name_: unknown key; did you mean `name`?" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_check_only_validates(tmp_path: Path) -> None:
    config = settings_file(tmp_path, EVERY_FRAME)
    ended = run_check(config)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "valid; node Demo, cameras: C1" in ended.stdout
    assert not (tmp_path / "spool").exists()


def test_a_second_agent_on_the_same_spool_says_so(tmp_path: Path) -> None:
    config = settings_file(tmp_path, EVERY_FRAME)
    with agent(config):
        until(lambda: "agent_started" in events(config), "the start")
        second = subprocess.run(_command(config), capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert "is in use by another agent" in second.stderr


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "spool").glob("*.msg"))


def run_check(config: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*_command(config), "--check"], capture_output=True, text=True, timeout=60, check=False)


def _command(config: Path) -> list[str]:
    return [sys.executable, "-m", "node_agent", "--config", str(config)]


_WITH_CAMERA_THAT = """
import sys, threading
from node_agent.camera import Camera
from node_agent.process import main
def step(camera):
    {does}
Camera.step = step
sys.exit(main())
"""
