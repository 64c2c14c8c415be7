"""`/api/v1/devices`, `/api/v1/devices/<id>` and its commands."""

from flask import abort

from flaskapp.api.door import caller
from flaskapp.api.route import route
from flaskapp.api.shapes import ACommand, ADevice, CommandWanted, Devices
from flaskapp.device import change, order
from flaskapp.device.order import Order
from flaskapp.device.shape import DeviceFields, columns, settable
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from services.core.device_words import SPEAKER
from services.store import device, schedule
from services.store.command import Command
from services.store.device import Device

OWN = set(ADevice.model_fields) - set(DeviceFields.model_fields)


@route("GET", "/devices", Devices)
def devices() -> Devices:
    """Every device: new ones first, then by name."""
    with gallery().engine.connect() as connection:
        return Devices(devices=[_shown(one) for one in device.all_devices(connection)])


@route("GET", "/devices/<device_id>", ADevice, errors=(404,))
def one_device(device_id: str) -> ADevice:
    """One device."""
    with gallery().engine.connect() as connection:
        return _shown(device.find(connection, device_id) or abort(404))


@route("PATCH", "/devices/<device_id>", ADevice, takes=DeviceFields, errors=(404,))
def change_device(device_id: str, sent: DeviceFields) -> ADevice:
    """Changes what is sent of a device, and leaves the rest as it is. It is new no longer."""
    with gallery().engine.begin() as connection:
        found = device.lock(connection, device_id) or abort(404)
        wanted = columns(sent, sent.model_fields_set)
        schedules = [one.id for one in schedule.all_schedules(connection)]
        if mistakes := change.mistakes(found, wanted, schedules):
            raise Mistakes(mistakes)
        changed = change.change(connection, caller(), found, wanted)
        made = _shown(device.find(connection, device_id) or abort(404))
    if changed:
        gallery().ring_changed(change.NOUN)
    return made


@route("POST", "/devices/<device_id>/command", ACommand, takes=CommandWanted, code=201, errors=(404,))
def command_device(device_id: str, sent: CommandWanted) -> ACommand:
    """Orders an output to go on or off, or a speaker to say something. It is sent at once, or within two minutes."""
    with gallery().engine.begin() as connection:
        found = device.find(connection, device_id) or abort(404)
        (made,) = order.give(connection, caller(), _order(sent, found), [found])
    gallery().ring_changed(order.NOUN)
    return command_shown(made)


def command_shown(made: Command) -> ACommand:
    """An order as the API gives it."""
    named = {name: getattr(made, name) for name in ACommand.model_fields if name != "on"}
    return ACommand(on=made.is_on, **named)


def _shown(found: Device) -> ADevice:
    return ADevice(**settable(found), **{name: getattr(found, name) for name in OWN})


def _order(sent: CommandWanted, found: Device) -> Order:
    """The order that was meant. Raises `Mistakes`."""
    if not found.is_output:
        raise Mistakes({"on": change.OF_NO_OUTPUT})
    text = " ".join((sent.text or "").split()) or None
    mistakes = {}
    if found.kind == SPEAKER and text is None:
        mistakes["text"] = "What is it to say?"
    if found.kind != SPEAKER and sent.on is None:
        mistakes["on"] = "On or off?"
    mistakes |= {name: "Null, please." for name in _unused(sent, found) if getattr(sent, name) is not None}
    if mistakes:
        raise Mistakes(mistakes)
    return Order(sent.on, sent.seconds, text)


def _unused(sent: CommandWanted, found: Device) -> tuple[str, ...]:
    """The fields that mean nothing in an order to this output."""
    if found.kind == SPEAKER:
        return ("on", "seconds")
    return ("text", "seconds") if sent.on is False else ("text",)
