"""Numbers as people type them."""

from math import isfinite


def whole(text: str, unit: int = 1) -> int | None:
    """A typed number times `unit`, rounded; None for nothing. `1,5` and `1.5` are one number. Raises `ValueError`."""
    if not text.strip():
        return None
    number = float(text.replace(",", ".")) * unit
    if not isfinite(number):
        raise ValueError(f"{text!r} is no number that can be counted")
    return round(number)
