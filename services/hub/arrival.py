"""One message between its receipt and its answer."""

from dataclasses import dataclass, field
from typing import Any

from services.intake.acceptor import Note, Picture

OK = b"OK"


@dataclass(eq=False)
class Arrival:
    """`envelope` is empty for a publisher, which wants no answer. `since` is monotonic seconds."""

    envelope: list[Any]
    socket: Any
    since: float
    entries: list[Picture | Note] = field(default_factory=list)
    reply: bytes | None = OK
    answered: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes of picture that it holds in memory."""
        return sum(len(entry.data) for entry in self.entries if isinstance(entry, Picture))
