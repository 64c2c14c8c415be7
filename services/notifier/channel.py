"""What a channel is to the sender, and what it may answer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

from services.notifier.snapshot import Attachment


@dataclass(frozen=True)
class Letter:
    """One message ready to go: plain text, with a picture or without. `pictures` are further ones, of a summary.

    `link` is where the gallery shows it, for a channel that has room for little more than the subject.
    """

    delivery_id: str
    subject: str
    body: str
    picture: Attachment | None
    pictures: tuple[Attachment, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class Answer:
    """What came of a try. `passing`: worth another; `permanent`: not. `error` is None only when accepted.

    `again_after` is how long the channel wants to be left alone, where it says so. `asked`: whether it was asked.
    """

    outcome: Literal["accepted", "passing", "permanent"]
    error: str | None = None
    again_after: timedelta | None = None
    asked: bool = True


ACCEPTED = Answer("accepted")


class Channel(Protocol):
    """One way to one person. It answers, whatever happens: it raises nothing."""

    def hand_over(self, letter: Letter) -> Answer:
        """Tries once, and returns when the channel has taken or refused the message."""
        ...
