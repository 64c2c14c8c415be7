"""One camera's connection: pyftpdlib's, but that a reply to an upload waits until the file is safe."""

import contextlib
import os
import threading
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyftpdlib.exceptions import FilesystemError

from services.core.ids import new_id
from services.core.logging import get
from services.ftp import metrics
from services.ftp.data import Data, NoPort, Passive
from services.ftp.greeting import Greeting
from services.ftp.incoming import Incoming, is_unfinished
from services.ftp.refusal import Refusal
from services.ftp.taking import Arrival

# Who leaves without waiting for the reply has not sent all, or does not care.
GONE_S = 0.2
HELD_MAX = 50
_NO_MORE = Refusal("signed_out", "530 This user is no more.")
log = get(__name__)


class Session(Greeting):
    """The connection that a camera gives its orders by."""

    dtp_handler = Data
    passive_dtp = Passive
    abstracted_fs = Incoming
    use_sendfile = False

    def __init__(self, conn: Any, server: Any, ioloop: Any = None) -> None:
        self._settling = False
        self._held: list[tuple[str, str, str]] = []
        self._gone = threading.Event()
        self._said: dict[str, datetime] = {}
        super().__init__(conn, server, ioloop)

    def close(self) -> None:
        """The connection ends."""
        self._last_look()
        super().close()

    def _last_look(self) -> None:
        if not self._closed and self.data_channel is not None:
            self.data_channel.drain()

    def on_disconnect(self) -> None:
        """The connection has ended, whoever ended it."""
        self._gone.set()

    def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
        """While a file is made safe, what the camera says next waits."""
        if "\0" in line:
            self.respond("501 There is a zero in it.")
        elif not self._settling:
            super().pre_process_command(line, cmd, arg)
        elif len(self._held) < HELD_MAX:
            self._held.append((line, cmd, arg))
        else:
            self.close()

    def ftp_STOR(self, file: str, mode: str = "w") -> Any:  # noqa: N802 (pyftpdlib calls it so)
        """A file is announced; also with APPE."""
        return None if self._is_refused(file) else super().ftp_STOR(file, mode)

    def ftp_STOU(self, line: str) -> Any:  # noqa: N802 (pyftpdlib calls it so)
        """A file is announced that gets a name from us."""
        likely = self.fs.ftp2fs(line or f"{self.fs.cwd}/ftpd.")
        return None if self._is_refused(likely) else super().ftp_STOU(line)

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
        if not refusal.keep:
            Path(file).unlink(missing_ok=True)

    def _make_epasv(self, extmode: bool = False) -> None:
        try:
            super()._make_epasv(extmode)
        except NoPort:
            metrics.turned_away.labels("no_passive_port").inc()
            self.respond("425 All passive ports are taken: try again in a moment.")

    def _is_refused(self, file: str) -> bool:
        refusal = self._refusal(file)
        if refusal is not None:
            metrics.refused.labels(refusal.reason).inc()
            self.respond(refusal.reply)
        return refusal is not None

    def _refusal(self, file: str) -> Refusal | None:
        user = self.house.users.find(self.username)
        if user is None:
            return _NO_MORE
        if user.source is None and user.source_of(self.fs.fs2ftp(file)) is None:
            return Refusal("no_such_camera", "553 The first folder must be called like a camera: see the page FTP.")
        if not self.house.rate.allows(self.username):
            return Refusal("too_fast", "450 Too many files a second: wait a moment.")
        return None

    def _settle(self, file: str, reply: str | None) -> None:
        """Takes the file in another thread; `reply` is said in place of the usual one when it is taken."""
        name, size = self.fs.fs2ftp(file), _size(file)
        user = self.house.users.find(self.username)
        if user is None:
            self._drop(file, _NO_MORE)
            self.respond(_NO_MORE.reply)
            return
        whole = self.house.whole / new_id()
        try:
            # From here on nobody writes to it: another upload of the name is another file.
            Path(file).rename(whole)
        except FileNotFoundError:
            self.respond("451 It is not there any more: send it again.")
            return
        arrival = Arrival(
            whole,
            name,
            self.username,
            user.source_of(name),
            self._said.pop(file, None),
            is_sure=lambda: not self._gone.wait(GONE_S),
        )
        self._settling = True
        future = self.house.pool.submit(self.house.taking.take, arrival)
        future.add_done_callback(
            lambda done: self.house.answers.call(lambda: self._settled(file, size, whole, done, reply))
        )

    def _settled(self, file: str, size: int, whole: Path, done: Future[str], reply: str | None) -> None:
        """In the loop again. Any other error than a refusal ends the service."""
        try:
            taken = done.result()
            said = reply or taken
        except Refusal as refusal:
            said = refusal.reply
            if refusal.keep:
                _give_back(whole, file)
        else:
            self.house.users.note(self.username, self.house.clock.now(), sent=True)
            if self.fs is not None:
                self.fs.note_taken(file, size)
        # By the loop, which ends this session alone when something is wrong with its connection.
        self.ioloop.call_later(0, self._go_on, said, _errback=self.handle_error)

    def _go_on(self, said: str) -> None:
        """The reply, and then what was said meanwhile."""
        self._settling = False
        held, self._held = self._held, []
        if not self._closed:
            self.respond(said)
        for line, cmd, arg in held:
            if not self._closed:
                self.pre_process_command(line, cmd, arg)
        if self._quit_pending and not self._settling and not self._closed:
            self.close_when_done()

    def _on_dtp_close(self) -> None:
        """A farewell that came while the file did waits for the reply to it."""
        waits = self._quit_pending and self._settling  # type: ignore[has-type]
        self._quit_pending = self._quit_pending and not waits  # type: ignore[has-type]
        super()._on_dtp_close()
        self._quit_pending = self._quit_pending or waits


def _give_back(whole: Path, file: str) -> None:
    """What can be resumed, unless another upload of its name has begun."""
    with contextlib.suppress(FileExistsError, FileNotFoundError):
        os.link(whole, file)
    whole.unlink(missing_ok=True)


def _size(file: str) -> int:
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0
