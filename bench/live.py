"""`scripts/bench live`: 20 viewers of the wall. Does what they see stay as fresh as it was, and the gallery as small?

The real gallery, MariaDB and broker; a sender that rings for a picture of each camera in turn; viewers that do what
the wall's script does: one stream of news each, of each camera the newest picture, those between are skipped.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import numpy as np
from flask.sessions import SecureCookieSessionInterface
from pydantic import SecretStr
from sqlalchemy import Engine

from flaskapp import create_app
from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.media import Media
from services.core.messages import ImageNew
from services.core.settings import Settings
from services.store import user
from services.store.engine import connect
from services.store.migrate import migrate
from services.store.user import User
from tests.flaskapp.house import House, drawn
from tests.peers import MariaDb, Mosquitto, free_port, listens, wait_until

CAMERAS = 8
ROOT = Path(__file__).parents[1]
SECRET = "bench"


@dataclass
class Wall:
    """One viewer: `seen` holds when each picture was there (monotonic seconds) and how old it was then (seconds)."""

    port: int
    cookie: str
    stopping: threading.Event
    seen: list[tuple[float, float]] = field(default_factory=list)
    told: int = 0
    _waiting: dict[str, tuple[str, float]] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def start(self) -> None:
        """Opens the stream, and loads what it tells of."""
        for work in (self._listen, self._load):
            threading.Thread(target=work, daemon=True).start()

    def _listen(self) -> None:
        stream = HTTPConnection("127.0.0.1", self.port, timeout=60)
        stream.request("GET", "/live/stream", headers={"Cookie": self.cookie})
        answer, kind = stream.getresponse(), ""
        while not self.stopping.is_set():
            line = answer.readline().decode().rstrip("\n")
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: ") and kind == "picture":
                self._note(json.loads(line[6:]))
        stream.close()

    def _note(self, news: dict[str, str]) -> None:
        self.told += 1
        with self._changed:
            self._waiting[news["camera"]] = (news["image"], datetime.fromisoformat(news["at"]).timestamp())
            self._changed.notify()

    def _load(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self.stopping.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._waiting, 1.0)
                some, self._waiting = self._waiting, {}
            for image_id, at in some.values():
                try:
                    connection.request("GET", f"/picture/{image_id}/thumb", headers={"Cookie": self.cookie})
                    answer = connection.getresponse()
                    answer.read()
                except (HTTPException, OSError):
                    connection.close()
                    continue
                if answer.status == 200:
                    self.seen.append((time.monotonic(), time.time() - at))
        connection.close()


def main(argv: Sequence[str]) -> int:
    """Runs the benchmark and prints the figures: 0; 1 when something is not flat and `--strict` is given."""
    options = _parser().parse_args(argv)
    with (
        tempfile.TemporaryDirectory(prefix="hearthwatch-bench-") as name,
        MariaDb(make_folder(Path(name), "mariadb")) as server,
        Mosquitto(make_folder(Path(name), "mosquitto")) as broker,
    ):
        settings = server.settings(
            data_dir=Path(name), gallery_secret_key=SecretStr(SECRET), mqtt_port=broker.port, time_zone="UTC"
        )
        figures = run(settings, server.password, options.viewers, options.seconds, options.rate)
    print(json.dumps(figures) if options.json else in_words(figures))
    flat = figures["delay_ratio"] <= 1.5 and figures["rss_growth_mb"] <= 10
    return int(options.strict and not flat)


def make_folder(inside: Path, name: str) -> Path:
    """A folder of one's own for each."""
    made = inside / name
    made.mkdir()
    return made


def run(settings: Settings, password: str, viewers: int, seconds: float, rate: float) -> dict[str, float]:
    """Starts the gallery, lets them look for so long while each camera sends `rate` pictures a second."""
    migrate(settings)
    engine, port = connect(settings), free_port()
    cookie = _signed_in(settings, engine, port)
    gallery = _gallery(settings, password, port)
    try:
        wait_until(lambda: listens(port), "the gallery")
        stopping = threading.Event()
        walls = [Wall(port, cookie, stopping) for _ in range(viewers)]
        for one in walls:
            one.start()
        began = time.monotonic()
        memory = _send(House(engine, Media(settings.media)), settings, gallery.pid, seconds, rate)
        stopping.set()
        return _summary(walls, began, seconds, memory)
    finally:
        gallery.terminate()
        gallery.wait(20)
        engine.dispose()


