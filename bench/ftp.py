"""How many pictures a second are made durable by FTP, beside bare pyftpdlib that writes the same files, in one run.

The service, bare pyftpdlib and bare pyftpdlib that flushes each file before it answers take turns for some rounds,
because disks change from one second to the next; the figures are medians. Each sender is a process that keeps its
connection. Afterwards every acknowledged picture is looked for, as file and as row.
"""

import argparse
import ftplib
import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine

from bench import bare_ftp
from bench.intake import in_words, medians, picture
from services.core import machine_password
from services.core.clock import SystemClock
from services.core.media import names
from services.core.settings import Settings
from services.store import camera, doctor, ftp_user
from services.store.engine import connect
from services.store.ftp_user import FtpUser
from services.store.migrate import migrate
from tests.peers import MariaDb, Mosquitto, free_port, listens, wait_until
from tests.processes import process

DRAIN_WAIT_S = 300
PASSWORD = "a password of the benchmark"
GOAL = 0.7
Figures = dict[str, Any]


@dataclass(frozen=True)
class Server:
    """One of those that take turns."""

    port: int
    user: str
    password: str


@dataclass
class Bench:
    """The servers by what they are called, and the senders."""

    servers: dict[str, Server]
    pool: ProcessPoolExecutor
    senders: int
    seconds: float
    acknowledged: int = 0

    def round(self) -> Figures:
        """Each server once; `ratio` is the service's pictures a second by those of the bare one that flushes."""
        told = {name: self._run(server) for name, server in self.servers.items()}
        self.acknowledged += told["service"].pop("sent")
        for name in ("bare", "bare_fsync"):
            told[name].pop("sent")
        return told | {"ratio": told["service"]["per_s"] / told["bare_fsync"]["per_s"]}

    def _run(self, server: Server) -> Figures:
        tasks = [self.pool.submit(send, server, number, self.seconds) for number in range(self.senders)]
        took = sorted(one for task in tasks for one in task.result())
        p99 = took[int(len(took) * 0.99)]
        return {"sent": len(took), "per_s": len(took) / self.seconds, "p50_ms": median(took) * 1e3, "p99_ms": p99 * 1e3}


def send(server: Server, number: int, seconds: float) -> list[float]:
    """One sender's connection: how long each picture took until it was acknowledged. In a process of its own."""
    data, took = picture(), []
    with ftplib.FTP(timeout=60) as client:
        client.connect("127.0.0.1", server.port)
        client.login(server.user, server.password)
        end = time.perf_counter() + seconds
        for name in count():
            start = time.perf_counter()
            if start >= end:
                break
            client.storbinary(f"STOR {number}-{time.time_ns() % 10**6}-{name}.jpg", io.BytesIO(data))
            took.append(time.perf_counter() - start)
    return took


def enrol(house: Settings) -> Server:
    """The service's user."""
    engine = connect(house)
    now = SystemClock().now()
    with engine.begin() as connection:
        camera_id = camera.register(connection, "Front Door", now)
        made = FtpUser("front", machine_password.hashed(PASSWORD), camera_id, True, None, None, now)
        ftp_user.add(connection, made)
    engine.dispose()
    return Server(free_port(), "front", PASSWORD)


@contextmanager
def bench(options: argparse.Namespace, folder: Path) -> Iterator[tuple[Bench, Settings, Engine]]:
    """Starts all that takes part."""
    for name in ("mariadb", "mosquitto", "data"):
        (folder / name).mkdir()
    with ExitStack() as stack:
        database = stack.enter_context(MariaDb(folder / "mariadb", durable=True))
        broker = stack.enter_context(Mosquitto(folder / "mosquitto"))
        house = database.settings(data_dir=folder / "data", mqtt_port=broker.port)
        migrate(house)
        ours = enrol(house)
        settings = {"HEARTHWATCH_FTP_PORT": str(ours.port), "HEARTHWATCH_FTP_MAX_RATE": "100000"}
        settings |= {"HEARTHWATCH_FTP_HOST": "127.0.0.1", "HEARTHWATCH_FTP_PASSIVE": "45000-45999"}
        stack.enter_context(process(house, "services.ftp", **settings))
        servers = {"service": ours}
        for name, more in (("bare", ()), ("bare_fsync", ("fsync",))):
            servers[name] = Server(free_port(), bare_ftp.USER, bare_ftp.PASSWORD)
            arguments = (str(servers[name].port), str(folder / name), *more)
            stack.enter_context(process(house, "bench.bare_ftp", *arguments))
        for name, server in servers.items():
            wait_until(lambda server=server: listens(server.port), name)
        wait_until((house.spool / "ftp" / "users.json").exists, "the user at the service")
        pool = stack.enter_context(ProcessPoolExecutor(options.senders))
        engine = connect(house)
        stack.callback(engine.dispose)
        yield Bench(servers, pool, options.senders, options.seconds), house, engine


def lost(benched: Bench, house: Settings, engine: Engine) -> Figures:
    """How many acknowledged pictures have no file or no row."""

    def rows() -> int:
        with engine.connect() as connection:
            return doctor.count(connection)

    wait_until(lambda: rows() >= benched.acknowledged, "the rows of all pictures", DRAIN_WAIT_S)
    files = sum(name.endswith(".jpg") for day in (house.media / "images").iterdir() for name in names(day))
    found = {"acknowledged": benched.acknowledged, "files": files, "rows": rows()}
    return found | {"lost": benched.acknowledged - min(files, found["rows"])}


def run(options: argparse.Namespace, folder: Path) -> Figures:
    """All of it, below a folder on the disk to be measured."""
    with bench(options, folder) as (benched, house, engine):
        told = medians([benched.round() for _ in range(options.rounds)])
        told |= {"goal": GOAL, "goal_met": told["ratio"] >= GOAL}
        return told | lost(benched, house, engine) | {"senders": options.senders, "seconds": options.seconds}


def main(argv: Sequence[str]) -> int:
    """Runs the benchmark and prints its figures; 1 when a picture was lost or it could not run."""
    options = _parser().parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="bench-ftp-", dir=options.dir))
    try:
        told = run(options, folder)
    except (OSError, subprocess.SubprocessError, ftplib.Error) as problem:
        sys.stderr.write(f"bench ftp: {problem}\n")
        return 1
    finally:
        shutil.rmtree(folder)
    print(json.dumps(told) if options.json else "\n".join(in_words(told)))
    return 1 if told["lost"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench ftp", description="FTP beside bare pyftpdlib.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--senders", type=int, default=8, help="each a process with one connection")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run")
    parser.add_argument("--rounds", type=int, default=3, help="in which all take turns")
    parser.add_argument("--dir", type=Path, default=Path.cwd(), help="where to work: the disk to be measured")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
