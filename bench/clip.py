"""How long after what it shows a clip can be played: from its end, post-roll and all, to its file.

A whole stack of its own records a camera of 720p; clips of ten seconds that end now are asked for one after the other.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import insert, select

from bench.own_stack import OwnStack, free_offset, wait_until
from bench.rtsp_camera import RtspCamera
from services.core.clock import SystemClock
from services.store import camera, clip
from services.store.clip import Clip, Wish
from services.store.recording_tables import access, reach

CLOCK = SystemClock()
LENGTH = timedelta(seconds=10)
OFFSETS = (24000, 24400)


def main(argv: Sequence[str]) -> int:
    """Run the benchmark and print the figures; return the exit code."""
    options = _parser().parse_args(argv)
    with OwnStack(free_offset(*OFFSETS), {"recorder_segment_s": "30"}) as stack, RtspCamera() as source:
        waits = measure(stack, source.url, options.count)
    result = {"clips": len(waits), "p50_s": _share(waits, 0.5), "p95_s": _share(waits, 0.95), "max_s": _share(waits, 1)}
    print(json.dumps(result) if options.json else "\n".join(f"{name:<8} {value}" for name, value in result.items()))
    return 0


def measure(stack: OwnStack, url: str, count: int) -> list[float]:
    """Seconds from the end of each clip to its file, the shortest first."""
    camera_id = _begin(stack, url)
    return sorted(_one(stack, camera_id) for _ in range(count))


def _begin(stack: OwnStack, url: str) -> str:
    now = CLOCK.now()
    fixed = {"maker": "own", "shown": "bench", "transport": "tcp", "records": True, "watches": False}
    with stack.engine.begin() as connection:
        camera_id = camera.register(connection, "Bench", now)
        values = {"camera_id": camera_id, "stream_url": url, "created_at": now, "changed_at": now}
        connection.execute(insert(access).values(**fixed, **values))

    def is_well() -> bool:
        with stack.engine.connect() as connection:
            row = connection.execute(select(reach.c.state, reach.c.since)).one_or_none()
        return row is not None and row.state == "ok" and CLOCK.now() - row.since > 2 * LENGTH

    wait_until(is_well, "a recording of twenty seconds", 120)
    return camera_id


def _one(stack: OwnStack, camera_id: str) -> float:
    now = CLOCK.now()
    with stack.engine.begin() as connection:
        clip_id = clip.want(connection, Wish(camera_id, "asked", now - LENGTH, now, now), now)

    def settled() -> Clip | None:
        with stack.engine.connect() as connection:
            one = clip.find(connection, clip_id or "")
        return one if one and one.state in ("ready", "failed") else None

    wait_until(settled, "the clip", 60)
    one = settled()
    if one is None or one.ready_at is None:
        raise RuntimeError(f"the clip failed: {one.error if one else 'it is gone'}")
    return (one.ready_at - now).total_seconds()


def _share(waits: Sequence[float], share: float) -> float:
    return round(waits[min(int(share * len(waits)), len(waits) - 1)], 2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench clip", description="How soon a clip can be played.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--count", type=int, default=30, help="so many clips (default: 30)")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
