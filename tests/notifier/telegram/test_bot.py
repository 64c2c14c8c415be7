"""The bot with a real database, before a double of Telegram."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta

import pytest
from sqlalchemy import Engine, func, select, update

from services.core.media import Media
from services.core.settings import Settings
from services.notifier.telegram import bot as bot_module
from services.notifier.telegram.bot import MOST_TRIES, PAUSES_S, Bot
from services.notifier.telegram.desk import Desk
from services.notifier.telegram.wire import Wire
from services.store import mode
from services.store.engine import connect
from services.store.mode_tables import mode_change
from services.store.person_tables import channel
from services.store.telegram_tables import telegram_update
from tests.notifier.cast import NOON, HeldClock, Scene
from tests.notifier.telegram.conftest import with_bot
from tests.notifier.telegram.double import BLOCKED, BROKEN, CONFLICT, HANG_UP, TelegramDouble, too_many
from tests.peers import wait_until
from tests.store.telegram_chat import add_channel, add_person

pytestmark = pytest.mark.mariadb
CHAT = "17"
GO_ON = threading.Event()
AT = NOON.timestamp()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A round ends at once when nobody has written; how long it waits is Telegram's part."""
    monkeypatch.setattr(bot_module, "POLL_S", 0)


class Stage:
    """Starts bots and looks at what they have done; Anna's chat is 17."""

    def __init__(self, settings: Settings, engine: Engine, clock: HeldClock) -> None:
        self.settings, self.engine, self.clock = settings, engine, clock
        self.beats = 0
        with engine.begin() as connection:
            self.anna = add_person(connection, "Anna")
            add_channel(connection, self.anna, CHAT)

    @contextmanager
    def bot(self) -> Iterator[Bot]:
        wire = Wire(self.settings, timeout_s=5)
        desk = Desk(self.engine, self.clock, UTC, lambda message: None)
        yield Bot(self.engine, self.clock, Media(self.settings.media), wire, desk)
        wire.close()

    def round(self, bot: Bot) -> float:
        return bot.round(GO_ON, self.beat)

    def beat(self) -> None:
        self.beats += 1

    def mode(self) -> str:
        with self.engine.begin() as connection:
            return mode.current(connection).mode_id

    def changes(self) -> int:
        with self.engine.begin() as connection:
            return connection.scalar(select(func.count()).select_from(mode_change)) or 0


@pytest.fixture
def stage(settings: Settings, engine: Engine, clock: HeldClock, telegram: TelegramDouble) -> Stage:
    return Stage(with_bot(settings, telegram), engine, clock)


@pytest.fixture
def bot(stage: Stage) -> Iterator[Bot]:
    with stage.bot() as made:
        yield made


def test_a_command_is_carried_out_answered_and_confirmed(stage: Stage, bot: Bot, telegram: TelegramDouble) -> None:
    telegram.write(CHAT, "/arm", AT)
    assert stage.round(bot) == 0
    assert (stage.mode(), telegram.words(CHAT)) == ("away", ["The house is set to Away. Before, it was Disarmed."])
    assert telegram.confirmed == 0, "only the next question confirms it"
    stage.round(bot)
    assert telegram.confirmed == 1


def test_commands_are_carried_out_in_their_order(stage: Stage, bot: Bot, telegram: TelegramDouble) -> None:
    for text in ("/arm", "/mode night", "/disarm"):
        telegram.write(CHAT, text, AT)
    stage.round(bot)
    assert (stage.mode(), stage.changes(), len(telegram.words(CHAT))) == ("disarmed", 3, 3)


def test_a_stranger_is_told_their_chat_id_and_nothing_else(stage: Stage, bot: Bot, telegram: TelegramDouble) -> None:
    for _ in range(3):
        telegram.write("99", "/disarm", AT)
    telegram.write("99", "/report", AT)
    stage.round(bot)
    assert telegram.words("99") == ["This bot belongs to somebody else. Your chat id is 99."]
    assert stage.changes() == 0


