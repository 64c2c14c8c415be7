"""Twelve stock senders at once, each a process of its own, and what they report."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

ROOT = Path(__file__).parents[1]
BEGIN_AFTER_S = 0.3


@dataclass(frozen=True)
class Load:
    """All senders of one run together."""

    acknowledged: int
    refused: int
    images_per_s: float
    p50_ms: float
    p99_ms: float


class Crew:
    """The sender processes; they stay between runs, so that starting them is in no figure."""

    def __init__(self, count: int, picture: Path) -> None:
        self._count = count
        self._picture = picture
        self._senders: list[subprocess.Popen[str]] = []

    def run(self, port: int, seconds: float, fps: float = 0.0) -> Load:
        """All send to a port for some seconds: each `fps` a second, or as fast as replies come."""
        at = time.monotonic() + BEGIN_AFTER_S
        every_s = 1 / fps if fps else 0.0
        for place, sender in enumerate(self._senders):
            offset = every_s * place / self._count
            words = {"port": port, "at": at + offset, "until": at + seconds, "every_s": every_s}
            assert sender.stdin
            sender.stdin.write(json.dumps(words) + "\n")
            sender.stdin.flush()
        runs = [json.loads(sender.stdout.readline()) for sender in self._senders if sender.stdout]
        replies = [one for run in runs for one in run["reply_ms"]]
        return Load(
            acknowledged=sum(run["acknowledged"] for run in runs),
            refused=sum(run["refused"] for run in runs),
            images_per_s=sum(run["in_time"] for run in runs) / seconds,
            p50_ms=float(np.percentile(replies, 50)),
            p99_ms=float(np.percentile(replies, 99)),
        )

    def __enter__(self) -> Self:
        for number in range(self._count):
            command = [sys.executable, "-m", "bench.load_sender", f"Camera {number}", str(self._picture)]
            self._senders.append(
                subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sender in self._senders:
            sender.kill()
            sender.communicate()
