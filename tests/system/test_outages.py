"""Database and broker frozen or gone for as long as an update or a reboot takes: cameras notice nothing."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.conftest import Figure
from tests.system import faults
from tests.system.stack_under_test import StackUnderTest, slowest

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]
EVERY_S = 2.0
PATIENCE_OF_STOCK_NODES_S = 1.0
Fault = Callable[[StackUnderTest, str], AbstractContextManager[None]]


@pytest.mark.parametrize(
    ("fault", "program", "seconds"),
    [(faults.frozen, "mariadb", 30), (faults.gone, "mariadb", 60), (faults.gone, "mosquitto", 60)],
    ids=["mariadb-frozen", "mariadb-gone", "mosquitto-gone"],
)
def test_intake_goes_on_and_all_is_catalogued_afterwards(
    stack: StackUnderTest, fault: Fault, program: str, seconds: float, figure: Figure
) -> None:
    with stack.under_load(EVERY_S) as crew:
        with fault(stack, program):
            time.sleep(seconds)
        sent = crew.stop()
    assert [one for one in sent if one.reply != b"OK"] == []
    assert slowest(sent, 1.0) < PATIENCE_OF_STOCK_NODES_S
    p99_ms, most_ms = (slowest(sent, share) * 1000 for share in (0.99, 1.0))
    figure(f"{len(sent)} pictures, reply p99 {p99_ms:.0f} ms, longest {most_ms:.0f} ms, goal 500 ms")
    stack.account_for(sent)
