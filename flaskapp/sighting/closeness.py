"""How near a small picture goes to what it shows: a person far away is a few pixels of the whole. Pure functions."""

from services.store.sighting_log import Shot

VIEW = 16 / 9
"""Width by height of the frame that a small picture fills."""

FILL = 0.55
"""The larger side of a box takes at most so much of the frame."""

STEPS = (2.5, 2.0, 1.5)
PLACES = 20
"""As many steps between an edge and the other as the style sheet knows."""


def closeness(shot: Shot) -> str:
    """`near-20 across-35 down-60`: twice as near to a place so many percent across and down; empty for not nearer."""
    if shot.box is None:
        return ""
    seen = (shot.width or 1600) / (shot.height or 900) / VIEW
    left, right = _within(shot.box.x1, shot.box.x2, min(1.0, 1 / seen))
    top, bottom = _within(shot.box.y1, shot.box.y2, min(1.0, seen))
    most = FILL / max(right - left, bottom - top, 0.01)
    near = next((step for step in STEPS if step <= most), None)
    if near is None:
        return ""
    return f"near-{near * 10:.0f} across-{_origin((left + right) / 2, near)} down-{_origin((top + bottom) / 2, near)}"


def _within(start: float, end: float, share: float) -> tuple[float, float]:
    """Two edges as shares of the middle part that is in the frame; the rest is cut off."""
    cut = (1 - share) / 2
    return _clip((start - cut) / share), _clip((end - cut) / share)


def _origin(middle: float, near: float) -> int:
    """The place that stays where it is when all around it grows, so that the middle comes to the frame's middle."""
    return round(_clip((near * middle - 0.5) / (near - 1)) * PLACES) * (100 // PLACES)


def _clip(value: float) -> float:
    return min(max(value, 0.0), 1.0)
