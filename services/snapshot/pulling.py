"""One pull of a picture: up to three tries, and the answer whether the camera shows anything new."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from urllib.parse import quote

from services.core.clock import Clock
from services.core.logging import get
from services.core.reach_states import OK
from services.intake.jpeg import Size
from services.snapshot import metrics
from services.snapshot.authorization import Account
from services.snapshot.exchange import Ask
from services.snapshot.failure import Failed
from services.snapshot.picture import fetch
from services.store.access import Access

TRIES = 3
PAUSE_S = 0.1
AGAIN = frozenset({"slow", "away", "cut_short", "damaged", "trouble", "not_a_picture"})
"""What may be otherwise a moment later. A refusal is not asked for twice: cameras lock out whoever tries often."""
NO_SIZE = Size(0, 0)
log = get(__name__)


@dataclass(frozen=True)
class Pulled:
    """How a pull ended; with the state `ok` there is a picture."""

    state: str
    detail: str = ""
    data: bytes = b""
    size: Size = NO_SIZE


class Repeats:
    """How often in a row each camera has sent the very same picture: one that hangs does so for ever."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._last: dict[str, tuple[str, int]] = {}

    def count(self, camera_id: str, data: bytes) -> int:
        """The how-manyth time this is, when that is too many; else 0. With 0 as the most nothing is too many."""
        digest = sha256(data).hexdigest()
        with self._lock:
            before, times = self._last.get(camera_id, ("", 0))
            times = times + 1 if before == digest else 1
            self._last[camera_id] = digest, times
        return times if self._most and times > self._most else 0


class Puller:
    """Pulls pictures; used by many threads."""

    def __init__(self, clock: Clock, max_bytes: int, stale_after: int, pause: Callable[[float], object]) -> None:
        self._clock = clock
        self._max_bytes = max_bytes
        self._repeats = Repeats(stale_after)
        self._pause = pause

    def pull(self, access: Access) -> Pulled:
        """A picture of the camera, or why there is none."""
        try:
            data, size = self.fetch(access)
        except Failed as failed:
            return Pulled(failed.state, failed.detail)
        times = self._repeats.count(access.camera_id, data)
        if times:
            return Pulled("stale", f"The camera has sent the very same picture {times} times: it seems to hang.")
        return Pulled(OK, data=data, size=size)

    def fetch(self, access: Access, tries: int = TRIES) -> tuple[bytes, Size]:
        """A picture and its size. Raises `Failed` as the last try did."""
        ask = asking(access)
        for left in reversed(range(tries)):
            try:
                return fetch(ask, self._clock, self._max_bytes)
            except Failed as failed:
                metrics.tries_failed.labels(failed.state).inc()
                log.info("try_failed", camera_id=access.camera_id, state=failed.state, reason=failed.detail)
                if not left or failed.state not in AGAIN:
                    raise
            self._pause(PAUSE_S)
        raise Failed("away")


def asking(access: Access) -> Ask:
    """The request for a camera's picture. Raises `Failed` where nobody has said where pictures are."""
    if access.snapshot_url is None:
        raise Failed("missing", "This camera has no address for pictures.")
    account = None if access.account is None else Account(access.account, access.password or "")
    return Ask(filled(access.snapshot_url, account), account)


def filled(url: str, account: Account | None) -> str:
    """An address with the account put in where it says so."""
    name, password = (account.name, account.password) if account else ("", "")
    return url.replace("{account}", quote(name, safe="")).replace("{password}", quote(password, safe=""))
