"""What part of a long list a page shows: `?before=`, as `services.store.keyset` writes it, or a day."""

from datetime import date

from flask import abort, request

from services.store import keyset
from services.store.keyset import Place


def wanted_place() -> Place | None:
    """The place before which the page begins; None for the first one. Another text is answered with 400."""
    text = request.args.get("before")
    try:
        return keyset.read(text) if text else None
    except ValueError:
        abort(400)


def wanted_day(text: str) -> date:
    """A day as addresses have it: `2026-11-20`. Another text is answered with 404."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        abort(404)
    return found if text == found.isoformat() and 1971 <= found.year <= 9000 else abort(404)
