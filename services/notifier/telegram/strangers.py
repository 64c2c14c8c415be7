"""What a stranger is answered, and how often."""

from datetime import datetime, timedelta

from services.core.clock import Clock

AGAIN_AFTER = timedelta(minutes=10)
MOST_KEPT = 1000


class Strangers:
    """Answers each chat once in ten minutes, so that nobody makes the bot write without end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answered: dict[str, datetime] = {}

    def answer(self, chat: str) -> str | None:
        """The answer with the chat's id, which the owner needs; None: it was given just now."""
        now = self._clock.now()
        answered = self._answered.pop(chat, None)
        is_again = answered is not None and now - answered < AGAIN_AFTER
        self._answered[chat] = answered if answered and is_again else now
        while len(self._answered) > MOST_KEPT:
            del self._answered[next(iter(self._answered))]
        return None if is_again else f"This bot belongs to somebody else. Your chat id is {chat}."
