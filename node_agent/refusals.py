"""Tells one message that the hub will never have from a hub that takes none now."""

from dataclasses import dataclass

_TRIES = 3
_ASIDE_S = 600.0


@dataclass(frozen=True)
class Verdict:
    """What a refusal means for the order: seconds to set this message aside, and whether all others come back."""

    aside_s: float
    everything_refused: bool


class Refusals:
    """Looks at refusals between two acceptances.

    The same message refused three times stands aside, so that the ones behind it get their turn. If the next one is
    refused too, it is the hub that takes nothing, and the plain order is right.
    """

    def __init__(self) -> None:
        self._name: str | None = None
        self._times = 0

    def refused(self, name: str) -> Verdict:
        """The hub has refused this kept message."""
        another = self._name not in (None, name)
        self._times = self._times + 1 if name == self._name else 1
        self._name = name
        return Verdict(_ASIDE_S if self._times >= _TRIES else 0.0, another)

    def accepted(self) -> None:
        """The hub has taken something."""
        self._name = None
        self._times = 0
