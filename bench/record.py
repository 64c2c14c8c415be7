"""What recording costs: processor time per camera and minute, beside a bare `ffmpeg -c copy` of the same streams.

Ours: ffmpeg, supervised, with every segment looked at by ffprobe, filed and recorded. Bare: ffmpeg with the same
segments and nothing around it. In turn, in one run; processor time is that of the children and of this process.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.rtsp_camera import RtspCamera
from services.core.clock import SystemClock
from services.core.media import Media
from services.intake.acceptor import Note
from services.recorder.recording import Manner, Recording
from services.recorder.shelf import Shelf
from services.store.stream import Stream

GOAL = 1.15
SEGMENT_S = 30.0


def main(argv: Sequence[str]) -> int:
    """Run the benchmark and print the figures; return the exit code."""
    options = _parser().parse_args(argv)
    with RtspCamera() as camera, tempfile.TemporaryDirectory(prefix="hearthwatch-bench-") as folder:
        result = {
            str(count): measure(camera.url, count, options.seconds, options.rounds, Path(folder))
            for count in options.streams
        }
    told = {"seconds": options.seconds, "rounds": options.rounds, "goal_ratio": GOAL, "streams": result}
    print(json.dumps(told) if options.json else _in_words(result))
    return 0


def measure(url: str, count: int, seconds: float, rounds: int, folder: Path) -> dict[str, float]:
    """Processor seconds per camera and minute, ours and bare, and their ratio."""
    took: dict[str, float] = {"ours": 0.0, "bare": 0.0}
    for number in range(rounds):
        work = {"ours": lambda: ours(url, count, seconds, folder), "bare": lambda: bare(url, count, seconds, folder)}
        for name in ("ours", "bare") if number % 2 else ("bare", "ours"):
            took[name] += _cost(work[name])
    minutes = count * rounds * seconds / 60
    each = {name: round(cpu_s / minutes, 3) for name, cpu_s in took.items()}
    return each | {"ratio": round(took["ours"] / took["bare"], 3)}


def ours(url: str, count: int, seconds: float, folder: Path) -> None:
    """Records so many cameras as the service does, all the same stream."""
    clock, stopping = SystemClock(), threading.Event()
    shelf = Shelf(Media(folder / "media"), clock, _handed_in)
    threads = []
    for number in range(count):
        stream = Stream(f"camera-{number}", f"camera-{number}", url, None, None, None, "tcp", True, False)
        made = Recording(stream, shelf, clock, Manner(SEGMENT_S, 15), lambda: True, lambda *_: None)
        threads.append(threading.Thread(target=made.work, args=(stopping,)))
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stopping.set()
    for thread in threads:
        thread.join()


def bare(url: str, count: int, seconds: float, folder: Path) -> None:
    """Records them by ffmpeg alone."""
    form = f"-c copy -map 0 -f segment -segment_time {SEGMENT_S:g} -segment_atclocktime 1 -reset_timestamps 1"
    line = ["ffmpeg", "-v", "error", "-nostdin", "-rtsp_transport", "tcp", "-i", url, *form.split()]
    children = []
    for number in range(count):
        into = folder / f"bare-{number}"
        into.mkdir(exist_ok=True)
        children.append(subprocess.Popen([*line, "-strftime", "1", str(into / "%Y%m%dT%H%M%S.mp4")]))
    time.sleep(seconds)
    for child in children:
        child.terminate()
    for child in children:
        child.wait()


def _handed_in(note: Note) -> None:
    """The spool and the database are measured by the intake's benchmark."""


def _cost(work: Callable[[], None]) -> float:
    before = _cpu_s()
    work()
    return _cpu_s() - before


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _in_words(result: dict[str, dict[str, float]]) -> str:
    return "\n".join(
        f"{count:>2} streams: {one['ours']:.2f} s a camera and minute, bare {one['bare']:.2f} s: {one['ratio']:.2f} x"
        for count, one in result.items()
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/bench record", description="What recording costs beside bare ffmpeg."
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--seconds", type=float, default=60, help="each measurement takes so long (default: 60)")
    parser.add_argument("--rounds", type=int, default=2, help="of each, in turn (default: 2)")
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 4, 8], help="how many at once (default: 1 4 8)")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
