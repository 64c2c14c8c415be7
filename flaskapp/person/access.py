"""Who may change a person: owners everybody, anybody else the person that is their own account's."""

from flask import abort
from flask_login import current_user
from sqlalchemy import Connection

from services.store import person
from services.store.person import Person


def may_change(one: Person) -> bool:
    """Whether who is signed in may."""
    return bool(current_user.owner) or one.user_id == current_user.id


def to_change(connection: Connection, person_id: str) -> Person:
    """The person, held until the transaction ends. Ends the request when there is none that they may change."""
    if not current_user.owner:
        found = person.find(connection, person_id)
        if found is None or not may_change(found):
            abort(403)
    return person.lock(connection, person_id) or abort(404)
