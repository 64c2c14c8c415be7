"""What a decision means for one person, in a few words. Pure functions."""

from collections.abc import Sequence
from typing import Any

from flaskapp.person.channel_form import KINDS
from services.core.happenings import HAPPENINGS
from services.store.decision import SUMMARY, TEST

_WORDS = {
    "telling": "is being told",
    "later": "later, in a summary",
    "in_summary": "in a summary",
    "not_told": "not told",
    "no_channel": "has no channel",
    "failed": "could not be reached",
}

_SUMMARY = {
    "told": "told in a summary",
    "telling": "in a summary that is on its way",
    "failed": "in a summary that could not be sent",
    "no_channel": "in a summary that had no channel",
    "not_told": "in a summary that was not sent",
}
"""What came of the summary that holds it."""


def kind_of(channel: str) -> str:
    """The kind's name of a delivery's channel, never its address."""
    kind = channel.partition(":")[0]
    return KINDS[kind].name if kind in KINDS else kind


def told(one: Any, deliveries: Sequence[Any]) -> str:
    """`told by Telegram`, `later, in a summary`."""
    if one.outcome == "in_summary" and one.summary_outcome in _SUMMARY:
        return _SUMMARY[one.summary_outcome]
    if one.outcome != "told":
        return _WORDS[one.outcome]
    sent = [kind_of(each.channel) for each in deliveries if each.telling_id == one.id and each.state == "sent"]
    return f"told by {sent[0]}" if sent else "told"


def title(one: Any) -> str | None:
    """What a decision is about that is not about a picture; None for one that is."""
    if one.rule.startswith(SUMMARY):
        return "A summary"
    if one.rule.startswith(TEST):
        return "A test of a channel"
    if one.event_id is None:
        return None
    words = HAPPENINGS.get(one.rule, "Something that happened")
    return words[0].upper() + words[1:]
