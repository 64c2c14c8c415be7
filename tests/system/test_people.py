"""People on a stack of their own: told at once with the picture, told later for their quiet hours, and why."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bench.footage import Footage
from bench.mailbox import Mailbox
from bench.own_stack import free_offset, wait_until
from services.core.ids import new_id
from services.store import channel, person
from services.store.channel import Channel
from services.store.person import Person
from tests.notifier.telegram.double import TOKEN, TelegramDouble
from tests.system.conftest import OFFSETS
from tests.system.stack_under_test import StackUnderTest
from tests.system.visitor import Visitor

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
CHAT = "17"
SOON_S = 60
ALMOST_ALWAYS = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "23:59"}]
TELLINGS = """
SELECT telling.name, telling.outcome, JSON_UNQUOTE(telling.reasons) AS reasons, telling.due_at
FROM telling JOIN decision ON decision.id = telling.decision_id
WHERE decision.rule = 'alert-labels' ORDER BY telling.name
"""


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramDouble]:
    with TelegramDouble().running() as made:
        yield made


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    """Where the mails of this stack alone go."""
    with Mailbox() as made:
        yield made


@pytest.fixture(scope="module")
def house(mailbox: Mailbox, footage: Footage, telegram: TelegramDouble) -> Iterator[StackUnderTest]:
    """A stack with a bot, in which Anna, Ben and Carl are told."""
    bot = {"telegram_token": TOKEN, "telegram_url": telegram.url}
    made = StackUnderTest(free_offset(*OFFSETS), mailbox, footage, **bot)
    try:
        done = made.start()
        assert done.returncode == 0, done.stdout
        made.introduce(["Porch"])
        enter(made, "Anna", [("telegram", CHAT)])
        enter(made, "Ben", [("email", "ben@example.org")], quiet=ALMOST_ALWAYS)
        enter(made, "Carl", [("email", "carl@example.org")])
        wait_until(lambda: len(made.retained("config/people")["people"]) == 3, "flows to know the people", SOON_S)
        yield made
    finally:
        made.stop()
        made.remove()


def enter(stack: StackUnderTest, name: str, ways: list[tuple[str, str]], **more: Any) -> None:
    values: dict[str, Any] = dict.fromkeys(
        ("user_id", "cameras", "labels", "zones", "modes", "per_hour", "muted_until")
    )
    values |= {"enabled": True, "happenings": ["rule_alert"], "quiet": [], "breaks_through": []}
    now = datetime.now(UTC)
    made = Person(id=new_id(), name=name, created_at=now, **values | more)
    with stack.engine.begin() as connection:
        person.add(connection, made)
        for place, (kind, address) in enumerate(ways):
            channel.add(connection, Channel(new_id(), made.id, place, kind, address, "…", True, None, None, now))


def outcomes(stack: StackUnderTest) -> dict[str, str]:
    return {row.name: row.outcome for row in stack.rows(TELLINGS)}


def recipients(mailbox: Mailbox) -> set[str]:
    return {str(mail.message["To"]) for mail in mailbox.mails()}


def test_an_arrival_reaches_each_person_in_their_way_or_says_why_not(
    house: StackUnderTest, mailbox: Mailbox, telegram: TelegramDouble
) -> None:
    house.clear()
    assert house.send("Porch").reply == b"OK"
    wait_until(lambda: outcomes(house) == {"Anna": "told", "Ben": "later", "Carl": "told"}, "the tellings", SOON_S)
    (shown,) = telegram.chats[CHAT]
    assert shown.picture is not None
    assert "Porch" in shown.words
    assert any("carl@example.org" in one for one in recipients(mailbox))
    assert not any("ben@example.org" in one for one in recipients(mailbox))
    ben = next(row for row in house.rows(TELLINGS) if row.name == "Ben")
    assert "quiet hours" in ben.reasons
    assert ben.due_at is not None
    with Visitor(f"http://127.0.0.1:{house.ports.gallery}") as owner:
        owner.sign_up(house.owner_link)
        page = owner.get("/alerts").text
        assert "quiet hours" in page
        assert all(name in page for name in ("Anna", "Ben", "Carl"))
        assert owner.get("/people").status_code == 200


def test_what_was_kept_back_comes_in_one_summary_when_it_is_due(house: StackUnderTest, mailbox: Mailbox) -> None:
    with house.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE telling SET due_at = UTC_TIMESTAMP(6) WHERE outcome = 'later'")
    wait_until(lambda: outcomes(house)["Ben"] == "in_summary", "the summary", SOON_S)
    wait_until(lambda: any("ben@example.org" in one for one in recipients(mailbox)), "Ben's mail", SOON_S)
    assert sum("ben@example.org" in str(mail.message["To"]) for mail in mailbox.mails()) == 1


def test_the_bot_arms_the_house_for_whom_it_knows_and_for_nobody_else(
    house: StackUnderTest, telegram: TelegramDouble
) -> None:
    telegram.write("4242", "/disarm")
    telegram.write(CHAT, "/arm")
    wait_until(lambda: house.retained("mode/state")["mode_id"] == "away", "the house to be armed", SOON_S)
    wait_until(lambda: any("Away" in one.words for one in telegram.chats[CHAT]), "the answer", SOON_S)
    wait_until(lambda: any("somebody else" in one.words for one in telegram.chats["4242"]), "the refusal", SOON_S)
