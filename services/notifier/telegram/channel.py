"""A person's Telegram chat as a channel: the picture first, with the words under it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from telegram.error import BadRequest, RetryAfter, TelegramError

from services.core.clock import Clock
from services.core.logging import get
from services.notifier.channel import ACCEPTED, Answer, Letter
from services.notifier.snapshot import Attachment
from services.notifier.telegram import calls
from services.notifier.telegram.pieces import joined, texts, under_picture
from services.notifier.telegram.refusal import answer_to, one_line, pause_of
from services.notifier.telegram.wire import Wire

BYTES_MAX = 10_000_000
"""Telegram takes no larger picture."""
ABOUT_THE_PICTURE = ("photo", "image", "media", "file")
"""Words of refusals that another try without the picture gets around."""
NO_PICTURE = "\n\nTelegram did not take the picture."
log = get(__name__)

Keep = Callable[[str, int, str], None]
"""Notes of a delivery (its id) the message's number and caption, so that its picture can get better."""


class Line:
    """One thread's wire for every chat, and the pause that Telegram wants: it is for the bot as a whole."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self.wire = wire
        self._clock = clock
        self._quiet_until: datetime | None = None

    def send(self, what: Callable[[], Answer]) -> Answer:
        """What came of sending; while Telegram wants a pause nothing is sent."""
        left = self._left()
        if left:
            return Answer("passing", "Telegram still wants a pause", left)
        try:
            return what()
        except TelegramError as error:
            if isinstance(error, RetryAfter):
                self._quiet_until = self._clock.now() + pause_of(error)
            return answer_to(error, self.wire.token)

    def _left(self) -> timedelta | None:
        now = self._clock.now()
        return self._quiet_until - now if self._quiet_until and now < self._quiet_until else None


class Telegram:
    """One chat. `keep` is told of each picture that went out."""

    def __init__(self, line: Line, chat: str, keep: Keep) -> None:
        self._line = line
        self._chat = chat
        self._keep = keep

    def hand_over(self, letter: Letter) -> Answer:
        """Sends it. When its first message has been taken, it has arrived, whatever becomes of the others."""
        return self._line.send(lambda: self._send(letter))

    def _send(self, letter: Letter) -> Answer:
        given = ((letter.picture,) if letter.picture else ()) + letter.pictures
        pictures = [one for one in given if len(one.data) <= BYTES_MAX]
        try:
            rest = (
                self._with_pictures(letter, pictures)
                if pictures
                else self._text_alone(letter, NO_PICTURE if given else "")
            )
        except BadRequest as error:
            if not (pictures and _is_about_the_picture(error)):
                raise
            log.warning("telegram_refused_picture", delivery_id=letter.delivery_id, error=self._said(error))
            rest = self._text_alone(letter, NO_PICTURE)
        self._send_rest(letter, rest)
        return ACCEPTED

    def _with_pictures(self, letter: Letter, pictures: Sequence[Attachment]) -> list[str]:
        caption, rest = under_picture(letter.subject, letter.body)
        message_id = self._line.wire.ask(calls.pictures(self._chat, pictures, caption))
        if len(pictures) == 1:
            self._keep(letter.delivery_id, message_id, caption)
        return rest

    def _text_alone(self, letter: Letter, more: str) -> list[str]:
        first, *rest = texts(joined(letter.subject, letter.body) + more)
        self._line.wire.ask(calls.text(self._chat, first))
        return rest

    def _send_rest(self, letter: Letter, rest: Sequence[str]) -> None:
        try:
            for text in rest:
                self._line.wire.ask(calls.text(self._chat, text))
        except TelegramError as error:
            log.warning("telegram_message_cut", delivery_id=letter.delivery_id, error=self._said(error))

    def _said(self, error: TelegramError) -> str:
        return one_line(error, self._line.wire.token)


def _is_about_the_picture(error: BadRequest) -> bool:
    return any(word in str(error).lower() for word in ABOUT_THE_PICTURE)
