"""Where pictures come from: one module per kind of source, all behind one Protocol.

This is the seam for further cameras, such as the Raspberry Pi's own: a class with these three methods, a settings
section in `node_agent.config`, and a line in `node_agent.sources.choice`.
"""

from typing import Protocol

from node_agent.frames import Frame


class SourceLostError(Exception):
    """The source gives no pictures now, but may again: it is worth opening it anew. The text is for the log."""


class SourceEndedError(Exception):
    """The source has given its last picture."""


class Source(Protocol):
    """Gives pictures, one after another, at its own pace."""

    def open(self) -> None:
        """Get ready to read. Raises SourceLostError."""
        ...

    def read(self) -> Frame | None:
        """Wait for the next picture; None if there is none yet (or the agent stops).

        It waits inside, through the clock: a caller may call it again at once without spinning.
        Raises SourceLostError and SourceEndedError.
        """
        ...

    def close(self) -> None:
        """Let go of the device, file or connection; harmless if it is not open."""
        ...
