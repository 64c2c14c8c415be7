"""Brings what other threads have found out back into the loop that speaks with cameras."""

import socket
from collections import deque
from collections.abc import Callable
from typing import Any

from pyftpdlib.ioloop import AsyncChat


class Answers(AsyncChat):  # type: ignore[misc]
    """A call from another thread is made by the loop, in its own time."""

    def __init__(self, loop: Any) -> None:
        self._calls: deque[Callable[[], None]] = deque()
        ours, self._theirs = socket.socketpair()
        self._theirs.setblocking(False)
        super().__init__(ours, ioloop=loop)

    def call(self, what: Callable[[], None]) -> None:
        """From any thread."""
        self._calls.append(what)
        try:
            self._theirs.send(b".")
        except BlockingIOError:
            # So many wait that the loop is awake anyway.
            return

    def handle_read(self) -> None:
        """The loop comes round."""
        self.recv(4096)
        while self._calls:
            self._calls.popleft()()

    handle_read_event = handle_read

    def handle_error(self) -> None:
        """What a call raises ends the loop, and so the service."""
        raise  # noqa: PLE0704 (pyftpdlib calls this while it handles the error)

    def close(self) -> None:
        """Ends it."""
        self._theirs.close()
        super().close()
