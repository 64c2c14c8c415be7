"""Tells a watchdog outside that all is well, or what is not. It raises the alarm when it hears nothing any more."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import requests

from services.core.clock import Clock
from services.core.logging import get
from services.core.settings import Settings
from services.keeper import metrics

EVERY_S = 60.0
AGAIN_S = 15.0
"""A ping that was not taken is tried again after so long."""
PATIENCE_S = 60.0
"""What is over within so long is not told: services are restarted, and the broker is reached anew."""
LOOK_EVERY_S = 5.0
TIMEOUT_S = 10.0
SAID_MAX = 10_000
HINT = "check HEARTHWATCH_WATCHDOG_URL, and the way out of the house"
log = get(__name__)

# At level debug it would write out addresses, and ours is a secret.
logging.getLogger("urllib3").setLevel(logging.WARNING)


class Ping(Protocol):
    """Sends one ping: what is wrong, or nothing. Raises `NotTaken`."""

    def __call__(self, wrong: Sequence[str]) -> None:
        """All is well when `wrong` is empty."""
        ...


class NotTaken(Exception):
    """The watchdog did not take a ping; the text says why, without its address."""


@dataclass(frozen=True)
class Pinger:
    """`url` while all is well, `url/fail` with the reasons when it is not, as healthchecks wants it."""

    url: str = field(repr=False)

    def __call__(self, wrong: Sequence[str]) -> None:
        """One request. Raises `NotTaken`."""
        how, url = ("POST", fail_url(self.url)) if wrong else ("GET", self.url)
        body = "\n".join(wrong).encode()[:SAID_MAX]
        try:
            # Its answer is not read: only the status counts. What is sent elsewhere goes to nobody we know.
            with requests.request(how, url, data=body, timeout=TIMEOUT_S, allow_redirects=False, stream=True) as answer:
                status = answer.status_code
        except requests.Timeout:
            raise NotTaken(f"it did not answer within {TIMEOUT_S:g} s") from None
        except (requests.RequestException, UnicodeError) as error:
            raise NotTaken(f"it cannot be reached ({type(error).__name__})") from None
        if not 200 <= status < 300:
            raise NotTaken(f"it answered with status {status}")


class Watchdog:
    """Looks whether all is well, and pings every minute; at once when that changes.

    `wrong` gives a sentence for each thing that is wrong now, `ping` sends.
    """

    def __init__(self, wrong: Callable[[], Sequence[str]], ping: Ping, clock: Clock) -> None:
        self._wrong = wrong
        self._ping = ping
        self._clock = clock
        self._since: dict[str, float] = {}
        self._said: bool | None = None
        self._due_at = clock.monotonic()
        self._refused: str | None = None

    def look(self) -> None:
        """One look, and a ping where one is due. While something is wrong, but not for long yet, it says nothing."""
        now = self._clock.monotonic()
        self._since = {what: self._since.get(what, now) for what in self._wrong()}
        lasting = [what for what, since in self._since.items() if now - since >= PATIENCE_S]
        well = not lasting
        if (well and self._since) or (well == self._said and now < self._due_at):
            return
        self._send(well, lasting)

    def keep_looking(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Looks every few seconds until `stopping`."""
        while not stopping.is_set():
            beat()
            self.look()
            stopping.wait(LOOK_EVERY_S)

    def _send(self, well: bool, lasting: Sequence[str]) -> None:
        why_not = None
        try:
            self._ping(lasting)
        except NotTaken as error:
            why_not = str(error)
        metrics.pings.labels("not taken" if why_not else "well" if well else "fail").inc()
        if why_not != self._refused or well != self._said:
            _say(well, lasting, why_not)
        self._said, self._refused = well, why_not
        self._due_at = self._clock.monotonic() + (AGAIN_S if why_not else EVERY_S)


def open_watchdog(settings: Settings, wrong: Callable[[], Sequence[str]], clock: Clock) -> Watchdog | None:
    """None without `HEARTHWATCH_WATCHDOG_URL`."""
    url = settings.watchdog_url.get_secret_value() if settings.watchdog_url else ""
    return Watchdog(wrong, Pinger(url), clock) if url else None


def fail_url(url: str) -> str:
    """`https://watch.example/key?a=b` → `https://watch.example/key/fail?a=b`."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))


def _say(well: bool, lasting: Sequence[str], why_not: str | None) -> None:
    if why_not is not None:
        log.warning("watchdog_not_reached", reason=why_not, hint=HINT)
    elif well:
        log.info("watchdog_told", well=True)
    else:
        log.warning("watchdog_told", well=False, wrong=list(lasting))
