"""What becomes of links that waited for somebody to disarm the house: its ruling is amended, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.core.rolls import Rolls
from services.core.rule_messages import TriggerVerdict
from services.scribe import link_ruling
from services.scribe.docket import Docket, Key, key_of
from services.scribe.link_ruling import LinkRuling
from services.scribe.rulings import in_short
from services.scribe.teller import Teller
from services.store import entry, held, ruling
from services.store.entry import Entry
from services.store.held import HeldLink
from services.store.ruling import Outcome, Ruling

LATE = timedelta(seconds=120)
"""Nobody wants a siren for a wait that was over an hour ago."""
log = get(__name__)


class Entries(Teller):
    """Lets links act whose entry delay is over, or drops them, because somebody has disarmed the house in time."""

    noun = "modes"
    not_told = "links_not_released"

    def __init__(self, engine: Engine, bus: Bus, clock: Clock, tellers: Sequence[Teller], rolls: Rolls) -> None:
        super().__init__(engine, bus, clock)
        self._rolls = rolls
        self._tellers = tellers

    def look(self) -> bool:
        """All that is due, in one transaction; then rings for it."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            due = held.due_links(connection, now)
            if not due:
                return False
            docket, made = _release(connection, due, now, self._rolls)
        for teller in self._tellers:
            teller.wake()
        for one in made:
            log.info("links_released", trigger_id=one.trigger_id, outcome=one.outcome)
        bells = [one.bell(self._clock, "scribe") for one in made]
        self._bus.ring(*bells, *docket.bells(self._clock))
        return True


def _release(
    connection: Connection, due: Sequence[HeldLink], now: datetime, rolls: Rolls
) -> tuple[Docket, list[Ruling]]:
    verdicts = [TriggerVerdict.model_validate(one.verdict) for one in due]
    docket = Docket(connection, verdicts, now, rolls)
    rulings: dict[Key, Ruling] = {}
    acted = set()
    for one, verdict in zip(due, verdicts, strict=True):
        held.take_link(connection, one)
        trigger = docket.triggers.get(key_of(verdict))
        # A device that was forgotten meanwhile takes its triggers with it.
        if trigger is None or trigger.ruled is None:
            continue
        asked = _ask(docket, verdict, entry.find(connection, one.entry_id))
        acted |= {asked.link_id} if asked.outcome == "acted" else set()
        rulings[key_of(verdict)] = _amended(rulings.get(key_of(verdict), trigger.ruled), asked, verdict, now)
    for made in rulings.values():
        ruling.amend(connection, made)
    docket.write_done(sorted(acted))
    return docket, list(rulings.values())


def _ask(docket: Docket, verdict: TriggerVerdict, waited_for: Entry) -> LinkRuling:
    (link,) = verdict.links
    because = held.dropped_because(waited_for)
    if because is not None:
        return link_ruling.held(link, because)
    ago = docket.now - waited_for.until
    if ago > LATE:
        too_late = f"its wait was over {ago.total_seconds():.0f} s ago: rules act on the last {LATE.seconds} s"
        return link_ruling.late(link, too_late)
    return link_ruling.release(docket, verdict, link)


def _amended(before: Ruling, asked: LinkRuling, verdict: TriggerVerdict, now: datetime) -> Ruling:
    links = [vars(asked) if one["link_id"] == asked.link_id else one for one in before.links]
    outcomes: list[Outcome] = [one["outcome"] for one in links]
    others = [reason for reason in before.reasons if not reason.startswith(f"{asked.name}: {link_ruling.WAITS}")]
    said = [*in_short([asked], verdict.links), *others]
    return replace(
        before,
        outcome=link_ruling.together(outcomes),
        reasons=link_ruling.short(said),
        links=links,
        decided_at=now,
    )