def _signed_in(settings: Settings, engine: Engine, port: int) -> str:
    """The cookie of somebody who may look."""
    made = User(new_id(), "bench", "$argon2id$none", "viewer", 0, SystemClock().now(), None)
    with engine.begin() as connection:
        user.create(connection, made)
    app = create_app(settings, engine, SystemClock(), Bus(settings, "bench", SystemClock(), durable=False))
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    if signer is None:
        raise RuntimeError("the gallery has no secret key")
    return f"hearthwatch_{port}={signer.dumps({'_user_id': f'{made.id}:0', '_fresh': True})}"


def _gallery(settings: Settings, password: str, port: int) -> subprocess.Popen[bytes]:
    ours = {
        "DB_PORT": str(settings.db_port),
        "DB_PASSWORD": password,
        "MQTT_PORT": str(settings.mqtt_port),
        "DATA_DIR": str(settings.data_dir),
        "GALLERY_PORT": str(port),
        "GALLERY_SECRET_KEY": SECRET,
        "LOG_LEVEL": "error",
    }
    variables = os.environ | {f"HEARTHWATCH_{key}": value for key, value in ours.items()}
    return subprocess.Popen([sys.executable, "-m", "flaskapp"], cwd=ROOT, env=variables, stderr=subprocess.DEVNULL)


def _send(house: House, settings: Settings, pid: int, seconds: float, rate: float) -> list[tuple[float, float]]:
    """Rings for one picture after the other; the gallery's memory meanwhile as (share of the time, MB)."""
    clock, data, memory = SystemClock(), drawn(), []
    bus = Bus(settings, "bench", clock, durable=False)
    bus.start()
    wait_until(bus.listening, "the broker")
    ids = [house.camera(f"Camera {number}", f"camera-{number}") for number in range(CAMERAS)]
    began = time.monotonic()
    for number in range(int(seconds * rate * CAMERAS)):
        time.sleep(max(0.0, began + number / (rate * CAMERAS) - time.monotonic()))
        camera_id, at = ids[number % CAMERAS], clock.now()
        image_id = house.picture(camera_id, at, data=data)
        told = {"image_id": image_id, "camera_id": camera_id, "captured_at": at, "received_at": at}
        bus.publish(ImageNew.make(clock, "hub", **told))
        memory.append(((time.monotonic() - began) / seconds, _rss_mb(pid)))
    bus.stop()
    return memory


def _rss_mb(pid: int) -> float:
    """Of the process and its workers."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = [int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in (pid, *children)]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _summary(
    walls: Sequence[Wall], began: float, seconds: float, memory: Sequence[tuple[float, float]]
) -> dict[str, float]:
    """Delays of the second third and of the last one, as the first is a warm-up; and the memory between them."""
    thirds: list[list[float]] = [[], [], []]
    for one in walls:
        for at, age in one.seen:
            thirds[min(2, int(3 * (at - began) / seconds))].append(age * 1000)
    middle, last = (np.percentile(some, [50, 95]) for some in thirds[1:])
    then, end = (np.median([mb for share, mb in memory if a <= share < b]) for a, b in ((0.33, 0.5), (0.85, 9)))
    return {
        "viewers": len(walls),
        "seconds": seconds,
        "told": sum(one.told for one in walls),
        "shown": sum(len(one.seen) for one in walls),
        "middle_p50_ms": round(float(middle[0]), 1),
        "middle_p95_ms": round(float(middle[1]), 1),
        "last_p50_ms": round(float(last[0]), 1),
        "last_p95_ms": round(float(last[1]), 1),
        "delay_ratio": round(float(last[1] / middle[1]), 2),
        "rss_mb": round(float(end), 1),
        "rss_growth_mb": round(float(end - then), 1),
    }


def in_words(figures: dict[str, float]) -> str:
    """For people."""
    return "\n".join(f"{name:16}{value:>12g}" for name, value in figures.items())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench live", description=__doc__)
    parser.add_argument("--viewers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120, help="how long they look")
    parser.add_argument("--rate", type=float, default=0.5, help="pictures a second of each of eight cameras")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--strict", action="store_true", help="exit 1 when delay or memory is not flat")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
