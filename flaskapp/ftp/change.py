"""Changes of FTP users, each with who made it; the caller's transaction holds both. Passwords are shown once."""

from dataclasses import replace

from sqlalchemy import Connection

from flaskapp.gallery import gallery
from flaskapp.guard import Person
from services.core import machine_password
from services.core.ids import numbered, slug
from services.store import audit, camera, ftp_user
from services.store.audit import Change
from services.store.ftp_user import FtpUser

NOUN = "ftp"
SHARED_NAME = "cameras"


def add(connection: Connection, by: Person, camera_id: str | None) -> tuple[FtpUser, str]:
    """A new user and its password. `camera_id` None: a shared one.

    Raises `IntegrityError` when the camera has one, or there is no such camera.
    """
    password, now = machine_password.new_password(), gallery().now()
    name = _free_name(connection, camera_id or SHARED_NAME)
    made = FtpUser(name, machine_password.hashed(password), camera_id, True, None, None, now)
    ftp_user.add(connection, made)
    _write(connection, by, "ftp_user.add", None, made)
    return made, password


def new_camera(connection: Connection, name: str) -> str:
    """The id of a camera that is to send under this name; it has a row before its first picture then."""
    return camera.register(connection, name, gallery().now())


def give_password(connection: Connection, by: Person, found: FtpUser) -> str:
    """Another password; the one before is good for nothing any more."""
    password = machine_password.new_password()
    ftp_user.change(connection, found.name, password_hash=machine_password.hashed(password))
    _write(connection, by, "ftp_user.password", None, found)
    return password


def switch(connection: Connection, by: Person, found: FtpUser, enabled: bool) -> None:
    """Lets somebody send, or no more."""
    ftp_user.change(connection, found.name, enabled=enabled)
    _write(connection, by, "ftp_user.change", found, replace(found, enabled=enabled))


def remove(connection: Connection, by: Person, found: FtpUser) -> None:
    """Deletes a user; what it sent stays."""
    ftp_user.remove(connection, found.name)
    _write(connection, by, "ftp_user.delete", found, None)


def _free_name(connection: Connection, wanted: str) -> str:
    taken = {one.name for one in ftp_user.everyone(connection)}
    base = slug(wanted)
    names = (base if number == 1 else numbered(base, number) for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _write(connection: Connection, by: Person, action: str, before: FtpUser | None, after: FtpUser | None) -> None:
    told = [None if one is None else one.told() for one in (before, after)]
    name = next(one.name for one in (before, after) if one is not None)
    audit.write(connection, gallery().now(), by.id, Change(action, name, *told))
