"""Groups of devices: what is set of all that have one group's name."""

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.mysql import insert

from services.store import config, device
from services.store.device_tables import device_group

NOUN = "groups"


def schedules(connection: Connection) -> dict[str, str]:
    """The schedule of each group that goes by one, by the group's name."""
    query = select(device_group).where(device_group.c.schedule_id.is_not(None)).order_by(device_group.c.name)
    return {row.name: row.schedule_id for row in connection.execute(query)}


def put(connection: Connection, name: str, schedule_id: str | None) -> None:
    """Lets a group go by a schedule; None: by none. Raises `IntegrityError` for a schedule that is not there."""
    if schedule_id is None:
        connection.execute(delete(device_group).where(device_group.c.name == name))
    else:
        made = insert(device_group).values(name=name, schedule_id=schedule_id)
        connection.execute(made.on_duplicate_key_update(schedule_id=schedule_id))
    config.bump(connection, device.NOUN)
