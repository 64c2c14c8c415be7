"""What pyftpdlib asks about users."""

from pathlib import Path
from typing import Any

from pyftpdlib.exceptions import AuthenticationFailed

from services.ftp import metrics
from services.ftp.incoming import complaint
from services.ftp.lockout import Lockout
from services.ftp.users import Users

# Change and list folders; append, delete and rename (of its own: see Incoming), make folders, write, set times.
# Not among them: r, reading a file.
ALLOWED = frozenset("eladfmwT")


class Authorizer:
    """Signs cameras in, each into a folder of its own below `root`."""

    def __init__(self, users: Users, lockout: Lockout, root: Path) -> None:
        self._users = users
        self._lockout = lockout
        self._root = root

    def validate_authentication(self, username: str, password: str, session: Any) -> None:
        """Raises `AuthenticationFailed`; too many of them lock the address out."""
        if self._lockout.is_locked(session.remote_ip):
            metrics.turned_away.labels("locked_out").inc()
            raise AuthenticationFailed("too many wrong passwords: wait a while")
        if not self._users.fits(username, password):
            metrics.turned_away.labels("wrong_password").inc()
            self._lockout.wrong(session.remote_ip, username)
            raise AuthenticationFailed("name or password is wrong")

    def get_home_dir(self, username: str) -> str:
        """The user's folder; a shared user's has one for each camera."""
        home = self._root / username
        home.mkdir(parents=True, exist_ok=True)
        user = self._users.find(username)
        for name in user.folders if user and user.source is None else ():
            if "/" not in name and not name.startswith(".") and complaint(name) is None:
                (home / name).mkdir(exist_ok=True)
        return str(home)

    def has_perm(self, username: str, perm: str, path: str | None = None) -> bool:
        """Whether a user may do that."""
        return perm in ALLOWED

    def get_perms(self, username: str) -> str:
        """All that a user may do."""
        return "".join(sorted(ALLOWED))

    def get_msg_login(self, username: str) -> str:
        """The greeting."""
        return "Welcome."

    def get_msg_quit(self, username: str) -> str:
        """The farewell."""
        return "Goodbye."

    def impersonate_user(self, username: str, password: str) -> None:
        """Files belong to the service, whoever sends them."""

    def terminate_impersonation(self, username: str) -> None:
        """The same."""
