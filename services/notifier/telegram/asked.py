"""What a command is given, and what it gives back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from services.core.ids import id_for
from services.notifier.words import clock_time
from services.store import audit
from services.store.audit import Change
from services.store.telegram_update import Asker, Update


@dataclass(frozen=True)
class Asked:
    """A command as it is carried out: within a transaction, for a person. `said_at` is when they wrote it.

    `zone` is the house's (None: the machine's own).
    """

    connection: Connection
    person: Asker
    update: Update
    argument: str
    said_at: datetime
    now: datetime
    zone: tzinfo | None

    @property
    def by(self) -> str:
        """Who it was, for the house's history."""
        return f"{self.person.name[:100]} (Telegram)"

    @property
    def id(self) -> str:
        """An id that is the same however often the update comes."""
        return id_for(self.said_at, f"telegram {self.update.bot_id} {self.update.update_id}")

    def clock(self, moment: datetime) -> str:
        """A moment as people read it."""
        return clock_time(moment, self.now, self.zone)

    def audit(
        self, action: str, noun_id: str, before: Mapping[str, object] | None, after: Mapping[str, object]
    ) -> None:
        """Writes down what the person changed: their account where they have one, their name in any case.

        `before` is None where something is ordered rather than changed.
        """
        change = Change(action, noun_id, before, {**after, "by": self.by})
        audit.write(self.connection, self.now, self.person.user_id, change)


@dataclass(frozen=True)
class Reply:
    """What is answered: words, and the ids of pictures. `changed` are the nouns whose config is told anew."""

    words: str
    images: Sequence[str] = ()
    changed: Sequence[str] = ()
