"""What our look costs beside the bare model: both on the same pictures, in turn, in one run.

Ours: decode the JPEG with all checks, letterbox, run, read the boxes, merge doubles, filter. Bare: the shortest loop
that anyone would write (decode, stretch to the input's size, run) with the same engine, model and number of threads.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np
import onnxruntime

from services.detector.look import examine
from services.detector.model import current, ensure_default, pinned, read
from services.detector.model_command import model_folder
from services.detector.opening import open_detector
from services.detector.plugin import Detector
from services.detector.problem import ModelError
from services.store.seeing import Seeing

Look = Callable[[bytes], object]
_SEEING = Seeing(labels=frozenset({"person", "dog", "cat", "car", "truck", "bus"}))
_JPEG_QUALITY = 85


def main(argv: Sequence[str]) -> int:
    """Run the benchmark and print the figures; return the exit code."""
    options = _parser().parse_args(argv)
    try:
        ensure_default(options.models)
        pictures = load_pictures(options.pictures, options.count)
    except (ModelError, OSError) as problem:
        sys.stderr.write(f"bench detect: {problem}\n")
        return 1
    name = current(options.models)
    with_checks = _ours(open_detector(options.models, name, options.threads))
    bare = _bare(read(options.models, name), pinned(name).plugin, options.threads)
    result = {"model": name, "pictures": len(pictures), "threads": options.threads}
    figures = result | measure(with_checks, bare, pictures, options.rounds)
    print(json.dumps(figures) if options.json else _in_words(figures))
    return 0


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
            start = perf_counter()
            look(picture)
            seconds[look].append(perf_counter() - start)
    return figures(seconds[ours], seconds[bare])


def figures(ours: Sequence[float], bare: Sequence[float]) -> dict[str, float]:
    """Return what the benchmark tells, from the seconds that each look took."""
    rate, bare_rate = len(ours) / sum(ours), len(bare) / sum(bare)
    median, slow = np.percentile(ours, [50, 95]) * 1000
    return {
        "images_per_s": round(rate, 2),
        "bare_images_per_s": round(bare_rate, 2),
        "ratio": round(rate / bare_rate, 3),
        "p50_ms": round(float(median), 2),
        "p95_ms": round(float(slow), 2),
    }


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
    scale, mean = (1 / 127.5, (127.5, 127.5, 127.5)) if plugin == "coco_ssd" else (1.0, (0.0, 0.0, 0.0))

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


def _in_words(figures: dict[str, object]) -> str:
    return "\n".join(f"{key:<18} {value}" for key, value in figures.items())


def _parser() -> argparse.ArgumentParser:
    models = model_folder(os.environ)
    parser = argparse.ArgumentParser(prog="scripts/bench detect", description="Our look beside the bare model.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--models", type=Path, default=models, help="the model folder")
    parser.add_argument("--pictures", type=Path, default=models.parent / "vtest.avi", help="a clip or a folder")
    parser.add_argument("--count", type=int, default=40, help="how many pictures")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is looked at")
    parser.add_argument("--threads", type=int, default=1, help="how many cores one look may take")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
