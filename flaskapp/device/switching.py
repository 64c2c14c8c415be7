"""`/devices/<id>/switch` and `/device-groups/switch`: orders to outputs. scribe sends them."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from flaskapp import words
from flaskapp.device import cards
from flaskapp.device.cards import Open
from flaskapp.device.form import DAY
from flaskapp.device.order import NOUN, TEXT_LENGTH, Order, give
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.number import whole
from services.core.device_words import SPEAKER
from services.store import device
from services.store.command import Command
from services.store.device import Device

WRONG = "For how many seconds? From 1 to 86400, please; nothing means until it is switched off."
Answer = Response | tuple[str, int]
blueprint = Blueprint("switching", __name__)


@blueprint.post("/devices/<device_id>/switch", endpoint="one")
def one(device_id: str) -> Answer:
    """Switches one output, and writes who did."""
    return _switch(lambda output: output.id == device_id, f"device-{device_id}")


@blueprint.post("/device-groups/switch", endpoint="group")
def group() -> Answer:
    """Switches all outputs of a group."""
    name = request.form.get("group", "")
    return _switch(lambda output: output.group_name == name and output.kind != SPEAKER, f"group-{name}")


def read(form: MultiDict[str, str]) -> Order:
    """What is ordered. Raises `Mistakes`."""
    if "text" in form:
        return Order(None, text=_text(form["text"]))
    on = form.get("on") == "1"
    try:
        seconds = whole(form.get("seconds", "")) if on else None
    except ValueError:
        seconds = 0
    if seconds is not None and not 1 <= seconds <= DAY:
        raise Mistakes({"seconds": WRONG})
    return Order(on, seconds)


def _text(typed: str) -> str:
    text = " ".join(typed.split())
    if not 1 <= len(text) <= TEXT_LENGTH:
        raise Mistakes({"text": f"What is it to say? At most {TEXT_LENGTH} characters, please."})
    return text


def _switch(meant: Callable[[Device], bool], place: str) -> Answer:
    try:
        order = read(request.form)
    except Mistakes as mistakes:
        return cards.render(switching=Open(place, request.form, mistakes.by_field)), 422
    with gallery().engine.begin() as connection:
        outputs = [found for found in device.all_devices(connection) if found.is_output and meant(found)]
        orders = give(connection, current_user, order, outputs or abort(404))
    gallery().ring_changed(NOUN)
    flash(_said(orders, outputs))
    return redirect(url_for("device.page", _anchor=place))


def _said(orders: Sequence[Command], outputs: Sequence[Device]) -> str:
    names = ", ".join(output.shown_name for output in outputs)
    if orders[0].text:
        return f"{names} is to say: {orders[0].text}"
    times = {order.seconds for order in orders}
    lasting = times.pop() if len(times) == 1 else None
    switched = "is being switched" if len(outputs) == 1 else "are being switched"
    ending = f" for {words.span(lasting)}" if lasting else ""
    return f"{names} {switched} {'on' if orders[0].is_on else 'off'}{ending}."
