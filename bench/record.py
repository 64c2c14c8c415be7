"""What recording costs: processor time per camera and minute, beside a bare `ffmpeg -c copy` of the same streams.

Ours: ffmpeg, supervised, with every segment looked at by ffprobe, filed and recorded. Bare: ffmpeg with the same
segments and nothing around it. In turn, in one run, once all streams have begun: a camera is recorded for days.
Processor time is that of ffmpeg, of whatever else was started and has ended, and of this process.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from bench.rtsp_camera import RtspCamera
from services.core.clock import SystemClock
from services.core.media import Media
from services.intake.acceptor import Note
from services.recorder.recording import Manner, Recording
from services.recorder.shelf import Shelf
from services.store.stream import Stream

GOAL = 1.15
SEGMENT_S = 300.0
BEGUN_S = 10.0


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
            took[name] += work[name]()
    minutes = count * rounds * seconds / 60
    each = {name: round(cpu_s / minutes, 3) for name, cpu_s in took.items()}
    return each | {"ratio": round(took["ours"] / took["bare"], 3)}


def ours(url: str, count: int, seconds: float, folder: Path) -> float:
    """Records so many cameras as the service does, all the same stream; processor seconds."""
    clock, stopping = SystemClock(), threading.Event()
    shelf = Shelf(Media(folder / "media"), clock, _handed_in)
    threads = []
    for number in range(count):
        stream = Stream(f"camera-{number}", f"camera-{number}", url, None, None, None, "tcp", True, False)
        made = Recording(stream, shelf, clock, Manner(SEGMENT_S, 15), lambda: True, lambda *_: None)
        threads.append(threading.Thread(target=made.work, args=(stopping,)))
    for thread in threads:
        thread.start()
    took = _cost(seconds)
    stopping.set()
    for thread in threads:
        thread.join()
    return took


def bare(url: str, count: int, seconds: float, folder: Path) -> float:
    """Records them by ffmpeg alone; processor seconds."""
    form = f"-c copy -map 0 -f segment -segment_time {SEGMENT_S:g} -segment_atclocktime 1 -reset_timestamps 1"
    line = ["ffmpeg", "-v", "error", "-nostdin", "-rtsp_transport", "tcp", "-i", url, *form.split()]
    children = []
    for number in range(count):
        into = folder / f"bare-{number}"
        into.mkdir(exist_ok=True)
        children.append(subprocess.Popen([*line, "-strftime", "1", str(into / "%Y%m%dT%H%M%S.mp4")]))
    took = _cost(seconds)
    for child in children:
        child.terminate()
    for child in children:
        child.wait()
    return took


def _handed_in(note: Note) -> None:
    """The spool and the database are measured by the intake's benchmark."""


def _cost(seconds: float) -> float:
    time.sleep(BEGUN_S)
    before = _cpu_s()
    time.sleep(seconds)
    return _cpu_s() - before


def _cpu_s() -> float:
    """Processor seconds of this process, of its children that have ended, and of every ffmpeg of its own that lives."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(map(_live_cpu_s, _children()))


def _children() -> set[str]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {pid for one in tasks for pid in one.read_text().split()}


def _live_cpu_s(pid: str) -> float:
    name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    fields = rest.split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if name == "ffmpeg" else 0.0


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
