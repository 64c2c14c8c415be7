"""The one thread that talks to the hub."""

import structlog

from node_agent.backoff import Backoff
from node_agent.clock import Clock
from node_agent.heartbeat import Heartbeat
from node_agent.link import Answer, HubLink, Outcome
from node_agent.messages import Message
from node_agent.outbox import Outbox, Parcel
from node_agent.refusals import Refusals
from node_agent.spool import Spool

_log = structlog.get_logger()

_LOOK_AGAIN_S = 5.0
_EVENTS = {Outcome.SILENT: "hub_away", Outcome.REFUSED: "hub_refuses"}


class Sender:
    """Sends heartbeats, fresh messages and kept ones; keeps what the hub did not accept, and tries again."""

    def __init__(self, link: HubLink, outbox: Outbox, spool: Spool, heartbeat: Heartbeat, clock: Clock) -> None:
        self._link = link
        self._outbox = outbox
        self._spool = spool
        self._heartbeat = heartbeat
        self._clock = clock
        self._backoff = Backoff(first=0.5, longest=5.0)
        self._refusals = Refusals()
        self._trouble: Outcome | None = None
        self._not_before = clock.monotonic()

    def run(self) -> None:
        """Send until the agent stops; then keep what is left."""
        while not self._clock.stopping:
            self.step()
        self._outbox.keep_everything()
        self._link.close()

    def step(self) -> None:
        """Send one message, or wait for one."""
        pause = self._not_before - self._clock.monotonic()
        if pause > 0:
            self._clock.wait(pause)
        elif heartbeat := self._heartbeat.take():
            self._send_heartbeat(heartbeat)
        elif parcel := self._outbox.take():
            self._send(parcel)
        else:
            self._outbox.wait(min(self._heartbeat.remaining(), _LOOK_AGAIN_S))

    def _send_heartbeat(self, message: Message) -> None:
        answer = self._link.ask(message)
        if answer.outcome is Outcome.SILENT:
            self._trouble_with(answer)
        elif self._trouble is not Outcome.REFUSED:
            # After a refusal it takes an accepted picture to believe in the hub again: it answers heartbeats even
            # when its disk is full.
            self._all_is_well()

    def _send(self, parcel: Parcel) -> None:
        answer = self._link.ask(parcel.message)
        if answer.outcome is Outcome.ACCEPTED:
            if self._refusals.accepted(parcel.kept_as):
                self._spool.set_none_aside()
            self._outbox.accepted(parcel)
            self._all_is_well()
            return
        if answer.outcome is Outcome.REFUSED and parcel.kept_as is not None:
            self._put_in_order(parcel.kept_as)
        self._trouble_with(answer, parcel)

    def _put_in_order(self, refused: str) -> None:
        verdict = self._refusals.refused(refused)
        if verdict.everything_refused:
            self._spool.set_none_aside()
        if verdict.aside_s:
            self._spool.set_aside(refused, verdict.aside_s)

    def _trouble_with(self, answer: Answer, parcel: Parcel | None = None) -> None:
        self._outbox.keep_everything(parcel)
        if self._clock.stopping:
            return
        if self._trouble is not answer.outcome:
            _log.warning(_EVENTS[answer.outcome], reply=answer.words, kept=self._spool.count)
        self._trouble = answer.outcome
        self._not_before = self._clock.monotonic() + self._backoff.fail()

    def _all_is_well(self) -> None:
        self._outbox.hub_is_back()
        if self._trouble is not None:
            _log.info("hub_back", attempts=self._backoff.failures, kept=self._spool.count)
        self._trouble = None
        self._backoff.succeed()
