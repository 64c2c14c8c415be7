"""Who may send, in memory and in a file: signing in asks no database, and works after a restart without one."""

import hashlib
import hmac
import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from services.core import machine_password
from services.core.logging import get

FILE = "users.json"
log = get(__name__)


@dataclass(frozen=True)
class User:
    """Somebody who may send. `source` is the camera's whose pictures these are.

    None means a shared user: `folders` then gives the source for each name that a camera's folder may have.
    """

    name: str
    password_hash: str
    source: str | None
    folders: Mapping[str, str] = field(default_factory=dict)

    def source_of(self, path: str) -> str | None:
        """Whose picture a file is, by its path below the user's root; None when no camera has such a folder."""
        if self.source is not None:
            return self.source
        first, _, rest = path.strip("/").partition("/")
        return self.folders.get(first) if rest else None


class Users:
    """The users that there are. `replace` is for one thread, the rest for any."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._key = os.urandom(32)
        self._lock = threading.Lock()
        self._users: dict[str, User] = {one.name: one for one in _read(self._file)}
        self._is_written = True
        self._passed: dict[str, tuple[str, bytes]] = {}
        self._seen: dict[str, datetime] = {}
        self._sent: dict[str, datetime] = {}

    def find(self, name: str) -> User | None:
        """The user of that name, or None."""
        return self._users.get(name)

    def fits(self, name: str, password: str) -> bool:
        """Whether the password is that user's. The slow check is done once for each password that is right."""
        user = self._users.get(name)
        stored = user.password_hash if user else None
        mark = hmac.digest(self._key, password.encode("utf-8", "replace"), hashlib.sha256)
        passed = self._passed.get(name)
        if stored and passed and passed[0] == stored and hmac.compare_digest(passed[1], mark):
            return True
        if not machine_password.fits(stored, password):
            return False
        self._passed[name] = (stored or "", mark)
        return True

    def replace(self, users: Sequence[User]) -> None:
        """These are the users from now on."""
        made = {one.name: one for one in users}
        if made != self._users or not self._is_written:
            self._users = made
            self._is_written = self._write(users)

    def _write(self, users: Sequence[User]) -> bool:
        try:
            _write(self._file, users)
        except OSError as error:
            log.warning("ftp_users_not_kept", error=error.strerror, consequence="a start will wait for the database")
            return False
        log.info("ftp_users_read", users=len(users))
        return True

    def note(self, name: str, at: datetime, sent: bool = False) -> None:
        """Somebody signed in, or sent something that was taken."""
        with self._lock:
            (self._sent if sent else self._seen)[name] = at

    def noted(self) -> tuple[dict[str, datetime], dict[str, datetime]]:
        """Who signed in and who sent since this was asked last."""
        with self._lock:
            noted = self._seen, self._sent
            self._seen, self._sent = {}, {}
        return noted


def _read(file: Path) -> list[User]:
    try:
        return [User(**one) for one in json.loads(file.read_text())]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        log.warning("ftp_users_unreadable", file=str(file), error=str(error), consequence="the database is asked")
        return []


def _write(file: Path, users: Sequence[User]) -> None:
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        json.dump([asdict(one) for one in users], opened)
    part.replace(file)
