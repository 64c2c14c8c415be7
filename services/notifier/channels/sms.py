"""Text messages through a carrier's e-mail gateway: a subject and a link; no picture."""

from dataclasses import replace

from services.core.settings import Settings
from services.notifier.channel import Answer, Letter
from services.notifier.channels.email import Email

LENGTH_MAX = 300


def short(letter: Letter) -> str:
    """What is sent of a message: its subject and where to see it."""
    return f"{letter.subject[: LENGTH_MAX - len(letter.link) - 1]} {letter.link}".strip()


class ByEmail:
    """A carrier's gateway that turns an e-mail into a text message."""

    def __init__(self, settings: Settings, address: str) -> None:
        self._email = Email(settings, address)

    def hand_over(self, letter: Letter) -> Answer:
        """Tries once. The subject is empty: gateways put it before the text, or leave it out."""
        return self._email.hand_over(replace(letter, subject="", body=short(letter), picture=None))
