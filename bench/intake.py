"""How fast pictures are made durable by the hub, beside what the disk alone can do, in one run.

The limit (*files12*) and the hub take turns, because disks and machines change from one second to the next: limit,
12 stock senders at full speed, limit, 12 × 30 fps, and so on for some rounds; the figures are medians of the rounds.
The limit has the machine to itself, while the hub shares it with its twelve senders; so a bare hub that only writes,
flushes and answers has its turn, too, and `ratio_to_bare` tells what all the rest costs.
Afterwards every acknowledged picture is looked for, as file and as row. Runs that follow each other at once may come
out low on ext4: it makes files slowly for minutes after many have been deleted, and each run deletes its own.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
from sqlalchemy import Engine

from bench.crew import Crew, Load
from bench.disk import files12, neighbour
from services.core.media import names
from services.core.settings import Settings
from services.store import doctor
from services.store.engine import connect
from services.store.migrate import migrate
from tests.peers import MariaDb, Mosquitto, free_port, listens, wait_until
from tests.processes import process

FPS = 30.0
LIMIT_S = 1.0
PEER_PORT = 5555
PICTURE_BYTES = 31_000
DRAIN_WAIT_S = 300
Figures = dict[str, Any]


class Bench:
    """A hub with its own database and broker, the senders, and perhaps a stock hub."""

    def __init__(
        self, house: Settings, engine: Engine, crew: Crew, ports: tuple[int, int], seconds: float, has_peer: bool
    ) -> None:
        self._house = house
        self._engine = engine
        self._crew = crew
        self._port, self._bare_port = ports
        self._seconds = seconds
        self._has_peer = has_peer
        self._limits = 0
        self._picture = picture()
        self.acknowledged = 0

    def measure(self, rounds: int) -> Figures:
        """The figures of some rounds."""
        return medians([self._round() for _ in range(rounds)])

    def lost(self) -> Figures:
        """How many acknowledged pictures have no file or no row. Files and rows must be as many."""
        images = self._house.media / "images"
        files = sum(name.endswith(".jpg") for day in images.iterdir() for name in names(day))
        rows = self._rows()
        return {
            "acknowledged": self.acknowledged,
            "files": files,
            "rows": rows,
            "lost": self.acknowledged - min(files, rows),
        }

    def _round(self) -> Figures:
        before = self._limit()
        full = self._run(self._port)
        limit = (before + self._limit()) / 2
        told = figures(full) | {"limit_per_s": limit, "ratio_to_limit": full.images_per_s / limit}
        told["paced"] = figures(self._run(self._port, FPS))
        told["bare"] = figures(self._crew.run(self._bare_port, self._seconds))
        told["bare"]["paced"] = figures(self._crew.run(self._bare_port, self._seconds, FPS))
        told["ratio_to_bare"] = full.images_per_s / told["bare"]["images_per_s"]
        if self._has_peer:
            told["peer"] = figures(self._crew.run(PEER_PORT, self._seconds))
            told["peer"]["paced"] = figures(self._crew.run(PEER_PORT, self._seconds, FPS))
            told["paced"]["p99_to_peer"] = told["paced"]["p99_ms"] / told["peer"]["paced"]["p99_ms"]
        return told

    def _limit(self) -> float:
        self._limits += 1
        return files12(self._house.data_dir / f"limit-{self._limits}", self._picture, LIMIT_S)

    def _run(self, port: int, fps: float = 0.0) -> Load:
        load = self._crew.run(port, self._seconds, fps)
        self.acknowledged += load.acknowledged
        # The rows of this run must not be in the next one's way.
        wait_until(lambda: self._rows() >= self.acknowledged, "the rows of all pictures", DRAIN_WAIT_S)
        return load

    def _rows(self) -> int:
        with self._engine.connect() as connection:
            return doctor.count(connection)


def picture() -> bytes:
    """A JPEG of 320×240 and about 31 kB: noise, as far as that is softened."""
    noise = np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8)
    qualities = (
        cv2.imencode(".jpg", cv2.GaussianBlur(noise, (5, 5), 0), [1, quality])[1] for quality in range(60, 100)
    )
    return next(data.tobytes() for data in qualities if len(data) >= PICTURE_BYTES)


def figures(load: Load) -> Figures:
    """What is told of one run."""
    told: Figures = {"images_per_s": load.images_per_s, "p50_ms": load.p50_ms, "p99_ms": load.p99_ms}
    return told | ({"refused": load.refused} if load.refused else {})


def medians(rounds: Sequence[Figures]) -> Figures:
    """Each figure's median over the rounds, rounded."""
    return {
        key: medians([one[key] for one in rounds])
        if isinstance(rounds[0][key], dict)
        else round(median(one.get(key, 0) for one in rounds), 3)
        for key in rounds[0]
    }


