"""One camera's connection: pyftpdlib's, but that a reply to an upload waits until the file is safe."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from pyftpdlib.exceptions import FilesystemError
from pyftpdlib.handlers import DTPHandler, FTPHandler

from services.core.clock import Clock
from services.core.logging import get
from services.core.rate import RateLimit
from services.ftp import metrics
from services.ftp.answers import Answers
from services.ftp.incoming import Incoming, is_unfinished
from services.ftp.lockout import Lockout
from services.ftp.refusal import Refusal
from services.ftp.taking import Arrival, Taking
from services.ftp.users import Users
from services.intake.allow import AllowList

# Who leaves without waiting for the reply has not sent all, or does not care.
GONE_S = 0.2
HELD_MAX = 50
ROUNDS_MAX = 200
log = get(__name__)


@dataclass(frozen=True)
class House:
    """What all sessions share."""

    users: Users
    taking: Taking
    pool: ThreadPoolExecutor
    answers: Answers
    clock: Clock
    allow: AllowList
    lockout: Lockout
    rate: RateLimit
    most: int


class Data(DTPHandler):  # type: ignore[misc]
    """The connection that a file comes over. At its end nothing is said: the session does, when the file is taken."""

    def handle_read(self) -> None:
        """Some of the file."""
        super().handle_read()
        refusal = getattr(self.file_obj, "refusal", None)
        if refusal is not None and not self._closed:
            self._resp = (refusal.reply, log.debug)
            self.close()

    handle_read_event = handle_read

    def enable_receiving(self, type: str, cmd: str) -> None:
        """Files are files: many a camera forgets to say so (TYPE I)."""
        super().enable_receiving("i", cmd)

    def drain(self) -> None:
        """Reads what has come already: its sender has gone, and may have sent all before."""
        for _ in range(ROUNDS_MAX):
            before = self.tot_bytes_received
            if self._closed or not self.receive:
                return
            self.handle_read()
            if self.tot_bytes_received == before:
                return

    def handle_close(self) -> None:
        """The sender has closed it: that is how FTP says that all has come."""
        if not self.receive or self._closed:
            super().handle_close()
            return
        self.transfer_finished = True
        self.close()


class Session(FTPHandler):  # type: ignore[misc]
    """The connection that a camera gives its orders by."""

    house: ClassVar[House]
    banner = "Hearthwatch takes pictures here."
    dtp_handler = Data
    abstracted_fs = Incoming
    auth_failed_timeout = 1
    use_sendfile = False

    def __init__(self, conn: Any, server: Any, ioloop: Any = None) -> None:
        self._settling = False
        self._held: list[tuple[str, str, str]] = []
        self._gone = threading.Event()
        self._said: dict[str, datetime] = {}
        super().__init__(conn, server, ioloop)

    def on_connect(self) -> None:
        """Before the greeting."""
        if len(self.server.ip_map) > self.house.most:
            self._turn_away("too_many", "421 Too many connections: try again in a moment.")
        elif not self.house.allow.allows(lambda: str(self.remote_ip)):
            self._turn_away("network", "421 Your network may not send here.")
        elif self.house.lockout.is_locked(self.remote_ip):
            self._turn_away("locked_out", "421 Too many wrong passwords came from your address: wait a while.")

    def close(self) -> None:
        """The connection ends."""
        if not self._closed and self.data_channel is not None:
            self.data_channel.drain()
        super().close()

    def on_disconnect(self) -> None:
        """The connection has ended, whoever ended it."""
        self._gone.set()

    def on_login(self, username: str) -> None:
        """A right password."""
        self.house.lockout.right(self.remote_ip)
        self.house.users.note(username, self.house.clock.now())

    def handle_max_cons_per_ip(self) -> None:
        """There are as many connections of one address as may be."""
        metrics.turned_away.labels("too_many_of_address").inc()
        super().handle_max_cons_per_ip()

    def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
        """While a file is made safe, what the camera says next waits."""
        if not self._settling:
            super().pre_process_command(line, cmd, arg)
        elif len(self._held) < HELD_MAX:
            self._held.append((line, cmd, arg))
        else:
            self.close()

    def ftp_STOR(self, file: str, mode: str = "w") -> Any:  # noqa: N802 (pyftpdlib calls it so)
        """A file is announced; also with APPE."""
        if refusal := self._refusal(file):
            metrics.refused.labels(refusal.reason).inc()
            self.respond(refusal.reply)
            return None
        return super().ftp_STOR(file, mode)

    def ftp_MFMT(self, path: str, timeval: str) -> Any:  # noqa: N802 (pyftpdlib calls it so)
        """The time of a file: it counts when the file has not been taken yet, such as before its renaming."""
        try:
            said = datetime.strptime(timeval, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            self.respond("501 A time such as 20261120142305 is wanted.")
            return
        if len(self._said) < HELD_MAX:
            self._said[path] = said
        self.respond(f"213 Modify={timeval}; {self.fs.fs2ftp(path)}")

    def ftp_MDTM(self, path: str) -> Any:  # noqa: N802 (pyftpdlib calls it so)
        """The time that the camera gave; else the file's own."""
        if path in self._said:
            self.respond(f"213 {self._said[path]:%Y%m%d%H%M%S}")
        elif path in self.fs.taken:
            self.respond(f"213 {self.house.clock.now():%Y%m%d%H%M%S}")
        else:
            super().ftp_MDTM(path)

    def ftp_RNTO(self, path: str) -> None:  # noqa: N802 (pyftpdlib calls it so)
        """A file gets another name; when it was an unfinished one's, it is whole now."""
        before: str | None = self._rnfr  # type: ignore[has-type]
        self._rnfr = None
        if before is None:
            self.respond("503 RNFR comes first.")
            return
        was_taken = before in self.fs.taken
        try:
            self.fs.rename(before, path)
        except (OSError, FilesystemError) as error:
            self.respond(f"550 {getattr(error, 'strerror', None) or error}.")
            return
        if before in self._said:
            self._said[path] = self._said.pop(before)
        if was_taken or is_unfinished(Path(path).name) or Path(path).is_dir():
            self.respond("250 Renamed.")
        else:
            self._settle(path, "250 Renamed; taken, and safe on disk.")

    def on_file_received(self, file: str) -> None:
        """All of a file has come."""
        if refusal := self._refused_on_its_way():
            self._drop(file, refusal)
            self.respond(refusal.reply)
        elif is_unfinished(Path(file).name):
            self.respond("226 It has come; it is taken when it gets its last name.")
        else:
            self._settle(file, None)

    def on_incomplete_file_received(self, file: str) -> None:
        """It broke off, or was refused on its way."""
        if refusal := self._refused_on_its_way():
            self._drop(file, refusal)
            return
        metrics.cut.inc()
        log.info("upload_cut", sender=self.username, bytes=_size(file), consequence="it waits to be resumed")

    def _refused_on_its_way(self) -> Refusal | None:
        file = self.data_channel.file_obj if self.data_channel is not None else None
        refusal: Refusal | None = getattr(file, "refusal", None)
        return refusal

    def _drop(self, file: str, refusal: Refusal) -> None:
        metrics.refused.labels(refusal.reason).inc()
        log.warning("file_refused", sender=self.username, reason=refusal.reason)
        Path(file).unlink(missing_ok=True)

    def _turn_away(self, reason: str, reply: str) -> None:
        metrics.turned_away.labels(reason).inc()
        self.respond(reply)
        self.close_when_done()

    def _refusal(self, file: str) -> Refusal | None:
        user = self.house.users.find(self.username)
        if user is None:
            return Refusal("signed_out", "530 This user is no more.")
        if user.source is None and user.source_of(self.fs.fs2ftp(file)) is None:
            return Refusal("no_such_camera", "553 The first folder must be called like a camera: see the page FTP.")
        if not self.house.rate.allows(self.username):
            return Refusal("too_fast", "450 Too many files a second: wait a moment.")
        return None

    def _settle(self, file: str, reply: str | None) -> None:
        """Takes the file in another thread; `reply` is said in place of the usual one when it is taken."""
        name = self.fs.fs2ftp(file)
        user = self.house.users.find(self.username)
        arrival = Arrival(
            Path(file),
            name,
            self.username,
            user.source_of(name) if user else None,
            self._said.pop(file, None),
            is_sure=lambda: not self._gone.wait(GONE_S),
        )
        self._settling = True
        size = _size(file)
        future = self.house.pool.submit(self.house.taking.take, arrival)
        future.add_done_callback(lambda done: self.house.answers.call(lambda: self._settled(file, size, done, reply)))

    def _settled(self, file: str, size: int, done: Future[str], reply: str | None) -> None:
        """In the loop again. Any other error than a refusal ends the service."""
        self._settling = False
        try:
            taken = done.result()
            said = reply or taken
        except Refusal as refusal:
            said = refusal.reply
        else:
            self.house.users.note(self.username, self.house.clock.now(), sent=True)
            self._remember(file, size)
        if not self._closed:
            self.respond(said)
            self._catch_up()

    def _remember(self, file: str, size: int) -> None:
        if self.fs is not None:
            self.fs.taken[file] = size
            self.fs.own.discard(file)

    def _catch_up(self) -> None:
        held, self._held = self._held, []
        for line, cmd, arg in held:
            self.pre_process_command(line, cmd, arg)


def _size(file: str) -> int:
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0
