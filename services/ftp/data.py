"""The connections that files come over."""

from pyftpdlib.handlers import DTPHandler, FTPHandler

from services.core.logging import get

ROUNDS_MAX = 200
log = get(__name__)


class NoPort(Exception):
    """All passive ports are taken."""


class Passive(FTPHandler.passive_dtp):  # type: ignore[misc]
    """Waits on a passive port for a camera to connect: not for long, for there are few, and only on one of them."""

    timeout = 10

    def listen(self, backlog: int) -> None:
        """Raises `NoPort`: at any other port, a firewall or container would let nobody through."""
        wanted = self.cmd_channel.passive_ports
        if wanted and self.socket.getsockname()[1] not in wanted:
            self.close()
            raise NoPort
        super().listen(backlog)


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
