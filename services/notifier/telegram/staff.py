"""All of Telegram in one notifier: people's chats, the pictures that get better, and the bot; a thread for each."""

import threading
from collections.abc import Callable, Mapping
from datetime import tzinfo

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.health import Health
from services.core.media import Media
from services.core.messages import Message
from services.core.settings import Settings
from services.notifier.channels.opening import Opener
from services.notifier.telegram.better import Better
from services.notifier.telegram.bot import Bot
from services.notifier.telegram.channel import Line, Telegram
from services.notifier.telegram.desk import Desk
from services.notifier.telegram.wire import Wire

LIMIT_S = 300
"""Longer than a long poll and the answers to what came with it."""
Loop = Callable[[threading.Event, Callable[[], None]], None]


class Staff:
    """Whom an office has that is open. Raises `SettingError` for a token that is none."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        clock: Clock,
        zone: tzinfo | None,
        ring: Callable[[Message], None],
    ) -> None:
        media = Media(settings.media)
        chats, edits, polls = self._wires = [Wire(settings) for _ in range(3)]
        # All chats have one line: their sender is one thread.
        line, better = Line(chats, clock), Better(engine, clock, media, edits)
        self.openers: Mapping[str, Opener] = {"telegram": lambda _, chat: Telegram(line, chat, better.keep)}
        self._bot = Bot(engine, clock, media, polls, Desk(engine, clock, zone, ring))
        self._loops: Mapping[str, Loop] = {"telegram-bot": self._bot.run, "telegram-edits": better.run}
        self._threads: list[threading.Thread] = []

    def counts(self) -> Mapping[str, float]:
        """`telegram_away_s`: for how long Telegram has not answered; 0 when it does."""
        return {"telegram_away_s": self._bot.silent_s()}

    def start(self, stopping: threading.Event, health: Health) -> None:
        """Starts the bot and the edits; each gives signs of life."""
        for name, loop in self._loops.items():
            beat = health.loop(name, limit_s=LIMIT_S).beat
            self._threads.append(threading.Thread(target=loop, args=(stopping, beat), name=name, daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends both; `stopping` must be set, and nobody may be sending any more."""
        for wire in self._wires:
            wire.hang_up()
        for thread in self._threads:
            thread.join()
        for wire in self._wires:
            wire.close()
