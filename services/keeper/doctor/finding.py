"""What the doctor finds, in words that name the invariant, the things, and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

EXAMPLES = 20

INVARIANTS: Mapping[int, str] = {
    1: "an image acknowledged to its sender is on disk and has, or will have, exactly one row",
    2: "every file under media has one row, one garbage row or one spool record; every row has its file, size and hash",
    3: "every image whose camera wants detection ends as detected or failed, with the reason",
    4: "every alert decision is a row with its reasons, sent or not; every delivery attempt is a row",
    5: "nothing is dropped silently: each discard has a reason",
    6: "time is UTC in DATETIME(6); captured, received and stored are separate",
    7: "a thing that a person entered has an immutable id and a free name",
    8: "each change that a person makes is in the audit table",
}
"""The design's promises, by their numbers there."""


@dataclass(frozen=True)
class Check:
    """One thing that is looked at. `what` goes on from a count: `3 images …`; `fix` says what to do."""

    invariant: int
    name: str
    what: str
    fix: str


@dataclass
class Finding:
    """What a check found: how many, and at most 20 of them by name."""

    check: Check
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, names: Iterable[str]) -> None:
        """Counts more of the same."""
        for name in names:
            self.count += 1
            if len(self.examples) < EXAMPLES:
                self.examples.append(name)


class Findings:
    """All that is found, check by check."""

    def __init__(self) -> None:
        self._by_name: dict[str, Finding] = {}

    def add(self, check: Check, names: Iterable[str]) -> None:
        """Notes what a check found; nothing when `names` is empty."""
        listed = list(names)
        if listed:
            self._by_name.setdefault(check.name, Finding(check)).add(listed)

    def all(self) -> list[Finding]:
        """Those with something wrong, by invariant."""
        return sorted(self._by_name.values(), key=lambda one: (one.check.invariant, one.check.name))
