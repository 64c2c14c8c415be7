"""Where a page of a long list begins: `?before=`, as `services.store.keyset` writes it."""

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
