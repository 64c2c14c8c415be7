"""What is said of one telling."""

from types import SimpleNamespace

import pytest

from flaskapp.alert.telling_words import told


def said(outcome: str, summary_outcome: str | None = None) -> str:
    one = SimpleNamespace(id="t", outcome=outcome, summary_outcome=summary_outcome)
    return told(one, [SimpleNamespace(telling_id="t", state="sent", channel="telegram:c")])


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("told", "told in a summary"),
        ("telling", "in a summary that is on its way"),
        ("failed", "in a summary that could not be sent"),
        ("no_channel", "in a summary that had no channel"),
        ("not_told", "in a summary that was not sent"),
        (None, "in a summary"),
    ],
)
def test_of_what_a_summary_holds_it_is_said_what_came_of_the_summary(outcome: str | None, words: str) -> None:
    assert said("in_summary", outcome) == words


def test_who_was_told_is_said_with_the_channel() -> None:
    assert said("told") == "told by Telegram"
    assert said("later") == "later, in a summary"
