"""The node's sign of life."""

from node_agent.clock import Clock
from node_agent.messages import Message, Writer, heartbeat_text
from node_agent.pace import Pace


class Heartbeat:
    """Says when a heartbeat is due and makes it; `seconds` 0 means never.

    A heartbeat that the hub did not get is worthless later, so it never goes through the outbox.
    """

    def __init__(self, node: str, seconds: float, writer: Writer, clock: Clock) -> None:
        self._node = node
        self._never = seconds == 0
        self._writer = writer
        self._clock = clock
        self._pace = Pace(seconds, clock)

    def remaining(self) -> float:
        """Seconds until the next one is due."""
        return float("inf") if self._never else self._pace.remaining()

    def take(self) -> Message | None:
        """The heartbeat, if it is due now."""
        if self.remaining() > 0:
            return None
        self._pace.step()
        return self._writer.of_node(heartbeat_text(self._node), self._clock.now())
