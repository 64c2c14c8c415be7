"""`/api/v1/events` and `/api/v1/rulings`: what happened, and what it led to; newest first, page by page."""

from sqlalchemy import Row

from flaskapp.api.devices import command_shown
from flaskapp.api.route import route
from flaskapp.api.shapes import AnEvent, ARuling, Events, EventsAsked, LinkRuled, Rulings, RulingsAsked
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from services.store import command, keyset, ruling, timeline
from services.store.command import Command
from services.store.keyset import Place
from services.store.ruling import Chosen, Ruling


@route("GET", "/events", Events, asks=EventsAsked)
def events(asked: EventsAsked) -> Events:
    """Events, newest first."""
    kinds = [asked.kind] if asked.kind else []
    with gallery().engine.connect() as connection:
        rows = timeline.older(connection, asked.camera, kinds, _place(asked.before), asked.limit, asked.device)
    after = str(Place(rows[-1].happened_at, rows[-1].id)) if len(rows) == asked.limit else None
    return Events(events=[_event(row) for row in rows], next=after)


@route("GET", "/rulings", Rulings, asks=RulingsAsked)
def rulings(asked: RulingsAsked) -> Rulings:
    """What triggers led to, newest first."""
    wanted = Chosen(asked.outcome, asked.device, asked.camera)
    with gallery().engine.connect() as connection:
        found = ruling.older(connection, wanted, _place(asked.before), asked.limit)
        orders = command.of_triggers(connection, [(one.source, one.trigger_id) for one in found])
    after = str(Place(found[-1].decided_at, found[-1].trigger_id)) if len(found) == asked.limit else None
    shown = [_ruling(one, orders.get((one.source, one.trigger_id), [])) for one in found]
    return Rulings(rulings=shown, next=after)


def _place(text: str | None) -> Place | None:
    """Where the page before ended. Raises `Mistakes`."""
    try:
        return keyset.read(text) if text else None
    except ValueError as error:
        raise Mistakes({"before": "That is no place in the list: send the next of a page."}) from error


def _event(row: Row[tuple[object, ...]]) -> AnEvent:
    return AnEvent(**row._mapping)


def _ruling(found: Ruling, orders: list[Command]) -> ARuling:
    own = {name: getattr(found, name) for name in ARuling.model_fields if name not in ("links", "commands")}
    links = [LinkRuled(**one) for one in found.links]
    return ARuling(links=links, commands=[command_shown(one) for one in orders], **own)
