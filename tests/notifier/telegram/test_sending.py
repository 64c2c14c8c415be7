"""Deliveries on their way through Telegram: what the sender makes of its answers."""

from typing import Any

import pytest
from sqlalchemy import Engine, Row, select

from services.core.media import Media
from services.core.settings import Settings
from services.notifier.channels.opening import OPENERS, Opening
from services.notifier.post import Post
from services.notifier.sender import Sender
from services.notifier.telegram.better import Better
from services.notifier.telegram.channel import Line, Telegram
from services.notifier.telegram.wire import Wire
from services.store.alert_tables import attempt, decision, delivery
from services.store.telegram_tables import telegram_message
from tests.notifier.cast import HeldClock, MailServer, Scene, with_mail
from tests.notifier.house import House
from tests.notifier.telegram.double import BLOCKED, TOKEN, TelegramDouble, too_many
from tests.store.telegram_chat import add_channel, add_person

pytestmark = pytest.mark.mariadb
CHAT = "17"


@pytest.fixture
def house(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer, wire: Wire
) -> House:
    """A house where Anna is told by Telegram first, then by e-mail."""
    settings = with_mail(settings, mail_server.port, to=())
    made, media = House(engine, clock, scene, settings), Media(settings.media)
    line, better = Line(wire, clock), Better(engine, clock, media, wire)
    opening = Opening(settings, {**OPENERS, "telegram": lambda _, chat: Telegram(line, chat, better.keep)})
    made.sender = Sender(engine, clock, Post(media, {}, opening.open, "http://house"), "1", made.rung.append)
    with engine.begin() as connection:
        anna = add_person(connection, "Anna")
        add_channel(connection, anna, CHAT)
        add_channel(connection, anna, "anna@example.org", kind="email")
    return made


def messages(house: House) -> list[Row[Any]]:
    with house.engine.begin() as connection:
        return list(connection.execute(select(telegram_message)))


def test_an_alert_goes_through_the_first_channel_and_its_message_is_kept(
    house: House, telegram: TelegramDouble, mail_server: MailServer
) -> None:
    image_id = house.see()
    assert house.send() == 1
    assert (house.only(decision).outcome, len(telegram.chats[CHAT]), mail_server.mails) == ("told", 1, [])
    (kept,) = messages(house)
    assert (kept.delivery_id, kept.image_id) == (house.only(delivery).id, image_id)
    assert kept.caption == telegram.chats[CHAT][0].words


def test_the_sender_leaves_telegram_alone_for_as_long_as_it_wants(house: House, telegram: TelegramDouble) -> None:
    telegram.next_refusals["sendPhoto"] = [too_many(40)]
    house.see()
    house.send()
    house.clock.move(seconds=39)
    house.send()
    assert telegram.calls == ["sendPhoto"]
    house.clock.move(seconds=1)
    house.send()
    assert (house.only(decision).outcome, len(telegram.chats[CHAT])) == ("told", 1)
    assert [row.outcome for row in house.rows(attempt)] == ["passing", "accepted"]


def test_a_blocked_bot_makes_the_next_channel_tell(
    house: House, telegram: TelegramDouble, mail_server: MailServer
) -> None:
    telegram.refusals[CHAT] = BLOCKED
    house.see()
    house.live(3)
    assert (house.only(decision).outcome, len(mail_server.mails)) == ("told", 1)
    assert {row.channel.partition(":")[0]: row.state for row in house.rows(delivery)} == {
        "telegram": "failed",
        "email": "sent",
    }


def test_no_row_holds_the_token_or_the_chat(house: House, telegram: TelegramDouble) -> None:
    telegram.refusals[CHAT] = BLOCKED
    house.see()
    house.send()
    rows = str([house.rows(table) for table in (attempt, delivery, decision)]) + str(messages(house)) + str(house.rung)
    assert TOKEN.split(":")[1] not in rows
    assert f"'{CHAT}'" not in rows
    assert f"telegram:{CHAT}" not in rows
