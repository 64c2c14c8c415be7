"""Ids: UUIDv7 (RFC 9562) for things that happen, short slugs for things that people name."""

import hashlib
import os
import re
import threading
import time
import unicodedata
from datetime import datetime

SLUG_MAX = 64
HASH_LENGTH = 8
_lock = threading.Lock()
_last_ms = 0
_counter = 0


def new_id() -> str:
    """A UUIDv7 as 36 characters; ids of one process sort in the order they were made.

    The 12 bits behind the time count within the millisecond (RFC 9562, method 1).
    """
    millisecond, count = _next_tick()
    random = bytearray(os.urandom(8))
    random[0] = 0x80 | (random[0] & 0x3F)
    head = f"{millisecond:012x}7{count:03x}"
    tail = random.hex()
    return f"{head[:8]}-{head[8:12]}-{head[12:]}-{tail[:4]}-{tail[4:]}"


def id_for(moment: datetime, what: str) -> str:
    """A UUIDv7 that is always the same for the same moment and text: for what must happen once, restarts or not."""
    random = bytearray(hashlib.sha256(what.encode()).digest()[:10])
    random[0], random[2] = 0x70 | (random[0] & 0x0F), 0x80 | (random[2] & 0x3F)
    text = f"{int(moment.timestamp() * 1000):012x}{random.hex()}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _next_tick() -> tuple[int, int]:
    global _last_ms, _counter  # noqa: PLW0603 (the order of ids is a property of the process)
    with _lock:
        now = time.time_ns() // 1_000_000
        if now > _last_ms:
            _last_ms, _counter = now, 0
        else:
            _counter += 1
            if _counter > 0xFFF:
                _last_ms, _counter = _last_ms + 1, 0
        return _last_ms, _counter


def slug(name: str) -> str:
    """`Front Door` → `front-door`: `[a-z0-9_-]{1,64}`, never empty (`unnamed` if nothing is left)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:SLUG_MAX].strip("-") or "unnamed"


def told_apart(name: str) -> str:
    """A slug that is another one's for another name: where letters are lost, or it is too long, a hash follows."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one)).lower()
    made = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")
    lost = any(one.isalnum() and not one.isascii() for one in plain)
    if made and len(made) <= SLUG_MAX and not lost:
        return made
    digest = hashlib.sha256(name.encode()).hexdigest()[:HASH_LENGTH]
    return f"{made[: SLUG_MAX - HASH_LENGTH - 1].strip('-') or 'unnamed'}-{digest}"


def numbered(base: str, number: int) -> str:
    """`front-door` and 2 → `front-door-2`, cut so that it stays within 64 characters."""
    suffix = f"-{number}"
    return base[: SLUG_MAX - len(suffix)] + suffix
