"""`kill -9` of each process in turn, under load: nothing acknowledged is lost, and nobody is told twice."""

import time

import pytest

from tests.system import faults
from tests.system.stack_under_test import CAMERAS, StackUnderTest

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
EVERY_S = 0.6
BEFORE_S = 2.0
AFTER_S = 2.0
INTAKES = ("hub", "ftp", "snapshot", "recorder")
PROGRAMS = (
    *INTAKES,
    *("detector", "plates", "node-red", "notifier", "scribe", "keeper", "gallery", "mosquitto", "mariadb"),
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_is_lost_when_a_process_is_killed(stack: StackUnderTest, program: str) -> None:
    with stack.under_load(EVERY_S) as crew:
        time.sleep(BEFORE_S)
        faults.kill(stack, program)
        time.sleep(AFTER_S)
        sent = crew.stop()
    assert len(sent) > 10
    assert program == "hub" or [one for one in sent if one.reply != b"OK"] == []
    stack.account_for(sent)


def test_nothing_is_lost_when_everything_is_killed_at_once_and_run_again(stack: StackUnderTest) -> None:
    with stack.under_load(EVERY_S) as crew:
        time.sleep(BEFORE_S)
        faults.kill_all(stack)
        sent = crew.stop()
    done = stack.start()
    assert done.returncode == 0, done.stdout
    assert any(one.reply == b"OK" for one in sent)
    stack.account_for([*sent, *(stack.send(camera) for camera in CAMERAS)])