@contextmanager
def stock_hub(checkout: Path | None, folder: Path) -> Iterator[None]:
    """A stock imagehub from a checkout, beside ours. Its port cannot be chosen."""
    if checkout is None:
        yield
        return
    if listens(PEER_PORT):
        raise OSError(f"port {PEER_PORT} is taken, and a stock imagehub has no other: stop what listens there")
    folder.mkdir(parents=True)
    settings = {"hub": {"patience": 10, "data_directory": "imagehub_data", "max_images_write": 10_000_000}}
    (folder / "imagehub.yaml").write_text(json.dumps(settings))
    command = [sys.executable, "imagehub.py", "-p", str(folder)]
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(command, cwd=checkout / "imagehub", stdout=log, stderr=log)
    try:
        wait_until(lambda: listens(PEER_PORT), f"the stock imagehub; see {folder}/log", 20)
        yield
    finally:
        child.kill()
        child.wait()


@contextmanager
def bench(options: argparse.Namespace, folder: Path) -> Iterator[Bench]:
    """Starts all that takes part."""
    for name in ("mariadb", "mosquitto", "data"):
        (folder / name).mkdir()
    (folder / "picture.jpg").write_bytes(picture())
    port, bare_port = free_port(), free_port()
    with (
        MariaDb(folder / "mariadb", durable=True) as database,
        Mosquitto(folder / "mosquitto") as broker,
        Crew(options.senders, folder / "picture.jpg") as crew,
        stock_hub(options.peer, folder / "peer"),
    ):
        house = database.settings(data_dir=folder / "data", mqtt_port=broker.port)
        migrate(house)
        engine = connect(house)
        with (
            process(house, "services.hub", HEARTHWATCH_HUB_PORT=str(port), HEARTHWATCH_HUB_HOST="127.0.0.1"),
            process(house, "bench.bare_hub", str(bare_port), str(folder / "bare")),
        ):
            wait_until(lambda: listens(port) and listens(bare_port), "the hubs")
            yield Bench(house, engine, crew, (port, bare_port), options.seconds, options.peer is not None)
        engine.dispose()


def main(argv: Sequence[str]) -> int:
    """Runs the benchmark and prints its figures; 1 when a picture was lost or it could not run."""
    options = _parser().parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="bench-intake-", dir=options.dir))
    try:
        told = run(options, folder)
    except (OSError, subprocess.SubprocessError) as problem:
        sys.stderr.write(f"bench intake: {problem}\n")
        return 1
    finally:
        shutil.rmtree(folder)
    print(json.dumps(told) if options.json else "\n".join(in_words(told)))
    return 1 if told["lost"] else 0


def run(options: argparse.Namespace, folder: Path) -> Figures:
    """All of it, below a folder on the disk to be measured."""
    with bench(options, folder) as benched:
        told = benched.measure(options.rounds)
        if options.neighbour:
            with neighbour(folder / "video"):
                told["neighbour"] = benched.measure(options.rounds)
        return told | benched.lost() | {"senders": options.senders, "seconds": options.seconds}


def in_words(told: Figures, before: str = "") -> Iterator[str]:
    """One line a figure."""
    for key, value in told.items():
        if isinstance(value, dict):
            yield from in_words(value, f"{before}{key}.")
        else:
            yield f"{before + key:<32} {value}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench intake", description="The hub beside what the disk can do.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--senders", type=int, default=12, help="stock senders, each a process")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run")
    parser.add_argument("--rounds", type=int, default=3, help="of limit, full speed, limit, 30 fps")
    parser.add_argument("--peer", type=Path, help="a checkout of a stock imagehub, run side by side on port 5555")
    parser.add_argument("--dir", type=Path, default=Path.cwd(), help="where to work: the disk to be measured")
    parser.add_argument("--neighbour", action="store_true", help="again with a process that writes video to the disk")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
