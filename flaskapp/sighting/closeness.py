"""How near a small picture goes to what it shows: a person far away is a few pixels of the whole. Pure functions."""

from dataclasses import dataclass

from services.store.sighting_log import Shot

VIEW = 16 / 9
"""Width by height of the frame that a small picture fills."""

FILL = 0.55
"""The larger side of a box takes at most so much of the frame."""

STEPS = (2.5, 2.0, 1.5)
PLACES = 20
"""As many steps between an edge and the other as the style sheet knows."""

_PARTS = {"YMid": 0.5, "YMin": 0.0, "YMax": 1.0}
_CLASSES: dict[str, list[str]] = {"YMid": [], "YMin": ["top"], "YMax": ["bottom"]}


@dataclass(frozen=True)
class Closeness:
    """`words` are classes of the style sheet, such as `near-20 across-35 down-60 top`; empty for the whole picture.

    `part` says which part of a picture that is too high for the frame is in it, as SVG has it.
    """

    words: str = ""
    part: str = "YMid"


def closeness(shot: Shot) -> Closeness:
    """Twice as near to a place so many percent across and down the frame, and so on."""
    if shot.box is None:
        return Closeness()
    seen = (shot.width or 1600) / (shot.height or 900) / VIEW
    left, right = _within(shot.box.x1, shot.box.x2, min(1.0, 1 / seen), 0.5)
    part, at = _part(shot.box.y1, shot.box.y2, min(1.0, seen))
    top, bottom = _within(shot.box.y1, shot.box.y2, min(1.0, seen), at)
    words = [*_near((left, right), (top, bottom)), *_CLASSES[part]]
    return Closeness(" ".join(words), part)


def _near(across: tuple[float, float], down: tuple[float, float]) -> list[str]:
    most = FILL / max(across[1] - across[0], down[1] - down[0], 0.01)
    near = next((step for step in STEPS if step <= most), None)
    if near is None:
        return []
    return [f"near-{near * 10:.0f}", f"across-{_origin(sum(across) / 2, near)}", f"down-{_origin(sum(down) / 2, near)}"]


def _part(top: float, bottom: float, share: float) -> tuple[str, float]:
    """The part of the height that shows most of it, the middle first; and where it lies, 0 above to 1 below."""
    shown = {part: _shown(top, bottom, share, at) for part, at in _PARTS.items()}
    part = max(_PARTS, key=lambda one: round(shown[one], 3))
    return part, _PARTS[part]


def _shown(top: float, bottom: float, share: float, at: float) -> float:
    inside = _within(top, bottom, share, at)
    return inside[1] - inside[0]


def _within(start: float, end: float, share: float, at: float) -> tuple[float, float]:
    """Two edges as shares of the part that is in the frame; `at` says where it lies, the rest is cut off."""
    cut = (1 - share) * at
    return _clip((start - cut) / share), _clip((end - cut) / share)


def _origin(middle: float, near: float) -> int:
    """The place that stays where it is when all around it grows, so that the middle comes to the frame's middle."""
    return round(_clip((near * middle - 0.5) / (near - 1)) * PLACES) * (100 // PLACES)


def _clip(value: float) -> float:
    return min(max(value, 0.0), 1.0)
