"""What our look costs beside the bare model: both on the same pictures, in turn, in one run.

Ours: decode the JPEG with all checks, letterbox, run, read the boxes, merge doubles, filter. Bare: the shortest loop
that anyone would write (decode, stretch to the input's size, run) with the same engine, model and number of threads.
Every model that is there is measured, with one worker and with two at the same time. For a plug-in none of whose models
is there, a stand-in graph tells the milliseconds that our look adds to whatever the model itself takes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter
from typing import Any

import cv2
import numpy as np
import onnxruntime

from bench.stand_in import PLUGINS, stand_in
from services.detector.look import Looker, examine
from services.detector.model import current, ensure_default, pinned, problem_with, read
from services.detector.model_command import model_folder
from services.detector.opening import PLUGINS as OPENERS
from services.detector.opening import open_detector
from services.detector.pins import PINS
from services.detector.plugin import Detector
from services.detector.problem import ModelError
from services.store.seeing import Seeing

Look = Callable[[bytes], object]
Runs = list[dict[str, Any]]
_SEEING = Seeing(labels=frozenset({"person", "dog", "cat", "car", "truck", "bus"}))
_JPEG_QUALITY = 85
_PATIENCE_S = 600
# How the bare loop scales pixels, by plug-in: a factor, and what is taken off first. The others take them as they are.
_SCALING = {
    "coco_ssd": (1 / 127.5, (127.5, 127.5, 127.5)),
    "fastestdet": (1 / 255, (0.0, 0.0, 0.0)),
    "nanodet": (1 / 57.63, (103.53, 116.28, 123.675)),
}


@dataclass(frozen=True)
class Contest:
    """One model on this machine; `threads` is how many cores one look may take."""

    models: Path
    name: str
    threads: int

    def open(self) -> tuple[Look, Look]:
        """Our look and the bare one."""
        ours = _ours(open_detector(self.models, self.name, self.threads))
        return ours, _bare(read(self.models, self.name), pinned(self.name).plugin, self.threads)


def main(argv: Sequence[str]) -> int:
    """Run the benchmark and print the figures; return the exit code."""
    options = _parser().parse_args(argv)
    try:
        ensure_default(options.models)
        pictures = load_pictures(options.pictures, options.count)
        names = [options.model] if options.model else present(options.models)
        contests = [Contest(options.models, name, options.threads) for name in names]
        runs = [run for contest in contests for run in _runs(contest, pictures, options.rounds)]
        runs += [] if options.model else _added(names, pictures, options.rounds)
    except (ModelError, OSError) as problem:
        sys.stderr.write(f"bench detect: {problem}\n")
        return 1
    print(json.dumps({**runs[0], "runs": runs}) if options.json else _in_words(runs))
    return 0


def present(models: Path) -> list[str]:
    """The models whose files are there as pinned, the one in use first."""
    there = [name for name, pin in PINS.items() if problem_with(models / pin.filename, pin) is None]
    return sorted(there, key=lambda name: name != current(models))


def _runs(contest: Contest, pictures: Sequence[bytes], rounds: int) -> Runs:
    about = {"model": contest.name, "pictures": len(pictures), "threads": contest.threads}
    alone = measure(*contest.open(), pictures, rounds)
    return [about | {"workers": 1} | alone, about | {"workers": 2} | measure_crew(contest, pictures, rounds, 2)]


def _added(names: Sequence[str], pictures: Sequence[bytes], rounds: int) -> Runs:
    """What our look adds to a model that is not there."""
    missing = [plugin for plugin in PLUGINS if plugin not in {pinned(name).plugin for name in names}]
    return [{"stand_in_for": plugin, **_added_by(plugin, pictures, rounds)} for plugin in missing]


def _added_by(plugin: str, pictures: Sequence[bytes], rounds: int) -> dict[str, float]:
    model = stand_in(plugin)
    told = measure(_ours(Looker(OPENERS[plugin](plugin, "", model, 1))), _bare(model, plugin, 1), pictures, rounds)
    return {"added_ms": round(told["p50_ms"] - told["bare_p50_ms"], 2)}


def load_pictures(source: Path, count: int) -> list[bytes]:
    """Return JPEGs: the files of a folder, or frames spread evenly over a clip. Raises OSError if there are none."""
    if source.is_dir():
        pictures = [path.read_bytes() for path in sorted(source.glob("*.jp*g"))[:count]]
    else:
        pictures = _frames(source, count)
    if not pictures:
        raise FileNotFoundError(f"no pictures in {source}; name a clip or a folder of JPEGs with --pictures")
    return pictures


def measure(ours: Look, bare: Look, pictures: Sequence[bytes], rounds: int) -> dict[str, float]:
    """Time both on every picture, which goes first changing each time, and return the figures."""
    for look in (ours, bare):
        look(pictures[0])
    seconds: dict[Look, list[float]] = {ours: [], bare: []}
    for turn, picture in enumerate(list(pictures) * rounds):
        for look in (ours, bare) if turn % 2 else (bare, ours):
            seconds[look].append(_timed(look, picture))
    return figures(seconds[ours], seconds[bare])


def measure_crew(contest: Contest, pictures: Sequence[bytes], rounds: int, workers: int) -> dict[str, float]:
    """Let several processes look at all pictures at the same time, ours and bare in turn, and return the figures.

    The rates are of all together. Raises OSError when a process ends before its work is done.
    """
    context = multiprocessing.get_context("spawn")
    start, ends = context.Barrier(workers), [context.Pipe(duplex=False) for _ in range(workers)]
    crew = [
        context.Process(target=_work, args=(contest, pictures, rounds, start, told), daemon=True) for _, told in ends
    ]
    for one, (_, told) in zip(crew, ends, strict=True):
        one.start()
        told.close()
    seconds: dict[str, list[float]] = defaultdict(list)
    lasted = {"ours": 0.0, "bare": 0.0}
    for _ in range(2 * rounds):
        passes = [_hear(heard) for heard, _ in ends]
        kind = passes[0][0]
        lasted[kind] += max(wall for _, wall, _ in passes)
        seconds[kind] += [one for _, _, looks in passes for one in looks]
    for one in crew:
        one.join()
    rates = {kind: len(seconds[kind]) / lasted[kind] for kind in lasted}
    return _figures(rates["ours"], rates["bare"], seconds["ours"], seconds["bare"])


def figures(ours: Sequence[float], bare: Sequence[float]) -> dict[str, float]:
    """Return what the benchmark tells, from the seconds that each look took."""
    return _figures(len(ours) / sum(ours), len(bare) / sum(bare), ours, bare)


def _figures(rate: float, bare_rate: float, ours: Sequence[float], bare: Sequence[float]) -> dict[str, float]:
    median, slow = np.percentile(ours, [50, 95]) * 1000
    return {
        "images_per_s": round(rate, 2),
        "bare_images_per_s": round(bare_rate, 2),
        "ratio": round(rate / bare_rate, 3),
        "p50_ms": round(float(median), 2),
        "p95_ms": round(float(slow), 2),
        "bare_p50_ms": round(float(np.median(bare)) * 1000, 2),
    }


def _work(contest: Contest, pictures: Sequence[bytes], rounds: int, start: Barrier, told: Any) -> None:
    """One of the crew: as often as said through all pictures with either look, beginning when all are ready."""
    ours, bare = contest.open()
    looks = (("ours", ours), ("bare", bare))
    for _, look in looks:
        look(pictures[0])
    for turn in range(rounds):
        for kind, look in looks if turn % 2 else reversed(looks):
            start.wait(_PATIENCE_S)
            begun = perf_counter()
            seconds = [_timed(look, picture) for picture in pictures]
            told.send((kind, perf_counter() - begun, seconds))


def _timed(look: Look, picture: bytes) -> float:
    begun = perf_counter()
    look(picture)
    return perf_counter() - begun


def _hear(heard: Any) -> tuple[str, float, list[float]]:
    """One pass of one worker: which look, how long all of it took, and each picture."""
    try:
        told: tuple[str, float, list[float]] | None = heard.recv() if heard.poll(_PATIENCE_S) else None
    except EOFError:
        told = None
    if told is None:
        raise ChildProcessError("one of the workers did not come to its end")
    return told


def _ours(detector: Detector) -> Look:
    detector.warmup()
    now = datetime.now(UTC)
    return lambda data: examine(detector, data, "bench", now, _SEEING)


def _bare(model: bytes, plugin: str, threads: int) -> Look:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0]
    size = (entry.shape[3], entry.shape[2])
    scale, mean = _SCALING.get(plugin, (1.0, (0.0, 0.0, 0.0)))

    def look(data: bytes) -> object:
        bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if bgr is None:
            raise ModelError("a picture of the benchmark cannot be decoded")
        return session.run(None, {entry.name: cv2.dnn.blobFromImage(bgr, scale, size, mean, swapRB=True)})

    return look


def _frames(clip: Path, count: int) -> list[bytes]:
    capture = cv2.VideoCapture(str(clip))
    total = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    pictures: list[bytes] = []
    for number in range(0, total, max(total // count, 1)):
        capture.set(cv2.CAP_PROP_POS_FRAMES, number)
        good, bgr = capture.read()
        if good and len(pictures) < count:
            _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
            pictures.append(jpeg.tobytes())
    capture.release()
    return pictures


def _in_words(runs: Runs) -> str:
    return "\n\n".join("\n".join(f"{key:<18} {value}" for key, value in run.items()) for run in runs)


def _parser() -> argparse.ArgumentParser:
    models = model_folder(os.environ)
    parser = argparse.ArgumentParser(prog="scripts/bench detect", description="Our look beside the bare model.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--models", type=Path, default=models, help="the model folder")
    parser.add_argument("--model", choices=PINS, metavar="NAME", help="one model (default: all that are there)")
    parser.add_argument("--pictures", type=Path, default=models.parent / "vtest.avi", help="a clip or a folder")
    parser.add_argument("--count", type=int, default=40, help="how many pictures")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is looked at")
    parser.add_argument("--threads", type=int, default=1, help="how many cores one look may take")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
