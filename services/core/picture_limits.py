"""How large a picture may be, wherever it is taken in, looked at or drawn on."""

PIXELS_MAX = 50_000_000
"""A larger one would take more memory than a small machine has."""
