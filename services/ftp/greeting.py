"""A connection until its camera has signed in: whom we let in, and how long we wait."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pyftpdlib.handlers import FTPHandler

from services.core.clock import Clock
from services.core.rate import RateLimit
from services.ftp import metrics
from services.ftp.answers import Answers
from services.ftp.lockout import Lockout, of_one_house
from services.ftp.taking import Taking
from services.ftp.users import Users
from services.intake.allow import AllowList

# Who has no account holds a connection no longer than this.
SIGN_IN_S = 30.0


@dataclass(frozen=True)
class House:
    """What all sessions share. In the folder `whole` are files that are being taken, where no sender reaches them."""

    users: Users
    taking: Taking
    whole: Path
    pool: ThreadPoolExecutor
    answers: Answers
    clock: Clock
    allow: AllowList
    lockout: Lockout
    rate: RateLimit
    most: int


class Greeting(FTPHandler):  # type: ignore[misc]
    """pyftpdlib's, but that it knows our limits."""

    house: ClassVar[House]
    banner = "Hearthwatch takes pictures here."
    auth_failed_timeout = 1

    def __init__(self, conn: Any, server: Any, ioloop: Any = None) -> None:
        self._patience: Any = None
        super().__init__(conn, server, ioloop)

    def on_connect(self) -> None:
        """Before the greeting."""
        if len(self.server.ip_map) > self.house.most:
            self._turn_away("too_many", "421 Too many connections: try again in a moment.")
        elif of_one_house(self.remote_ip, self.server.ip_map) > self.server.max_cons_per_ip:
            self.handle_max_cons_per_ip()
        elif not self.house.allow.allows(lambda: str(self.remote_ip)):
            self._turn_away("network", "421 Your network may not send here.")
        elif self.house.lockout.is_locked(self.remote_ip):
            self._turn_away("locked_out", "421 Too many wrong passwords came from your address: wait a while.")
        else:
            self._patience = self.ioloop.call_later(SIGN_IN_S, self._give_up, _errback=self.handle_error)

    def on_login(self, username: str) -> None:
        """A right password."""
        self._have_patience()
        self.house.lockout.right(self.remote_ip, username)
        self.house.users.note(username, self.house.clock.now())

    def close(self) -> None:
        """The connection ends."""
        self._have_patience()
        super().close()

    def handle_max_cons_per_ip(self) -> None:
        """There are as many connections of one address as may be."""
        metrics.turned_away.labels("too_many_of_address").inc()
        super().handle_max_cons_per_ip()

    def ftp_USER(self, line: str) -> None:  # noqa: N802 (pyftpdlib calls it so)
        """Somebody else wants to sign in: not while a file comes, for it would be taken as theirs."""
        if self._is_receiving():
            self.respond("503 Not while a file comes.")
        else:
            super().ftp_USER(line)

    def ftp_REIN(self, line: str) -> None:  # noqa: N802 (pyftpdlib calls it so)
        """The same."""
        if self._is_receiving():
            self.respond("503 Not while a file comes.")
        else:
            super().ftp_REIN(line)

    def _turn_away(self, reason: str, reply: str) -> None:
        metrics.turned_away.labels(reason).inc()
        self.respond(reply)
        self.close_when_done()

    def _give_up(self) -> None:
        if not self._closed:
            metrics.turned_away.labels("slow_sign_in").inc()
            self.handle_timeout()

    def _have_patience(self) -> None:
        if self._patience is not None and not self._patience.cancelled:
            self._patience.cancel()
        self._patience = None

    def _is_receiving(self) -> bool:
        is_on_its_way = self.data_channel is not None and bool(self.data_channel.receive)
        return is_on_its_way or self._in_dtp_queue is not None
