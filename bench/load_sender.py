"""One stock sender as a process of its own: `python -m bench.load_sender CAMERA PICTURE`.

Each line on standard input is a run, as JSON: `port`, `at` and `until` (monotonic seconds, the same for all senders)
and `every_s` (0 = the next one as soon as the reply is there). Its answer is one line of JSON: see `Run`.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import imagezmq
import zmq

PATIENCE_MS = 10_000


@dataclass
class Run:
    """What became of one run. `in_time` are the acknowledgements before the run's end."""

    acknowledged: int = 0
    in_time: int = 0
    refused: int = 0
    reply_ms: list[float] = field(default_factory=list)


def run(camera: str, picture: bytes, port: int, at: float, until: float, every_s: float) -> Run:
    """Sends until the run's end; a reply that does not come in ten seconds raises `zmq.Again`."""
    done = Run()
    sender = imagezmq.ImageSender(connect_to=f"tcp://127.0.0.1:{port}")
    sender.zmq_socket.setsockopt(zmq.RCVTIMEO, PATIENCE_MS)
    sender.zmq_socket.setsockopt(zmq.LINGER, 0)
    due = at
    while due < until:
        time.sleep(max(0.0, due - time.monotonic()))
        start = time.monotonic()
        reply = sender.send_jpg(f"{camera}|jpg", picture)
        end = time.monotonic()
        done.reply_ms.append((end - start) * 1000)
        done.acknowledged += reply == b"OK"
        done.refused += reply != b"OK"
        done.in_time += reply == b"OK" and end < until
        due = max(due + every_s, end) if every_s else end
    sender.close()
    return done


def serve() -> None:
    """Runs as it is told until its input ends."""
    camera, file = sys.argv[1:]
    picture = Path(file).read_bytes()
    for line in sys.stdin:
        print(json.dumps(asdict(run(camera, picture, **json.loads(line)))), flush=True)


if __name__ == "__main__":
    serve()
