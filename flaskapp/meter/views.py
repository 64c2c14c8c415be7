"""`/meters`, `/meters/<id>` and `/meters/<id>/reset`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from flaskapp.gallery import gallery
from flaskapp.meter import chart, form
from flaskapp.meter.chart import Chart
from flaskapp.mistakes import Mistakes
from services.core.bus import BusAway
from services.core.device_messages import MeterReset
from services.store import audit, device, meter
from services.store.audit import Change
from services.store.device import Device
from services.store.meter import Meter, Reading

UPDATE, RESET = "meter.update", "meter.reset"
AWAY = "The broker is away, so the meter was not asked. Try again when Health says that all is well."
Answer = Response | tuple[str, int]
blueprint = Blueprint("meter", __name__)


@dataclass(frozen=True)
class Range:
    """How far back the charts go, and what is one point of them."""

    words: str
    length: timedelta
    stretch: timedelta


RANGES = {
    "day": Range("24 hours", timedelta(hours=24), timedelta(minutes=5)),
    "month": Range("30 days", timedelta(days=30), timedelta(hours=3)),
}


@dataclass(frozen=True)
class Card:
    """What is shown of one meter; `value` and `read` are None before it has read what it shows."""

    device: Device
    meter: Meter
    read: Reading | None
    value: float | None
    chart: Chart | None


@dataclass(frozen=True)
class Typed:
    """What somebody typed into one card's form, with what is wrong; `part` is `change` or `reset`."""

    device_id: str
    part: str
    values: Mapping[str, str]
    mistakes: Mapping[str, str]


@blueprint.get("/meters")
def page() -> str:
    """A card a meter."""
    return _page(None)


@blueprint.post("/meters/<device_id>", endpoint="save")
def save(device_id: str) -> Answer:
    """Changes how a meter is read, and writes who did it."""
    try:
        wanted = form.read(request.form)
    except Mistakes as mistakes:
        return _wrong(device_id, "change", mistakes)
    name = _change(device_id, wanted)
    flash(f"{name} is saved.")
    return _back(device_id)


@blueprint.post("/meters/<device_id>/reset", endpoint="reset")
def reset(device_id: str) -> Answer:
    """Asks a meter for another register, and writes who did it; its next reading answers."""
    try:
        name = _ask(device_id)
    except Mistakes as mistakes:
        return _wrong(device_id, "reset", mistakes)
    except BusAway:
        return _wrong(device_id, "reset", Mistakes({"amount": AWAY}))
    flash(f"{name} is asked.")
    return _back(device_id)


def _back(device_id: str) -> Response:
    chosen = request.form.get("range")
    known = chosen if chosen in RANGES else None
    return redirect(url_for("meter.page", range=known, _anchor=f"meter-{device_id}"))


def _wrong(device_id: str, part: str, mistakes: Mistakes) -> tuple[str, int]:
    return _page(Typed(device_id, part, form.typed(request.form), mistakes.by_field)), 422


def _change(device_id: str, wanted: Mapping[str, Any]) -> str:
    home = gallery()
    with home.engine.begin() as connection:
        found, one = _find(connection, device_id)
        changed = {name: value for name, value in wanted.items() if value != getattr(one, name)}
        if changed:
            before = {name: getattr(one, name) for name in changed}
            meter.change(connection, device_id, **changed)
            audit.write(connection, home.now(), current_user.id, Change(UPDATE, device_id, before, changed))
    return found.shown_name


def _ask(device_id: str) -> str:
    """Publishes before the commit: what the broker did not take was not asked for."""
    home = gallery()
    with home.engine.begin() as connection:
        found, one = _find(connection, device_id)
        last = meter.newest_register(connection, device_id, gallery().now())
        amount, is_added = form.wanted_register(request.form, one, last)
        register = amount + (last or 0) if is_added else amount
        meter.ask(connection, device_id, register, last, home.now())
        audit.write(
            connection,
            home.now(),
            current_user.id,
            Change(RESET, device_id, {"register": last}, {"register": register}),
        )
        asked = {"set_register": None if is_added else amount, "adjust_register": amount if is_added else None}
        home.bus.publish(MeterReset.make(home.clock, "gallery", device_id=device_id, **asked))
    return found.shown_name


def _find(connection: Connection, device_id: str) -> tuple[Device, Meter]:
    found = device.lock(connection, device_id) or abort(404)
    return found, meter.lock(connection, device_id) or abort(404)


def _page(typed: Typed | None) -> str:
    chosen = request.values.get("range", "day")
    shown = RANGES.get(chosen, RANGES["day"])
    with gallery().engine.connect() as connection:
        meters = meter.all_meters(connection)
        cards = [
            _card(connection, one, meters[one.id], shown) for one in device.all_devices(connection) if one.id in meters
        ]
    if typed is not None and typed.device_id not in {card.device.id for card in cards}:
        abort(404)
    return render_template(
        "meter/page.html",
        cards=cards,
        typed=typed,
        present=form.present,
        shows=form.SHOWS,
        ranges=RANGES,
        chosen=chosen if chosen in RANGES else "day",
        size=(chart.WIDTH, chart.HEIGHT),
    )


def _card(connection: Connection, found: Device, one: Meter, shown: Range) -> Card:
    begin = gallery().now() - shown.length
    read = meter.newest(connection, found.id, gallery().now())
    spans = meter.spans(connection, one, begin, shown.stretch)
    value = one.value(read) if read else None
    return Card(found, one, read, value, chart.drawn(spans, one, begin, shown.length))
