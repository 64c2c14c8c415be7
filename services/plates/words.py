"""What people read of a plate."""

from services.store.plate import Plate

_STANDINGS = {"unknown": "unknown plate", "known": "known plate", "allow": "allowed plate", "deny": "denied plate"}


def known(plate: Plate) -> str:
    """`known plate BAB123 (Anna)`, `denied plate XY99`."""
    return f"{_STANDINGS[plate.standing]} {plate.text}" + (f" ({plate.owner})" if plate.owner else "")
