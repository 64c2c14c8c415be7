"""Orders to outputs, each a row and who gave it; scribe sends them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from flaskapp.gallery import gallery
from flaskapp.guard import Person
from services.core.ids import new_id
from services.store import audit, command
from services.store.audit import Change
from services.store.command import Command
from services.store.device import Device

ACTION, NOUN = "output.switch", "commands"
IN_TIME = timedelta(seconds=120)
"""An order that cannot be sent for so long is left undone: nobody expects it any more."""
TEXT_LENGTH = 300


@dataclass(frozen=True)
class Order:
    """On, for so many seconds (None: until it is switched off), or off; a speaker says a text instead."""

    on: bool | None
    seconds: int | None = None
    text: str | None = None


def allowed(order: Order, output: Device) -> int | None:
    """For how many seconds it is switched on: never longer than its owner lets it be."""
    times = [seconds for seconds in (order.seconds, output.longest_on_s) if seconds is not None]
    return min(times, default=None) if order.on else None


def give(connection: Connection, by: Person, order: Order, outputs: Sequence[Device]) -> list[Command]:
    """Writes an order to each output, and who gave it."""
    orders = [_command(by, order, output) for output in outputs]
    command.add(connection, orders)
    audit.write_all(connection, gallery().now(), by.id, [_change(made) for made in orders])
    return orders


def _change(made: Command) -> Change:
    after = {
        "command_id": made.id,
        "on": made.is_on,
        "seconds": made.seconds,
        "text": made.text,
        "by": made.ordered_by,
    }
    return Change(ACTION, made.device_id, None, after)


def _command(by: Person, order: Order, output: Device) -> Command:
    now = gallery().now()
    return Command(
        id=new_id(),
        device_id=output.id,
        ordered_by=by.name,
        is_on=order.on,
        seconds=allowed(order, output),
        text=order.text,
        made_at=now,
        expires_at=now + IN_TIME,
    )
