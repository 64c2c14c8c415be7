"""Tries the addresses that people enter, before they save them: one request each, and its picture or what is wrong."""

import threading
from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import ConfigChanged
from services.core.reach_states import OK
from services.snapshot import metrics
from services.snapshot.authorization import Account
from services.snapshot.exchange import Ask
from services.snapshot.failure import Failed
from services.snapshot.onvif import Onvif
from services.snapshot.picture import fetch
from services.snapshot.pulling import filled
from services.store import access_try
from services.store.engine import Away, reason

NOUN = "access"
LOOK_EVERY_S = 2.0
PICTURE_MAX = 8_000_000
"""What its row can hold."""
log = get(__name__)


class Trying:
    """Looks for what is to be tried every two seconds, and at once after the gallery's bell."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._rung = threading.Event()

    def changed(self, message: ConfigChanged) -> None:
        """The handler of the gallery's bell."""
        if message.noun == NOUN:
            self._rung.set()

    def work(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Tries until `stopping`."""
        while not stopping.is_set():
            beat()
            self._rung.clear()
            try:
                found = self.try_next()
            except Away as error:
                log.warning("database_away", error=reason(error))
                found = False
            if not found:
                self._rung.wait(LOOK_EVERY_S)

    def try_next(self) -> bool:
        """Tries one address; False when there is none."""
        with self._engine.begin() as connection:
            one = access_try.claim(connection, self._clock.now())
        if one is None:
            return False
        account = None if one.account is None else Account(one.account, one.password or "")
        found = None
        try:
            found = asdict(Onvif(one.url, account, self._clock).find()) if one.by_onvif else None
            state, detail, picture = self._pictured(found["snapshot_url"] if found else one.url, account)
        except Failed as failed:
            state, detail, picture = failed.state, failed.detail, None
        metrics.tried.labels(state).inc()
        log.info("address_tried", try_id=one.id, state=state, reason=detail)
        with self._engine.begin() as connection:
            access_try.end(connection, one.id, state, detail, picture, found)
        return True

    def _pictured(self, url: str | None, account: Account | None) -> tuple[str, str, bytes | None]:
        if url is None:
            return OK, "It gives no single pictures, only a stream.", None
        data, size = fetch(Ask(filled(url, account), account), self._clock, PICTURE_MAX)
        return OK, f"{size.width} × {size.height} pixels", data
