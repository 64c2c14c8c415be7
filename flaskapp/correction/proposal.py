"""Which rule hides things like one detection, and what it would have hidden so far. Pure functions over rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import floor
from typing import Any

from services.core.polygon import Box, Corner, foot
from services.store.correction import Past
from services.store.reasons import against
from services.store.seeing import Seeing
from services.store.zone import MASK, Zone

PLACE, SCORE, SIZE = "place", "score", "size"
MOST_SCORE = 0.95
"""No rule asks a model to be surer than this: it never is."""

LEAST_REACH = 0.025
"""How far a mask goes at least beyond the foot of the thing, each way, as a share of the picture."""

SCORE_STEPS, HEIGHT_STEPS, AREA_STEPS = 100, 1000, 10_000
SHOWN = 6
_NAME_MAX = 120


@dataclass(frozen=True)
class Rule:
    """One change of a camera's rules of seeing: a new `mask` (its id is empty), or other `fields` of the camera."""

    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    mask: Zone | None = None

    def on(self, seeing: Seeing) -> Seeing:
        """The camera's rules with it."""
        masks = (*seeing.masks, self.mask) if self.mask else seeing.masks
        return replace(seeing, masks=masks, **self.fields)


@dataclass(frozen=True)
class Weighed:
    """A rule, and what of the past it would have hidden that the present rules do not.

    `alike` has the label that was chosen, `others` another one; `of` is how many alike there are. `worth` is the share
    of what was wrong that it hides, less the share of all the rest that it hides too.
    """

    rule: Rule
    alike: Sequence[Past]
    others: Sequence[Past]
    of: int
    worth: float

    @property
    def corrected(self) -> int:
        """How many of those that it hides a person had put right."""
        return sum(one.corrected for one in (*self.alike, *self.others))

    @property
    def shown(self) -> list[Past]:
        """Some of what it would have hidden, over all of the time; what nobody has called wrong comes first."""
        hidden = [*self.alike, *self.others]
        rest = _spread([one for one in hidden if not one.corrected], SHOWN)
        return rest + _spread([one for one in hidden if one.corrected], SHOWN - len(rest))


def weighed(chosen: Past, seeing: Seeing, taken: Iterable[str], past: Iterable[Past]) -> list[Weighed]:
    """At most one rule of each kind that hides `chosen`, the best first; none where the present rules hide it.

    `taken` are the names of the camera's zones and masks.
    """
    if against(chosen, seeing):
        return []
    earlier = [one for one in past if not _same(one, chosen)]
    counting = [chosen, *(one for one in earlier if against(one, seeing) is None)]
    best: dict[str, Weighed] = {}
    for rule in rules(chosen, seeing, taken):
        made = _weigh(rule, seeing, chosen, counting)
        if rule.kind not in best or made.worth > best[rule.kind].worth:
            best[rule.kind] = made
    return sorted(best.values(), key=lambda one: -one.worth)


def rules(chosen: Past, seeing: Seeing, taken: Iterable[str]) -> list[Rule]:
    """The rules that hide `chosen`, the narrowest first; of size there are two: its height and its area."""
    mask = Zone("", MASK, _name(chosen.label, set(taken)), place(chosen.box), (chosen.label,))
    found = [Rule(PLACE, mask=mask)]
    height = _above(chosen.box[3] - chosen.box[1], HEIGHT_STEPS)
    if height < 1:
        found.append(Rule(SIZE, {"min_height": height}))
    area = _above((chosen.box[2] - chosen.box[0]) * (chosen.box[3] - chosen.box[1]), AREA_STEPS)
    if area < seeing.max_area:
        found.append(Rule(SIZE, {"min_area": area}))
    score = _above(chosen.score, SCORE_STEPS)
    if score <= MOST_SCORE:
        found.append(Rule(SCORE, {"label_scores": {**seeing.label_scores, chosen.label: score}}))
    return found


def place(box: Box) -> tuple[Corner, ...]:
    """Eight corners around the foot of the thing: as wide as it, and a fifth of its height up and down."""
    x, y = foot(box)
    across, along = max((box[2] - box[0]) / 2, LEAST_REACH), max((box[3] - box[1]) / 5, LEAST_REACH)
    ring = ((-1, -0.4), (-0.4, -1), (0.4, -1), (1, -0.4), (1, 0.4), (0.4, 1), (-0.4, 1), (-1, 0.4))
    return tuple((_share(x + across * right), _share(y + along * down)) for right, down in ring)


def _weigh(rule: Rule, seeing: Seeing, chosen: Past, counting: Sequence[Past]) -> Weighed:
    changed = rule.on(seeing)
    hidden = [one for one in counting if against(one, changed)]
    wrong, rest = _split(counting, chosen), _split(hidden, chosen)
    worth = rest[0] / wrong[0] - rest[1] / max(wrong[1], 1)
    alike = [one for one in hidden if one.label == chosen.label]
    others = [one for one in hidden if one.label != chosen.label]
    return Weighed(rule, alike, others, sum(one.label == chosen.label for one in counting), worth)


def _split(some: Sequence[Past], chosen: Past) -> tuple[int, int]:
    """How many of them are wrong, the chosen one too, and how many nobody has called so."""
    wrong = sum(one.corrected or one is chosen for one in some)
    return wrong, len(some) - wrong


def _same(one: Past, other: Past) -> bool:
    return (one.image_id, one.ordinal) == (other.image_id, other.ordinal)


def _above(value: float, steps: int) -> float:
    """The next step above it."""
    step = floor(value * steps) + 1
    return step / steps if step / steps > value else (step + 1) / steps


def _share(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 4)


def _name(label: str, taken: set[str]) -> str:
    """What people will call the mask: `No person here`, with a number where there is one."""
    names = (f"No {label[: _NAME_MAX - 20]} here{f' {number}' if number > 1 else ''}" for number in range(1, 10_000))
    return next(name for name in names if name not in taken)


def _spread(some: Sequence[Past], count: int) -> list[Past]:
    if len(some) <= count:
        return list(some)
    return [some[number * len(some) // count] for number in range(count)]