def test_somebody_whose_channel_was_switched_off_is_a_stranger(
    stage: Stage, bot: Bot, telegram: TelegramDouble
) -> None:
    with stage.engine.begin() as connection:
        connection.execute(update(channel).values(enabled=False))
    telegram.write(CHAT, "/arm", AT)
    stage.round(bot)
    assert stage.changes() == 0
    assert "belongs to somebody else" in telegram.words(CHAT)[0]


def test_a_stranger_who_cannot_be_answered_holds_nobody_up(stage: Stage, bot: Bot, telegram: TelegramDouble) -> None:
    telegram.refusals["99"] = BROKEN
    telegram.write("99", "hello", AT)
    telegram.write(CHAT, "/arm", AT)
    assert stage.round(bot) == 0
    assert stage.mode() == "away"


def test_in_a_group_only_commands_of_ours_are_heard(stage: Stage, bot: Bot, telegram: TelegramDouble) -> None:
    with stage.engine.begin() as connection:
        add_channel(connection, stage.anna, "-100")
    for text in ("good morning", "/weather", None):
        telegram.write("-100", text, AT, kind="supergroup")
    stage.round(bot)
    assert telegram.words("-100") == []
    telegram.write("-100", "/arm@house_bot", AT, kind="supergroup")
    stage.round(bot)
    assert stage.mode() == "away"


def test_a_sticker_is_answered_with_the_commands(stage: Stage, bot: Bot, telegram: TelegramDouble) -> None:
    telegram.write(CHAT, None, AT)
    stage.round(bot)
    assert telegram.words(CHAT)[0].startswith("These are the words that I know")


def test_the_newest_picture_comes_as_a_picture_and_several_as_an_album(
    stage: Stage, bot: Bot, telegram: TelegramDouble, scene: Scene
) -> None:
    with stage.engine.begin() as connection:
        scene.picture(connection)
        Scene(scene.media, "Garage").picture(connection, NOON - timedelta(minutes=1))
    telegram.write(CHAT, "/last front", AT)
    telegram.write(CHAT, "/last", AT)
    stage.round(bot)
    assert telegram.calls.count("sendPhoto") == telegram.calls.count("sendMediaGroup") == 1
    one, first, second = telegram.chats[CHAT]
    assert one.words == "Front Door: 12:00:00, 0 s ago"
    assert first.words.splitlines() == ["Front Door: 12:00:00, 0 s ago", "Garage: 11:59:00, 60 s ago"]
    assert one.picture
    assert second.picture


def test_a_bot_killed_before_its_answer_was_taken_has_done_it_once_and_answers(
    stage: Stage, telegram: TelegramDouble
) -> None:
    telegram.write(CHAT, "/arm", AT)
    telegram.next_refusals["sendMessage"] = [BROKEN]
    with stage.bot() as killed:
        assert stage.round(killed) > 0
    with stage.engine.begin() as connection:
        mode.enter(connection, mode.Wish("w", "home", "Ben", "is back"), NOON + timedelta(seconds=1))
    with stage.bot() as second:
        stage.round(second)
    assert telegram.words(CHAT) == ["The house is set to Away. Before, it was Disarmed."]
    assert (stage.mode(), stage.changes()) == ("home", 2)


def test_a_bot_killed_after_its_answer_does_not_answer_again(stage: Stage, telegram: TelegramDouble) -> None:
    telegram.write(CHAT, "/arm", AT)
    with stage.bot() as killed:
        stage.round(killed)
    assert telegram.confirmed == 0
    with stage.bot() as second:
        stage.round(second)
        stage.round(second)
    assert (len(telegram.words(CHAT)), stage.changes(), telegram.confirmed) == (1, 1, 1)


def test_what_is_written_while_no_bot_runs_is_done_when_one_runs(stage: Stage, telegram: TelegramDouble) -> None:
    telegram.write(CHAT, "/arm", AT)
    telegram.write(CHAT, "/mode night", AT)
    with stage.bot() as late:
        stage.round(late)
    assert stage.mode() == "night"


