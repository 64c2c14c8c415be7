"""Brings the users from the database, and says there who signed in and sent. The database may be away for long."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from services.core.logging import get
from services.core.messages import ConfigChanged
from services.ftp.users import User, Users
from services.store import ftp_user
from services.store.engine import Away, reason

EVERY_S = 10.0
NOUNS = frozenset({"ftp", "cameras"})
log = get(__name__)


class Enrolling:
    """A loop of its own: asks when something was changed, and every ten seconds."""

    def __init__(self, engine: Engine, users: Users) -> None:
        self._engine = engine
        self._users = users
        self._changed = threading.Event()

    def changed(self, message: ConfigChanged) -> None:
        """Somebody changed something."""
        if message.noun in NOUNS:
            self._changed.set()

    def work(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Until `stopping`."""
        while not stopping.is_set():
            beat()
            self._changed.clear()
            try:
                self.bring()
            except Away as error:
                log.debug("ftp_users_not_read", error=reason(error))
            self._changed.wait(EVERY_S)

    def end(self) -> None:
        """Lets `work` look at once whether it is to stop."""
        self._changed.set()

    def bring(self) -> None:
        """Reads all users, and writes who was there. Raises what the database raises when it is away."""
        with self._engine.begin() as connection:
            known = ftp_user.sources(connection)
            rows = [one for one in ftp_user.everyone(connection) if one.enabled]
            ftp_user.seen(connection, *self._users.noted())
        of_folders = folders(known)
        self._users.replace(
            [
                User(
                    one.name,
                    one.password_hash,
                    known[one.camera_id][1] if one.camera_id else None,
                    {} if one.camera_id else of_folders,
                )
                for one in rows
            ]
        )


def folders(known: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The source for each name that a camera's folder may have; `known`: name and source of each camera, by its id.

    What people call a camera counts more than its id, and that more than what some camera calls itself. A name that
    two have is nobody's.
    """
    by_name = [(name, source) for name, source in known.values()]
    names = Counter(name for name, _ in by_name)
    made = {source: source for _, source in known.values()} | {id_: source for id_, (_, source) in known.items()}
    made |= dict(by_name)
    return {folder: source for folder, source in made.items() if names[folder] <= 1}
