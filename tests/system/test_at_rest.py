"""The stack before anything has come: the first file by its name, since models that were used stay in memory."""

import pytest

from tests.conftest import Figure
from tests.system.stack_under_test import StackUnderTest

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
IDLE_MB = 1024


def test_an_idle_stack_is_healthy_and_keeps_within_its_memory(stack: StackUnderTest, figure: Figure) -> None:
    said = stack.status()
    assert said["healthy"]
    assert said["memory_mb"] <= IDLE_MB
    figure(f"{said['memory_mb']:.0f} MB, goal {IDLE_MB}")
