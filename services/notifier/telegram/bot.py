"""The bot: asks Telegram for what people have written, has it carried out, and answers.

An update is confirmed to Telegram, by asking for the next one, only after it was carried out in a transaction and its
answer was taken. So it comes again to a bot that was killed meanwhile, which then knows what it has done.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import telegram
from sqlalchemy import Engine
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from services.core.clock import Clock
from services.core.logging import get
from services.core.media import Media
from services.notifier import figures
from services.notifier.snapshot import Attachment
from services.notifier.telegram import calls
from services.notifier.telegram.desk import Desk, Written, is_command
from services.notifier.telegram.picture import picture
from services.notifier.telegram.pieces import texts, under_picture
from services.notifier.telegram.refusal import one_line, pause_of
from services.notifier.telegram.strangers import Strangers
from services.notifier.telegram.wire import Wire
from services.store import telegram_update
from services.store.engine import Away, reason
from services.store.telegram_update import Done, Update

POLL_S = 25
PAUSES_S = (1, 2, 5, 15, 30, 60)
KEPT = timedelta(days=7)
IN_PRIVATE = "private"
NEVER = (Forbidden, BadRequest, ChatMigrated)
"""Refusals of an answer that another try does not change."""
MOST_TRIES = 5
"""An answer that Telegram takes without saying so would else come again and again."""
log = get(__name__)


class Bot:
    """Runs in a thread of its own, through a wire of its own."""

    def __init__(self, engine: Engine, clock: Clock, media: Media, wire: Wire, desk: Desk) -> None:
        self._engine = engine
        self._clock = clock
        self._media = media
        self._wire = wire
        self._desk = desk
        self._strangers = Strangers(clock)
        self._next = 0
        self._tries: dict[Update, int] = {}
        self._failures = 0
        self._heard_at = clock.monotonic()

    def silent_s(self) -> float:
        """Seconds since Telegram last answered a question for news, as long as it does not."""
        return self._clock.monotonic() - self._heard_at if self._failures else 0.0

    def run(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Goes on until `stopping` is set, also while Telegram or the database is away."""
        while not stopping.is_set():
            pause = self.round(stopping, beat)
            if pause:
                stopping.wait(pause)

    def round(self, stopping: threading.Event, beat: Callable[[], None]) -> float:
        """Asks once and does what came; how many seconds to wait before the next round."""
        beat()
        try:
            for update in self._poll():
                if stopping.is_set():
                    # Telegram gives it again to the next run.
                    return 0
                beat()
                self._handle(update)
                self._next = update.update_id + 1
        except TelegramError as error:
            return 0 if stopping.is_set() else self._failed(error)
        except Away as error:
            log.warning("telegram_waits_for_database", error=reason(error))
            return PAUSES_S[0]
        self._failures = 0
        return 0

    def _poll(self) -> Sequence[telegram.Update]:
        updates = self._wire.poll(calls.updates(self._next, POLL_S))
        self._heard_at = self._clock.monotonic()
        if updates:
            with self._engine.begin() as connection:
                telegram_update.forget(connection, self._clock.now() - KEPT)
        return updates

    def _failed(self, error: TelegramError) -> float:
        figures.telegram_polls_failed.inc()
        if not self._failures:
            log.warning("telegram_away", error=one_line(error, self._wire.token))
        self._failures += 1
        pause = PAUSES_S[min(self._failures, len(PAUSES_S)) - 1]
        return max(pause, pause_of(error).total_seconds()) if isinstance(error, RetryAfter) else pause

    def _handle(self, update: telegram.Update) -> None:
        written = read(update, self._wire.bot_id)
        if written is None or not (written.private or is_command(written.text)):
            return
        by = self._desk.asker(written.chat)
        if by is None:
            self._refuse(written.chat)
            return
        done = self._desk.take(written, by)
        if not done.answered:
            self._answer(written, done)
            self._desk.answered(written.update)
            log.info("telegram_answered", update_id=written.update.update_id, person_id=by.id)

    def _refuse(self, chat: str) -> None:
        figures.telegram_strangers.inc()
        words = self._strangers.answer(chat)
        if words is None:
            return
        log.info("telegram_stranger")
        try:
            self._wire.ask(calls.text(chat, words))
        except TelegramError as error:
            log.info("telegram_stranger_not_answered", error=one_line(error, self._wire.token))

    def _answer(self, written: Written, done: Done) -> None:
        """Raises `TelegramError` when another try may work."""
        self._tries = {written.update: self._tries.get(written.update, 0) + 1}
        try:
            for words in self._with_pictures(written.chat, done):
                self._wire.ask(calls.text(written.chat, words))
        except TelegramError as error:
            if not isinstance(error, NEVER) and self._tries[written.update] < MOST_TRIES:
                raise
            log.warning("telegram_answer_given_up", error=one_line(error, self._wire.token))

    def _with_pictures(self, chat: str, done: Done) -> list[str]:
        """Sends the pictures; the words that are still to be sent."""
        pictures = self._pictures(done.images)
        if not pictures:
            return texts(done.answer)
        caption, rest = under_picture(done.answer, "")
        self._wire.ask(calls.pictures(chat, pictures, caption))
        return rest

    def _pictures(self, image_ids: Sequence[str]) -> list[Attachment]:
        with self._engine.connect() as connection:
            found = [picture(connection, self._media, image_id) for image_id in image_ids]
        return [one for one in found if one]


def read(update: telegram.Update, bot_id: int) -> Written | None:
    """What somebody wrote; None where nobody has. What is no text, such as a picture, is empty."""
    message = update.message
    if message is None:
        return None
    at: datetime = message.date.astimezone(UTC)
    is_private = message.chat.type == IN_PRIVATE
    return Written(Update(bot_id, update.update_id), str(message.chat.id), is_private, message.text or "", at)
