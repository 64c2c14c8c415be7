"""Tells what passes from what does not, from the errors of python-telegram-bot. Pure."""

from datetime import timedelta

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from services.notifier.channel import Answer

SAID_MAX = 300
"""So much of what Telegram says leaves room in `attempt.error` for what to do about it."""
UNKNOWN_BOT = "Telegram does not know the bot's token: check HEARTHWATCH_TELEGRAM_TOKEN"
BLOCKED = "a person has to write to the bot first, and must not block it"
MOVED = "the group has become another one: write /start to the bot there, and enter its new chat id"
TWO_LISTEN = "does another program, or a second notifier, use this bot's token?"


def answer_to(error: TelegramError, token: str) -> Answer:
    """What an error means for a message. Its text never holds the token."""
    said = one_line(error, token)
    match error:
        case RetryAfter():
            return Answer("passing", f"Telegram wants a pause: {said}", pause_of(error))
        case InvalidToken():
            return Answer("permanent", UNKNOWN_BOT)
        case Forbidden():
            return Answer("permanent", f"{said}: {BLOCKED}")
        case ChatMigrated():
            # Its text names the new chat, which is an address.
            return Answer("permanent", MOVED)
        case BadRequest():
            return Answer("permanent", said)
        case _:
            return Answer("passing", said)


def pause_of(error: RetryAfter) -> timedelta:
    """How long Telegram wants to be left alone."""
    pause = error.retry_after
    return pause if isinstance(pause, timedelta) else timedelta(seconds=pause)


def one_line(error: TelegramError, token: str) -> str:
    """The error in one line without the token, which libraries put into addresses."""
    hint = f" ({TWO_LISTEN})" if isinstance(error, Conflict) else ""
    return " ".join(str(error).split()).replace(token, "***")[:SAID_MAX] + hint
