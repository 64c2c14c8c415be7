"""Decisions that told nobody and follow each other for one reason become one line. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_NUMBERS = re.compile(r"\d+")
OUTCOMES = {
    "told": "Told",
    "telling": "Being told now",
    "not_told": "Not told",
    "no_channel": "Not sent: no channel set up",
    "failed": "Could not be delivered",
}
CHOICES = {
    "told": ("Told", ("told", "telling")),
    "not-told": ("Not told", ("not_told",)),
    "not-sent": ("Not sent", ("no_channel", "failed")),
}
"""What the page's chips choose: words, and the outcomes behind them."""
OF_PERSON = {
    "told": ("Told", ("told", "telling")),
    "later": ("In a summary", ("later", "in_summary")),
    "not-told": ("Not told", ("not_told",)),
    "not-sent": ("Not sent", ("no_channel", "failed")),
}
"""The same of one person's tellings."""
FOLDED = ("not_told", "no_channel")
"""Outcomes that are no news when they come again. What was told, or could not be delivered, always is."""


@dataclass
class Group:
    """The newest decision, and those like it right before."""

    head: Any
    more: list[Any] = field(default_factory=list)

    @property
    def last(self) -> Any:
        """The oldest in it."""
        return self.more[-1] if self.more else self.head


def grouped(decisions: Sequence[Any], limit: int) -> list[Group]:
    """At most `limit` lines. Only what told nobody, for the same camera and reason, is folded.

    Other cameras' decisions in between do not break a fold: they are lines of their own.
    """
    groups: list[Group] = []
    folds: dict[str, tuple[str, Group]] = {}
    for decision in decisions:
        reason = _reason(decision)
        known, fold = folds.get(decision.camera_id, ("", None))
        if fold is not None and known == reason and decision.outcome in FOLDED:
            fold.more.append(decision)
            continue
        if len(groups) == limit:
            break
        groups.append(Group(decision))
        if decision.outcome in FOLDED:
            folds[decision.camera_id] = (reason, groups[-1])
        else:
            folds.pop(decision.camera_id, None)
    return groups


def _reason(decision: Any) -> str:
    """Ages and times differ in each sentence; the reason is what stays. Without a channel that is all the reason."""
    if decision.outcome == "no_channel":
        return "no_channel"
    return _NUMBERS.sub("#", " ".join(decision.reasons))
