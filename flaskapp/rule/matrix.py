"""Which input switches on which output: a table of rules. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flaskapp.rule.choices import Choices, Options
from flaskapp.rule.inputs import ALL_NARROWS, AT_CAMERA
from flaskapp.rule.sentence import ANY
from services.store.link import Link


@dataclass(frozen=True)
class Cell:
    """Where an input meets an output: the rules that join them. `simple` is one that does nothing else."""

    rules: tuple[Link, ...]
    simple: Link | None

    @property
    def on(self) -> bool:
        """Whether one of them is switched on."""
        return any(one.enabled for one in self.rules)


@dataclass(frozen=True)
class Matrix:
    """What can trigger, what can be switched (words by `kind:id`), and the cells by both."""

    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    cells: Mapping[tuple[str, str], Cell]


def matrix(rules: Sequence[Link], offered: Choices) -> Matrix:
    """The table of all rules."""
    inputs, outputs = _flat(offered.inputs), _flat(offered.outputs)
    cells = {(what, output): _cell(what, output, rules) for what in inputs for output in outputs}
    return Matrix(inputs, outputs, cells)


def _flat(options: Options) -> dict[str, str]:
    return {value: words for some in options.values() for value, words in some.items()}


def _cell(what: str, output: str, rules: Sequence[Link]) -> Cell:
    joining = tuple(one for one in rules if what in _names(one.inputs) and output in _names(_switching_on(one)))
    return Cell(joining, next((one for one in joining if _is_simple(one)), None))


def _names(parts: Iterator[Mapping[str, Any]] | Sequence[Mapping[str, Any]]) -> set[str]:
    """Whatever a camera does, it is one row."""
    return {f"{'camera' if one['kind'] in ANY else one['kind']}:{one['id'] or ''}" for one in parts}


def _switching_on(rule: Link) -> Iterator[Mapping[str, Any]]:
    return (one for one in rule.actions if one["on"])


def _is_simple(rule: Link) -> bool:
    """One input of any moment that is not narrowed, and one output: a tick says all of it but when."""
    if len(rule.inputs) != 1 or len(rule.actions) != 1:
        return False
    return rule.inputs[0]["kind"] not in AT_CAMERA and not any(rule.inputs[0][name] for name in ALL_NARROWS)
