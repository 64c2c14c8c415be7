"""The account that the system tests draw up finds what it is for: these need no stack."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from bench.stock_sender import Sending
from tests.system.stack_under_test import assert_decided, assert_kept, assert_sent_once, slowest


def picture(**changes: Any) -> Any:
    values = {"id": "1", "sha256": "a", "path": "images/a.jpg", "camera_id": "gate", "state": "detected", "model": "m"}
    return SimpleNamespace(**values | {"people": 1, "arrivals": 1, "decisions": 1} | changes)


def alert(**changes: Any) -> Any:
    values = {"camera_id": "gate", "outcome": "told", "reasons": "[]"}
    return SimpleNamespace(**values | changes)


def mail(**changes: Any) -> Any:
    return SimpleNamespace(**{"delivery_id": "d", "state": "sent", "interrupted": 0} | changes)


STILL_THERE = alert(outcome="not_told", reasons='["person is still there since 12:04"]')


def test_what_is_in_order_passes() -> None:
    assert_kept(["a"], [picture()], Counter("a"))
    assert_decided([picture()], {"1": alert()})
    assert_decided([picture(arrivals=0)], {"1": STILL_THERE})
    assert_sent_once([mail(), mail(delivery_id="e", state="dropped")], Counter("d"))
    assert_sent_once([mail(interrupted=1)], Counter("dd"))


@pytest.mark.parametrize(
    ("pictures", "files"),
    [
        ([], "a"),
        ([picture(), picture()], "a"),
        ([picture()], ""),
        ([picture()], "aa"),
        ([picture(state="failed")], "a"),
        ([picture(model=None)], "a"),
    ],
    ids=["no row", "two rows", "no file", "two files", "failed", "never looked at"],
)
def test_a_picture_without_its_one_row_file_and_outcome_is_found(pictures: list[Any], files: str) -> None:
    with pytest.raises(AssertionError):
        assert_kept(["a"], pictures, Counter(files))


@pytest.mark.parametrize(
    ("row", "decision"),
    [
        (picture(people=0), alert()),
        (picture(decisions=0), alert()),
        (picture(decisions=2), alert()),
        (picture(), alert(outcome="not_told", reasons='["the picture is 130 s old"]')),
        (picture(), alert(outcome="telling")),
        (picture(), STILL_THERE),
        (picture(arrivals=0), alert()),
    ],
)
def test_a_picture_of_people_that_was_not_decided_as_it_should_is_found(row: Any, decision: Any) -> None:
    with pytest.raises(AssertionError):
        assert_decided([row], {"1": decision})


@pytest.mark.parametrize(
    ("mails", "copies"), [([mail()], ""), ([mail()], "dd"), ([mail(state="failed")], "d"), ([], "d")]
)
def test_a_mail_that_came_never_twice_or_unasked_is_found(mails: list[Any], copies: str) -> None:
    with pytest.raises(AssertionError):
        assert_sent_once(mails, Counter(copies))


def test_the_slowest_reply_of_a_share_is_told() -> None:
    sent = [Sending("a", 0.0, number / 100, b"OK") for number in range(100)]
    assert (slowest(sent, 0.5), slowest(sent, 1.0)) == (0.5, 0.99)
