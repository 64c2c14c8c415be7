"""How cameras are reached that do not send by themselves. Addresses and accounts are secrets: pages say `shown`."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.dialects.mysql import insert

from services.store import config
from services.store.recording_tables import access

CAMERAS = "cameras"
Transport = Literal["tcp", "udp"]
_TOLD = ("maker", "shown", "every_s", "transport", "records", "watches")
_SECRET = ("snapshot_url", "stream_url", "substream_url", "account", "password")


@dataclass(frozen=True, kw_only=True)
class Access:
    """One row of `access`; what is not shown is never in a message, log or page. Times are aware UTC.

    `{account}` and `{password}` in an address stand for those of the row.
    """

    camera_id: str
    maker: str
    shown: str
    snapshot_url: str | None = field(default=None, repr=False)
    every_s: int | None = None
    stream_url: str | None = field(default=None, repr=False)
    substream_url: str | None = field(default=None, repr=False)
    account: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    transport: Transport = "tcp"
    records: bool = False
    watches: bool = True
    created_at: datetime
    changed_at: datetime

    def told(self) -> dict[str, Any]:
        """What the audit tells of it: of a secret only whether there is one."""
        return {name: getattr(self, name) for name in _TOLD} | {
            f"has_{name}": getattr(self, name) is not None for name in _SECRET
        }


def find(connection: Connection, camera_id: str, locked: bool = False) -> Access | None:
    """How one camera is reached, on wish held until the transaction ends; None when nobody has said so."""
    query = select(access).where(access.c.camera_id == camera_id)
    row = connection.execute(query.with_for_update() if locked else query).one_or_none()
    return _access(row) if row else None


def all_accesses(connection: Connection) -> dict[str, Access]:
    """Of every camera that is reached, by its id."""
    return {row.camera_id: _access(row) for row in connection.execute(select(access).order_by(access.c.camera_id))}


def is_recorded(connection: Connection, camera_id: str) -> bool:
    """Whether a camera's stream is to be recorded all the time."""
    return camera_id in recorded(connection)


def recorded(connection: Connection) -> list[str]:
    """The ids of the cameras whose streams are to be recorded all the time."""
    wanted = access.c.records & access.c.stream_url.is_not(None)
    return list(connection.scalars(select(access.c.camera_id).where(wanted)))


def change(connection: Connection, made: Access) -> None:
    """Makes it what is given, new or not, and raises the version of `config/cameras`.

    Raises `IntegrityError` for a camera that is not there, or an address that is none.
    """
    values = asdict(made)
    kept = ("camera_id", "created_at")
    statement = insert(access).values(**values)
    connection.execute(
        statement.on_duplicate_key_update(**{name: value for name, value in values.items() if name not in kept})
    )
    config.bump(connection, CAMERAS)


def remove(connection: Connection, camera_id: str) -> bool:
    """Forgets how it is reached, and how tries have ended; False when nothing was known."""
    gone = connection.execute(delete(access).where(access.c.camera_id == camera_id)).rowcount == 1
    if gone:
        config.bump(connection, CAMERAS)
    return gone


def _access(row: Row[Any]) -> Access:
    return Access(**row._mapping)
