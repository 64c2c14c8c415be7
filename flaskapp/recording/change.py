"""Keeping, deleting and taking back a recording: each a transaction, with its audit row."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from services.core.clock import to_rfc3339
from services.store import audit, recording, removal
from services.store.audit import Change
from services.store.clip import Clip
from services.store.segment import Segment


def keep(engine: Engine, recording_id: str, kept: bool, user_id: str, now: datetime) -> bool:
    """Keeps a recording for ever, or no longer; False when it is not there."""
    with engine.begin() as connection:
        found = recording.find(connection, recording_id)
        if found is None:
            return False
        if found.kept != kept:
            recording.keep(connection, found, kept)
            change = Change("recording.keep", found.id, told(found), told(found) | {"kept": kept})
            audit.write(connection, now, user_id, change)
    return True


def remove(engine: Engine, recording_id: str, user_id: str, now: datetime) -> Segment | Clip | None:
    """Puts a recording out of sight, to be deleted in a minute; None when it is not there."""
    try:
        with engine.begin() as connection:
            found = recording.find(connection, recording_id)
            if found is not None:
                removal.begin(connection, found, user_id, now)
                audit.write(connection, now, user_id, Change("recording.remove", found.id, told(found), None))
    except IntegrityError:
        return None
    return found


def restore(engine: Engine, recording_id: str, user_id: str, now: datetime) -> Segment | Clip | None:
    """Takes a deletion back; None when it is too late."""
    with engine.begin() as connection:
        if not removal.take_back(connection, recording_id):
            return None
        found = recording.find(connection, recording_id)
        if found is not None:
            audit.write(connection, now, user_id, Change("recording.restore", found.id, None, told(found)))
    return found


def told(one: Segment | Clip) -> dict[str, Any]:
    """What the audit says of a recording."""
    began = one.began_at or (one.from_at if isinstance(one, Clip) else None)
    return {
        "name": f"{one.kind} of {one.camera_id}",
        "began": to_rfc3339(began) if began else None,
        "bytes": one.bytes,
        "kept": one.kept,
    }
