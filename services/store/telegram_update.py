"""What people wrote to the bot: who may, what was carried out, and what is still to be answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from services.store.account_tables import user
from services.store.person_tables import channel, person
from services.store.telegram_tables import telegram_update


@dataclass(frozen=True)
class Update:
    """What somebody wrote: Telegram's number of it, and the bot that it was written to."""

    bot_id: int
    update_id: int


@dataclass(frozen=True)
class Asker:
    """The person whose chat it was written in; `user_id` is their account, and `role` its role, if they have one."""

    id: str
    name: str
    user_id: str | None
    role: str | None = None

    @property
    def may_change(self) -> bool:
        """Whether they may change the house: not with an account that may not. Without one an owner entered them."""
        return self.user_id is None or self.role == "owner"


@dataclass(frozen=True)
class Done:
    """What was carried out: the answer, and the ids of the pictures that go with it."""

    answer: str
    images: Sequence[str]
    answered: bool


def asker(connection: Connection, chat: str) -> Asker | None:
    """The person whose address is this chat, None for a stranger.

    Of several who share a chat it is the first by name who may change the house, if there is one: a viewer who enters
    an owner's chat takes nothing from them.
    """
    may_not = func.coalesce(user.c.role, "owner") != "owner"
    query = (
        select(person.c.id, person.c.name, person.c.user_id, user.c.role)
        .join(channel, channel.c.person_id == person.c.id)
        .outerjoin(user, user.c.id == person.c.user_id)
        .where(channel.c.kind == "telegram", channel.c.address == chat, channel.c.enabled, person.c.enabled)
        .order_by(may_not, person.c.name)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return Asker(**row._mapping) if row else None


def done(connection: Connection, one: Update) -> Done | None:
    """What has come of it; None when it has not been carried out yet."""
    table = telegram_update.c
    row = connection.execute(select(table.answer, table.images, table.answered_at).where(*_is(one))).one_or_none()
    return Done(row.answer, row.images, row.answered_at is not None) if row else None


def write(connection: Connection, one: Update, person_id: str, what: Done, at: datetime) -> None:
    """It is carried out, in this transaction. Raises `IntegrityError` when another notifier was first."""
    values = {"person_id": person_id, "answer": what.answer, "images": list(what.images), "done_at": at}
    answered_at = at if what.answered else None
    connection.execute(insert(telegram_update).values(**vars(one), **values, answered_at=answered_at))


def answered(connection: Connection, one: Update, at: datetime) -> None:
    """Telegram has taken the answer, or will never take it."""
    connection.execute(update(telegram_update).where(*_is(one)).values(answered_at=at))


def forget(connection: Connection, before: datetime) -> int:
    """Deletes what was carried out before then: Telegram keeps what is written for a day. How many there were."""
    return connection.execute(delete(telegram_update).where(telegram_update.c.done_at < before)).rowcount


def _is(one: Update) -> tuple[ColumnElement[bool], ...]:
    return (telegram_update.c.bot_id == one.bot_id, telegram_update.c.update_id == one.update_id)
