"""Orders to outputs, each a row and who gave it; scribe sends them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from flaskapp.gallery import gallery
from flaskapp.guard import Person
from services.core.ids import new_id
from services.store import command
from services.store.command import Command
from services.store.device import Device

NOUN = "commands"
TEXT_LENGTH = 300


@dataclass(frozen=True)
class Order:
    """On, for so many seconds (None: until it is switched off), or off; a speaker says a text instead."""

    on: bool | None
    seconds: int | None = None
    text: str | None = None


def give(connection: Connection, by: Person, order: Order, outputs: Sequence[Device]) -> list[Command]:
    """Writes an order to each output, and who gave it."""
    orders = [_command(by, order, output) for output in outputs]
    command.order(connection, orders, by.id, gallery().now())
    return orders


def _command(by: Person, order: Order, output: Device) -> Command:
    now = gallery().now()
    return Command(
        id=new_id(),
        device_id=output.id,
        ordered_by=by.name,
        is_on=order.on,
        seconds=output.on_for(order.seconds) if order.on else None,
        text=order.text,
        made_at=now,
        expires_at=command.expires_at(order.on, now),
    )