def test_an_answer_that_can_never_be_given_is_given_up(stage: Stage, bot: Bot, telegram: TelegramDouble) -> None:
    telegram.refusals[CHAT] = BLOCKED
    telegram.write(CHAT, "/arm", AT)
    assert stage.round(bot) == 0
    stage.round(bot)
    assert (stage.mode(), telegram.confirmed) == ("away", 1)


def test_an_answer_that_fails_again_and_again_is_given_up_in_the_end(
    stage: Stage, bot: Bot, telegram: TelegramDouble
) -> None:
    telegram.refusals[CHAT] = BROKEN
    telegram.write(CHAT, "/arm", AT)
    pauses = [stage.round(bot) for _ in range(MOST_TRIES)]
    stage.round(bot)
    assert pauses == [*PAUSES_S[: MOST_TRIES - 1], 0]
    assert (stage.changes(), telegram.confirmed) == (1, 1)


@pytest.mark.parametrize("refusal", [BROKEN, HANG_UP, CONFLICT])
def test_with_telegram_away_it_waits_longer_each_time_and_goes_on(
    stage: Stage, bot: Bot, telegram: TelegramDouble, refusal: object
) -> None:
    telegram.next_refusals["getUpdates"] = [refusal] * (len(PAUSES_S) + 2)  # type: ignore[list-item]
    pauses = [stage.round(bot) for _ in range(len(PAUSES_S) + 2)]
    assert pauses == [*PAUSES_S, PAUSES_S[-1], PAUSES_S[-1]]
    stage.clock.move(seconds=100)
    assert bot.silent_s() == 100
    telegram.write(CHAT, "/arm", AT + 100)
    assert stage.round(bot) == 0
    assert (stage.mode(), bot.silent_s()) == ("away", 0)


def test_a_pause_that_telegram_wants_is_kept(stage: Stage, bot: Bot, telegram: TelegramDouble) -> None:
    telegram.next_refusals["getUpdates"] = [too_many(77)]
    assert stage.round(bot) == 77


def test_with_the_database_away_nothing_is_confirmed(stage: Stage, telegram: TelegramDouble) -> None:
    telegram.write(CHAT, "/arm", AT)
    settings = stage.settings
    stage.engine = nowhere = connect(settings.model_copy(update={"db_port": 9}))
    with stage.bot() as lost:
        assert stage.round(lost) == PAUSES_S[0]
        assert stage.round(lost) == PAUSES_S[0]
    nowhere.dispose()
    stage.engine = connect(settings)
    with stage.bot() as found:
        stage.round(found)
    assert stage.mode() == "away"
    stage.engine.dispose()


def test_what_is_a_week_old_is_forgotten(stage: Stage, bot: Bot, telegram: TelegramDouble) -> None:
    telegram.write(CHAT, "/arm", AT)
    stage.round(bot)
    stage.clock.move(days=8)
    telegram.write(CHAT, "/report", AT)
    stage.round(bot)
    with stage.engine.begin() as connection:
        assert connection.scalars(select(telegram_update.c.update_id)).all() == [2]


def test_it_gives_a_sign_of_life_with_each_update(stage: Stage, bot: Bot, telegram: TelegramDouble) -> None:
    for _ in range(4):
        telegram.write(CHAT, "/report", AT)
    stage.round(bot)
    assert stage.beats == 5


def test_a_long_poll_ends_at_once_when_it_is_told_to_stop(
    stage: Stage, telegram: TelegramDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot_module, "POLL_S", 60)
    stopping = threading.Event()
    wire = Wire(stage.settings)
    desk = Desk(stage.engine, stage.clock, UTC, lambda message: None)
    bot = Bot(stage.engine, stage.clock, Media(stage.settings.media), wire, desk)
    thread = threading.Thread(target=bot.run, args=(stopping, stage.beat))
    thread.start()
    telegram.write(CHAT, "/arm", AT)
    wait_until(lambda: telegram.confirmed == 1, "the next question")
    stopping.set()
    wire.hang_up()
    thread.join(20)
    wire.close()
    assert not thread.is_alive()
    assert stage.mode() == "away"
