"""Versions of what retained config topics carry: raised in the transaction of each change."""

from sqlalchemy import Connection, select, update

from services.store.tables import config_version


def bump(connection: Connection, noun: str) -> None:
    """Says that what `config/<noun>` carries has changed."""
    connection.execute(
        update(config_version).where(config_version.c.noun == noun).values(version=config_version.c.version + 1)
    )


def version(connection: Connection, noun: str) -> int:
    """The present version. Raises `NoResultFound` for a noun without a config topic."""
    return int(connection.execute(select(config_version.c.version).where(config_version.c.noun == noun)).scalar_one())
