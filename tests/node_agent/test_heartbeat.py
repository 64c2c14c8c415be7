"""The node's sign of life."""

import math

from node_agent.heartbeat import Heartbeat
from node_agent.messages import Writer
from tests.node_agent.staging import TestClock


def test_the_first_is_due_at_once_and_the_next_after_so_many_seconds() -> None:
    clock = TestClock()
    heartbeat = Heartbeat("Driveway", 30, Writer(), clock)
    first = heartbeat.take()
    assert first is not None
    assert first.text == "Driveway|Heartbeat"
    assert heartbeat.take() is None
    assert heartbeat.remaining() == 30
    clock.seconds = 30
    assert heartbeat.take() is not None


def test_zero_seconds_means_never() -> None:
    heartbeat = Heartbeat("Driveway", 0, Writer(), TestClock())
    assert heartbeat.take() is None
    assert heartbeat.remaining() == math.inf
