"""`/api/v1/modes` and `/api/v1/mode`."""

from sqlalchemy import Connection

from flaskapp.api.door import caller
from flaskapp.api.route import route
from flaskapp.api.shapes import AMode, ModeNow, Modes, ModeWanted
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.mode import change
from services.store import entry, mode


@route("GET", "/modes", Modes)
def modes() -> Modes:
    """What the house can be set to."""
    with gallery().engine.connect() as connection:
        found = mode.all_modes(connection)
    return Modes(modes=[AMode(**{name: getattr(one, name) for name in AMode.model_fields}) for one in found])


@route("GET", "/mode", ModeNow)
def mode_now() -> ModeNow:
    """What the house is set to, by whom, and until when."""
    with gallery().engine.connect() as connection:
        return _now(connection)


@route("PUT", "/mode", ModeNow, takes=ModeWanted)
def set_mode(sent: ModeWanted) -> ModeNow:
    """Sets the house to a mode."""
    if sent.until is not None and sent.until <= gallery().now():
        raise Mistakes({"until": "That is over already."})
    with gallery().engine.begin() as connection:
        if change.enter(connection, caller(), sent.mode_id, sent.reason, sent.until) is None:
            raise Mistakes({"mode_id": f"There is no mode {sent.mode_id}."})
        made = _now(connection)
    gallery().ring_changed(change.NOUN)
    return made


def _now(connection: Connection) -> ModeNow:
    now, moment = mode.current(connection), gallery().now()
    pending = entry.present(connection, moment)
    return ModeNow(
        mode_id=now.mode_id,
        name=now.name,
        since=now.since,
        by=now.set_by,
        reason=now.reason,
        until=now.until,
        arming_until=now.arming_at(moment),
        pending_until=pending.until if pending else None,
        pending_because=pending.said if pending else None,
    )
