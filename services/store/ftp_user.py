"""Who may send by FTP. Passwords are here as hashes only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from services.store.ftp_tables import ftp_user
from services.store.tables import camera


@dataclass(frozen=True)
class FtpUser:
    """One row of `ftp_user`; `camera_id` None means a shared one, with a folder for each camera."""

    name: str
    password_hash: str
    camera_id: str | None
    enabled: bool
    last_seen_at: datetime | None
    last_sent_at: datetime | None
    created_at: datetime

    def told(self) -> dict[str, str | bool | None]:
        """What the audit and pages may say of it."""
        return {"name": self.name, "camera_id": self.camera_id, "enabled": self.enabled}


def everyone(connection: Connection) -> list[FtpUser]:
    """All of them, by name."""
    return [FtpUser(**row._mapping) for row in connection.execute(select(ftp_user).order_by(ftp_user.c.name))]


def find(connection: Connection, name: str) -> FtpUser | None:
    """One of them, or None."""
    row = connection.execute(select(ftp_user).where(ftp_user.c.name == name)).one_or_none()
    return FtpUser(**row._mapping) if row else None


def of_camera(connection: Connection, camera_id: str) -> FtpUser | None:
    """The one that is this camera's own, or None."""
    row = connection.execute(select(ftp_user).where(ftp_user.c.camera_id == camera_id)).one_or_none()
    return FtpUser(**row._mapping) if row else None


def add(connection: Connection, made: FtpUser) -> None:
    """Adds one. Raises `IntegrityError` when the name is taken or its camera has one."""
    connection.execute(insert(ftp_user).values(**vars(made)))


def change(connection: Connection, name: str, **fields: str | bool) -> None:
    """Changes `password_hash` or `enabled`."""
    connection.execute(update(ftp_user).where(ftp_user.c.name == name).values(**fields))


def remove(connection: Connection, name: str) -> None:
    """Deletes one."""
    connection.execute(delete(ftp_user).where(ftp_user.c.name == name))


def seen(connection: Connection, at: Mapping[str, datetime], sent: Mapping[str, datetime]) -> None:
    """Notes who signed in when, and who sent something."""
    for column, moments in ((ftp_user.c.last_seen_at, at), (ftp_user.c.last_sent_at, sent)):
        for name, moment in moments.items():
            later = func.greatest(func.coalesce(column, moment), moment)
            connection.execute(update(ftp_user).where(ftp_user.c.name == name).values({column: later}))


def sources(connection: Connection) -> dict[str, tuple[str, str]]:
    """The name and the source of each camera, by its id: what folders may be called after."""
    rows = connection.execute(select(camera.c.id, camera.c.name, camera.c.source))
    return {row.id: (row.name, row.source) for row in rows}
