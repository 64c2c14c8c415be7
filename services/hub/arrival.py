"""One message between its receipt and its answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.intake.acceptor import Note, Picture

OK = b"OK"
NOTE_BYTES = 2000


@dataclass(frozen=True)
class Reading:
    """What a message comes to: entries to store, the answer once that is done (None: no answer ever), and its
    line of the event log.
    """

    entries: tuple[Picture | Note, ...] = ()
    reply: bytes | None = OK
    line: tuple[str, datetime] | None = None


@dataclass(eq=False)
class Arrival:
    """`envelope` is empty for a publisher, which wants no answer. `since` is monotonic seconds."""

    envelope: list[bytes]
    socket: Any
    since: float
    reading: Reading
    reply: bytes | None = field(init=False)
    answered: bool = False

    def __post_init__(self) -> None:
        self.reply = self.reading.reply

    @property
    def pictures(self) -> list[Picture]:
        """Its pictures: none or one."""
        return [entry for entry in self.reading.entries if isinstance(entry, Picture)]

    @property
    def nbytes(self) -> int:
        """Bytes that it holds in memory, roughly."""
        return sum(len(one.data) if isinstance(one, Picture) else NOTE_BYTES for one in self.reading.entries)
