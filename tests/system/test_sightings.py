"""Somebody who stands still in changing light, over a restart of everything: one arrival, one departure."""

import itertools
import math
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Row

from bench.own_stack import wait_until
from bench.standstill import View, shot, street
from bench.stock_sender import Sending, StockSender
from stack.demo import CLIP
from stack.layout import CACHE
from tests.system import faults
from tests.system.stack_under_test import SETTLE_S, StackUnderTest

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
CAMERA = "Kerb"
HALF = 100
STANDING = "SELECT * FROM sighting WHERE camera_id = 'kerb' AND label = 'person' AND arrived_at IS NOT NULL"


def pictures(view: View, first: int, count: int = 1) -> Iterator[bytes]:
    """The same view, brighter and darker, no two pictures alike."""
    return (shot(view, number, 0.75 + 0.35 * math.sin(number / 5)) for number in range(first, first + count))


def send(stack: StackUnderTest, shots: Iterator[bytes]) -> list[Sending]:
    """One picture after another, each looked at before the next."""
    sent = []
    with StockSender(stack.ports.hub, CAMERA) as sender:
        for shot in shots:
            sent.append(sender.send(shot))
            stack.settle(sent[-1:])
    return sent


def standing(stack: StackUnderTest) -> list[Row[Any]]:
    return stack.rows(STANDING)


def test_a_still_person_arrives_once_and_departs_once_though_everything_is_restarted(stack: StackUnderTest) -> None:
    empty, person = street(CACHE.expanduser() / CLIP)
    send(stack, pictures(empty, 0))
    wait_until(lambda: stack.flows_know([CAMERA]), "the camera to be known", SETTLE_S)
    sent = send(stack, pictures(person, 1, HALF))
    faults.kill_all(stack)
    assert stack.start().returncode == 0
    sent += send(stack, pictures(person, 1 + HALF, HALF))
    (one,) = standing(stack)
    assert one.departed_at is None
    assert one.images > HALF
    numbers = itertools.count(1 + 2 * HALF)

    def has_gone() -> bool:
        send(stack, pictures(empty, next(numbers)))
        return all(one.departed_at is not None for one in standing(stack))

    wait_until(has_gone, "the departure", SETTLE_S)
    assert len(standing(stack)) == 1
    names = {sending.sha256 for sending in sent}
    told = stack.rows("SELECT image.sha256 FROM decision JOIN image ON image.id = image_id WHERE outcome = 'told'")
    assert len([row for row in told if row.sha256 in names]) == 1
    stack.assert_well()
