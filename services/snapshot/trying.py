"""Tries the addresses that people enter, before they save them: one request each, and its picture or what is wrong."""

from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import ConfigChanged
from services.core.reach_states import OK
from services.intake.draining import Draining
from services.snapshot import discovery, metrics
from services.snapshot.authorization import Account
from services.snapshot.exchange import Ask
from services.snapshot.failure import Failed
from services.snapshot.onvif import Onvif
from services.snapshot.picture import fetch
from services.snapshot.pulling import filled
from services.store import access_try
from services.store.access_try import AccessTry, Outcome

NOUN = "access"
PICTURE_MAX = 8_000_000
"""What its row can hold."""
Hosts = list[dict[str, str]]
log = get(__name__)


class Trying:
    """Looks for what is to be tried every second, and at once after the gallery's bell; `work` is a thread's."""

    def __init__(self, engine: Engine, clock: Clock, discover: Callable[[Clock], Hosts] = discovery.cameras) -> None:
        self._engine = engine
        self._discover = discover
        self._clock = clock
        self._draining = Draining(self.try_next, "addresses are tried when it is back")
        self.work = self._draining.work

    def changed(self, message: ConfigChanged) -> None:
        """The handler of the gallery's bell."""
        if message.noun == NOUN:
            self._draining.ring()

    def try_next(self) -> bool:
        """Tries one address; False when there is none."""
        with self._engine.begin() as connection:
            one = access_try.claim(connection, self._clock.now())
        if one is None:
            return False
        how = self._found_out(one)
        metrics.tried.labels(how.state).inc()
        log.info("address_tried", try_id=one.id, state=how.state, reason=how.detail)
        with self._engine.begin() as connection:
            access_try.end(connection, one.id, how)
        return True

    def _found_out(self, one: AccessTry) -> Outcome:
        account = None if one.account is None else Account(one.account, one.password or "")
        found = None
        try:
            if one.discovers:
                return self._discovered()
            found = asdict(Onvif(one.url, account, self._clock).find()) if one.by_onvif else None
            return self._pictured(found["snapshot_url"] if found else one.url, account, found)
        except Failed as failed:
            return Outcome(failed.state, failed.detail, found=found)

    def _discovered(self) -> Outcome:
        try:
            hosts = self._discover(self._clock)
        except OSError as error:
            raise Failed("away", f"The network cannot be asked: {error.strerror}.") from error
        return Outcome(OK, "", hosts=hosts)

    def _pictured(self, url: str | None, account: Account | None, found: dict[str, str | None] | None) -> Outcome:
        if url is None:
            return Outcome(OK, "It gives no single pictures, only a stream.", found=found)
        data, size = fetch(Ask(filled(url, account), account), self._clock, PICTURE_MAX)
        return Outcome(OK, f"{size.width} × {size.height} pixels", data, found)
