"""Tells one message that the hub will never have from a hub that takes none now."""

from dataclasses import dataclass

from node_agent.backoff import Backoff

_TRIES = 3
_FIRST_ASIDE_S = 30.0
_LONGEST_ASIDE_S = 3600.0


@dataclass(frozen=True)
class Verdict:
    """What a refusal means for the order: seconds to set this message aside, and whether all others come back."""

    aside_s: float
    everything_refused: bool


class Refusals:
    """Looks at refusals between two acceptances.

    The same message refused three times stands aside, each time for longer, so that the ones behind it get their
    turn. If the next one is refused too, it is the hub that takes nothing, and the plain order is right.
    """

    def __init__(self) -> None:
        self._name: str | None = None
        self._times = 0
        self._aside: dict[str, Backoff] = {}

    def refused(self, name: str) -> Verdict:
        """The hub has refused this kept message."""
        everything = self._name not in (None, name)
        if everything:
            self._aside.clear()
        self._times = self._times + 1 if name == self._name else 1
        self._name = name
        return Verdict(self._stand_aside(name) if self._times >= _TRIES else 0.0, everything)

    def accepted(self, name: str | None) -> bool:
        """The hub has taken a message (None: a fresh one). True if those aside deserve another try now.

        They do after their first time aside: perhaps the hub took nothing then, and has just recovered.
        """
        self._name = None
        self._times = 0
        if name is not None:
            self._aside.pop(name, None)
        return any(backoff.failures == 1 for backoff in self._aside.values())

    def _stand_aside(self, name: str) -> float:
        return self._aside.setdefault(name, Backoff(_FIRST_ASIDE_S, _LONGEST_ASIDE_S)).fail()
