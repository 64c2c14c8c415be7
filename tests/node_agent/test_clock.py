"""The real clock."""

import threading
from datetime import UTC

from node_agent.clock import SystemClock


def test_the_time_is_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_stop_wakes_everybody_who_waits() -> None:
    clock = SystemClock()
    woken: list[bool] = []
    sleepers = [threading.Thread(target=lambda: woken.append(clock.wait(3600))) for _ in range(3)]
    for sleeper in sleepers:
        sleeper.start()
    clock.stop()
    for sleeper in sleepers:
        sleeper.join(20)
    assert woken == [True, True, True]
    assert clock.stopping


def test_a_wait_without_a_stop_says_so() -> None:
    clock = SystemClock()
    assert not clock.wait(0.001)
    assert not clock.wait(-1)
