"""Checks that bytes are the ones that were pinned."""

from __future__ import annotations

import hashlib

from services.detector.problem import ModelError


def mismatch(data: bytes, size: int, sha256: str) -> str | None:
    """Return in words how the bytes differ from the pinned ones, or None if they are those."""
    if len(data) != size:
        return f"has {len(data)} bytes instead of {size}"
    digest = hashlib.sha256(data).hexdigest()
    return None if digest == sha256 else f"has sha256 {digest} instead of {sha256}"


def require(what: str, data: bytes, size: int, sha256: str) -> None:
    """Raise ModelError unless the bytes are the pinned ones."""
    difference = mismatch(data, size, sha256)
    if difference:
        raise ModelError(f"{what} {difference}; it was refused and nothing was changed")
