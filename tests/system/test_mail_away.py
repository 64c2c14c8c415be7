"""The mail server goes down while people arrive, and comes back: each alert arrives once, in order, with its age."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Row

from bench.mailbox import Mailbox
from bench.own_stack import wait_until
from bench.stock_sender import Sending
from tests.conftest import Figure
from tests.system.stack_under_test import CAMERAS, StackUnderTest

pytestmark = [pytest.mark.system, pytest.mark.timeout(700)]
SOON_S = 60
NEXT_TRY_S = 420
"""The longest pause between two tries is five minutes."""
REFUSED = 6
BETWEEN_TRIES = """
SELECT (SELECT MAX(ended_at) FROM attempt) < UTC_TIMESTAMP(6) - INTERVAL 4 SECOND
   AND (SELECT MIN(next_try_at) FROM delivery WHERE state = 'pending') > UTC_TIMESTAMP(6) + INTERVAL 2 SECOND
   AS calm
"""
"""Whoever was refused less than three seconds ago lets the next one go first."""
ALERTS = """
SELECT image.sha256, decision.outcome,
       (SELECT COUNT(*) FROM attempt JOIN delivery ON delivery.id = attempt.delivery_id
        WHERE delivery.decision_id = decision.id AND attempt.outcome = 'passing') AS refused
FROM decision JOIN image ON image.id = decision.image_id
"""
AGE = re.compile(r"was (\d+ (?:s|min)) old when this message was sent")


def alerts(stack: StackUnderTest, sent: Sequence[Sending]) -> list[Row[Any]]:
    names = {one.sha256 for one in sent}
    return [row for row in stack.rows(ALERTS) if row.sha256 in names]


def test_alerts_of_the_time_without_a_mail_server_arrive_once_and_in_order(
    stack: StackUnderTest, mailbox: Mailbox, figure: Figure
) -> None:
    stack.clear()
    before = len(mailbox.mails())
    sent: list[Sending] = []
    with mailbox.away():
        for camera in CAMERAS:
            sent.append(stack.send(camera))
            wait_until(lambda: len(alerts(stack, sent)) == len(sent), f"the alert of {camera}", SOON_S)
        wait_until(lambda: sum(row.refused for row in alerts(stack, sent)) >= REFUSED, "some tries", SOON_S)
        wait_until(lambda: stack.rows(BETWEEN_TRIES)[0].calm, "a moment between two tries", NEXT_TRY_S)
        assert {row.outcome for row in alerts(stack, sent)} == {"telling"}
        assert len(mailbox.mails()) == before
    wait_until(lambda: len(mailbox.mails()) >= before + len(CAMERAS), "every mail", NEXT_TRY_S)
    late = [one.message for one in mailbox.mails()[before:]]
    assert [camera for one in late for camera in CAMERAS if camera in str(one["Subject"])] == list(CAMERAS)
    ages = [AGE.findall(one.as_string())[0] for one in late]
    assert "0 s" not in ages
    figure(f"mail server away: {len(late)} alerts, told {', '.join(ages)} after their pictures, each once and in order")
    stack.account_for(sent)
