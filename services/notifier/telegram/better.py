"""Puts a better picture into an alert's message, while the thing that it tells of is still being looked at."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine
from telegram.error import TelegramError

from services.core.clock import Clock
from services.core.logging import get
from services.core.media import Media
from services.notifier import figures
from services.notifier.snapshot import Attachment
from services.notifier.telegram import calls
from services.notifier.telegram.picture import picture
from services.notifier.telegram.refusal import one_line
from services.notifier.telegram.wire import Wire
from services.store import telegram_message
from services.store.engine import Away, Misfit, reason
from services.store.telegram_message import Sent

LOOK_EVERY_S = 1.0
FOR = timedelta(seconds=60)
MOST_EDITS = 2
BETTER_BY = 0.05
"""A picture that is hardly better is not worth an edit."""
SECOND_AFTER = timedelta(seconds=20)
"""The second edit comes late, or the best picture of all would come when both are spent."""
log = get(__name__)


class Better:
    """Looks after the messages that have just brought a picture, through a wire of its own."""

    def __init__(self, engine: Engine, clock: Clock, media: Media, wire: Wire) -> None:
        self._engine = engine
        self._clock = clock
        self._media = media
        self._wire = wire

    def keep(self, delivery_id: str, message_id: int, caption: str) -> None:
        """Notes a message that has gone out. Raises nothing: the alert has arrived all the same."""
        until = self._clock.now() + FOR
        try:
            with self._engine.begin() as connection:
                telegram_message.sent(connection, delivery_id, message_id, caption, until)
        except (*Away, *Misfit) as error:
            log.warning("telegram_message_not_kept", delivery_id=delivery_id, error=reason(error))

    def run(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Looks every second until `stopping` is set."""
        while not stopping.is_set():
            beat()
            try:
                self.look()
            except Away as error:
                log.warning("telegram_look_waits_for_database", error=reason(error))
            stopping.wait(LOOK_EVERY_S)

    def look(self) -> None:
        """Edits every message for which there is a better picture now. Raises `store.engine.Away`'s errors."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            waiting = telegram_message.may_get_better(connection, now, MOST_EDITS)
        for one in waiting:
            if may_edit(one, now):
                self._improve(one)

    def _improve(self, one: Sent) -> None:
        better = self._take(one)
        if better is None:
            return
        try:
            self._wire.ask(calls.edit(one.chat, one.message_id, better, one.caption))
        except TelegramError as error:
            figures.telegram_edits.labels("failed").inc()
            log.warning("telegram_edit_failed", delivery_id=one.delivery_id, error=one_line(error, self._wire.token))
            return
        figures.telegram_edits.labels("done").inc()
        log.info("telegram_edited", delivery_id=one.delivery_id, edits=one.edits + 1)

    def _take(self, one: Sent) -> Attachment | None:
        """The better picture, when it is ours to put in. An edit that is taken counts, whatever comes of it."""
        with self._engine.begin() as connection:
            image_id = telegram_message.better_picture(connection, one, BETTER_BY)
            if image_id is None or not telegram_message.take_edit(connection, one, image_id):
                return None
            return picture(connection, self._media, image_id)


def may_edit(one: Sent, now: datetime) -> bool:
    """The first edit at any time, the second one late."""
    sent_at = one.until - FOR
    return one.edits == 0 or now - sent_at >= SECOND_AFTER
