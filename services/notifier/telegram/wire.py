"""The way to Telegram for one thread: a bot of python-telegram-bot and the event loop that it lives in."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import HTTPXRequest

from services.core.settings import SettingError, Settings

# Times as `timedelta`: the numbers of before are about to go, and each one says so in a warning.
os.environ["PTB_TIMEDELTA"] = "true"
TIMEOUT_S = 20.0
UPLOAD_S = 60.0
HUNG_UP = "hung up"
ALL_IN_ALL_S = 150.0
"""Longer than one call may take by the other limits, but for a server that gives a byte now and then."""
Result = TypeVar("Result")


class Wire:
    """Asks Telegram, one thing after another. `timeout_s` is for each step of a call."""

    def __init__(self, settings: Settings, timeout_s: float = TIMEOUT_S) -> None:
        self.token = settings.secret("telegram_token")
        self.bot_id = _bot_id(self.token)
        _keep_to_ourselves()
        self._request = HTTPXRequest(
            connection_pool_size=2,
            read_timeout=timeout_s,
            write_timeout=timeout_s,
            connect_timeout=timeout_s,
            pool_timeout=timeout_s,
            media_write_timeout=max(timeout_s, UPLOAD_S),
        )
        base = f"{settings.telegram_url.rstrip('/')}/bot"
        self._bot = Bot(self.token, base_url=base, request=self._request, get_updates_request=self._request)
        self._loop = asyncio.new_event_loop()
        self._polling: asyncio.Task[object] | None = None
        self._hung_up = False

    def ask(self, what: Callable[[Bot], Awaitable[Result]]) -> Result:
        """Its answer. Raises `TelegramError`."""
        return self._loop.run_until_complete(_in_time(what(self._bot)))

    def poll(self, what: Callable[[Bot], Awaitable[Result]]) -> Result:
        """The answer to a question that may take long on purpose. Raises `TelegramError`, also after `hang_up`."""
        if self._hung_up:
            raise TimedOut(HUNG_UP)
        return self._loop.run_until_complete(self._poll(what))

    async def _poll(self, what: Callable[[Bot], Awaitable[Result]]) -> Result:
        self._polling = asyncio.current_task()
        try:
            return await _in_time(what(self._bot))
        except asyncio.CancelledError as error:
            raise TimedOut(HUNG_UP) from error
        finally:
            self._polling = None

    def hang_up(self) -> None:
        """From another thread: ends a poll, that nobody waits for it at the end. What is being sent is sent."""
        self._hung_up = True
        self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._polling is not None:
            self._polling.cancel()

    def close(self) -> None:
        """Closes the connections; nothing can be asked any more."""
        self._loop.run_until_complete(self._request.shutdown())
        self._loop.close()


async def _in_time(call: Awaitable[Result]) -> Result:
    try:
        async with asyncio.timeout(ALL_IN_ALL_S):
            return await call
    except TimeoutError as error:
        raise TimedOut from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # The library reads an answer that is not Telegram's as if it were: a portal's, or a wrong server's.
        raise NetworkError(f"an answer that cannot be read: {error!r}") from error


def _bot_id(token: str) -> int:
    """The bot's number, with which its token begins. Raises `SettingError` for what is no token."""
    number, colon, rest = token.partition(":")
    if not (number.isascii() and number.isdigit() and colon and rest):
        raise SettingError("HEARTHWATCH_TELEGRAM_TOKEN is not a token such as BotFather gives: 123456:ABC-DEF…")
    return int(number)


def _keep_to_ourselves() -> None:
    """These libraries log addresses with the token in them, and messages. What matters of it we say ourselves."""
    for name in ("telegram", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
