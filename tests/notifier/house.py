"""A notifier without threads: a test makes pictures, lets time pass and looks at the rows."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, select

from services.core.alert_messages import AlertRequest, AlertResult
from services.core.media import Media
from services.core.messages import Message
from services.core.settings import Settings
from services.notifier.channels.email import channels
from services.notifier.channels.opening import Opening
from services.notifier.decider import Decider
from services.notifier.post import Post
from services.notifier.rules import Policy
from services.notifier.sender import Sender
from services.notifier.steward import Steward
from services.notifier.summaries import Summaries
from services.store import cooldown
from tests.notifier.cast import HeldClock, Scene, request

GO_ON = threading.Event()
POLICY = Policy(timedelta(minutes=5), timedelta(seconds=120), UTC)


def mute_link(person_id: str, now: datetime) -> str:
    return f"http://house/mute/{person_id}"


class House:
    """A decider, a sender of all lanes and a steward; a test makes pictures and lets time pass."""

    def __init__(self, engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, by: str = "1") -> None:
        self.engine, self.clock, self.scene, self.settings = engine, clock, scene, settings
        self.rung: list[Message] = []
        ways = channels(settings, timeout_s=1)
        self.ways = tuple(ways)
        self.decider = Decider(engine, clock, POLICY, self.ways, "http://house")
        post = Post(Media(settings.media), ways, Opening(settings).open, "http://house", mute_link, UTC)
        self.sender = Sender(engine, clock, post, by, self.rung.append)
        summaries = Summaries(engine, clock, UTC, "http://house")
        self.steward = Steward(engine, clock, summaries, lambda: None, self.rung.append, self.release)

    def see(self, *labels: str, data: bytes | None = None, **more: Any) -> str:
        """A picture just taken, and Node-RED's wish to tell of it; the image's id."""
        with self.engine.begin() as connection:
            image_id = self.scene.picture(connection, self.clock.now(), data)
        self.ask(request(image_id, *labels, at=self.clock.now(), **more))
        return image_id

    def follow(self, policy: Policy) -> None:
        """Decides by another policy from now on."""
        self.decider = Decider(self.engine, self.clock, policy, self.ways, "http://house")

    def ask(self, asked: AlertRequest) -> None:
        """What Node-RED wants told."""
        self.decider.handle(asked, lambda kinds: None, self.rung.append)

    def release(self) -> None:
        """What the notifier does every second about what waits for an entry delay."""
        self.decider.release(lambda kinds: None, self.rung.append)

    def send(self) -> int:
        """Sends all that is due; how many tries that took."""
        tries = 0
        while self.sender.send_one(GO_ON):
            tries += 1
        return tries

    def live(self, seconds: int, step: int = 1) -> None:
        """Lets that time pass with the steward's and the senders' rounds."""
        for _ in range(0, seconds, step):
            self.steward.go()
            self.send()
            self.clock.move(seconds=step)

    def results(self) -> list[AlertResult]:
        return [one for one in self.rung if isinstance(one, AlertResult)]

    def rows(self, table: Any) -> list[Row[Any]]:
        with self.engine.begin() as connection:
            return list(connection.execute(select(table).order_by(table.c.id)))

    def only(self, table: Any) -> Row[Any]:
        (row,) = self.rows(table)
        return row

    def pause(self) -> cooldown.Pause:
        with self.engine.begin() as connection:
            return cooldown.lock(connection, "front-door", ["person"])["person"]
