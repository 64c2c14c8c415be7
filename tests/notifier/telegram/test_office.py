"""The notifier as a process of its own that tells by Telegram, before a double of it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select

from services.core.clock import SystemClock
from services.core.health import Health
from services.core.settings import Settings
from services.notifier.telegram.office import configured, open_office
from services.store.alert_tables import decision
from services.store.mode_tables import mode_change
from services.store.telegram_tables import telegram_message
from tests.notifier.cast import Scene
from tests.notifier.telegram.double import BROKEN, TOKEN, TelegramDouble
from tests.notifier.test_main import Stage
from tests.peers import Mosquitto, wait_until
from tests.store.telegram_chat import add_channel, add_person, add_sighting, belong

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CHAT = "17"


@pytest.fixture
def stage(settings: Settings, engine: Engine, scene: Scene, mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Stage]:
    with engine.begin() as connection:
        add_channel(connection, add_person(connection, "Anna"), CHAT)
    with Stage(settings.model_copy(update={"mqtt_port": mosquitto.port}), engine, scene, tmp_path) as made:
        yield made


def keys(telegram: TelegramDouble) -> dict[str, str]:
    return {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_URL": telegram.url, "ALERT_EMAIL_TO": "", "LOG_LEVEL": "debug"}


def start(stage: Stage, telegram: TelegramDouble, **more: str) -> Any:
    return stage.start(0, **keys(telegram) | more)


def test_an_alert_reaches_a_persons_chat_and_its_message_is_kept(stage: Stage, telegram: TelegramDouble) -> None:
    start(stage, telegram)
    image_id = stage.see()
    wait_until(lambda: stage.column(decision.c.outcome) == ["told"], f"the alert; see {stage.folder}/log")
    (shown,) = telegram.chats[CHAT]
    assert shown.words.startswith("Person at Front Door (")
    assert shown.picture
    assert stage.column(telegram_message.c.image_id) == [image_id]


def test_the_message_gets_a_better_picture(stage: Stage, telegram: TelegramDouble) -> None:
    start(stage, telegram)
    stage.see()
    wait_until(lambda: stage.column(telegram_message.c.edits) == [0], f"the message; see {stage.folder}/log")
    with stage.engine.begin() as connection:
        shown = connection.execute(select(telegram_message.c.image_id)).scalar_one()
        best = Scene(stage.scene.media).picture(connection, datetime.now(UTC))
        thing = add_sighting(connection, "person", best, 0.99)
        for image_id, score in ((shown, 0.87), (best, 0.99)):
            belong(connection, image_id, "person", thing, score)
    wait_until(lambda: telegram.chats[CHAT][0].edits == 1, f"the better picture; see {stage.folder}/log")
    assert stage.column(telegram_message.c.image_id) == [best]


def test_a_person_sets_the_mode_and_the_token_is_nowhere(stage: Stage, telegram: TelegramDouble) -> None:
    telegram.next_refusals["getUpdates"] = [BROKEN]
    process = start(stage, telegram)
    telegram.write(CHAT, "/arm")
    wait_until(lambda: "telegram_answered" in stage.log(), f"the answer; see {stage.folder}/log")
    assert len(telegram.words(CHAT)) == 1
    assert stage.column(mode_change.c.set_by) == ["Anna (Telegram)"]
    process.terminate()
    assert process.wait(20) == 0, "a long poll does not hold the end up"
    said = stage.log()
    assert TOKEN not in said
    assert TOKEN.split(":")[1] not in said


def test_a_second_notifier_leaves_the_bot_alone_until_the_first_is_killed(
    stage: Stage, telegram: TelegramDouble
) -> None:
    first = start(stage, telegram)
    stage.stand_by(0, "2", **keys(telegram))
    written = telegram.write(CHAT, "/arm")
    telegram.wait_for(lambda: telegram.confirmed == written, "the bot to have done it")
    assert (len(telegram.words(CHAT)), telegram.terminated) == (1, 0), "two that ask throw each other out"
    first.kill()
    first.wait(20)
    telegram.write(CHAT, "/disarm")
    wait_until(lambda: len(telegram.words(CHAT)) == 2, f"the second's answer; see {stage.folder}/log", 60)
    assert stage.column(mode_change.c.set_by) == ["Anna (Telegram)"] * 2


def test_there_is_no_bot_without_a_token(bare: Settings) -> None:
    assert not configured(bare)
    assert not configured(bare.model_copy(update={"telegram_token": SecretStr("")})), "an empty file of compose"
    assert configured(bare.model_copy(update={"telegram_token": SecretStr(TOKEN)}))


def test_the_library_is_not_loaded_without_a_bot() -> None:
    check = "import sys, services.notifier.__main__; sys.exit('telegram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_a_closed_office_opens_no_channel_and_ends_at_once(bare: Settings, engine: Engine) -> None:
    office = open_office(bare, engine, SystemClock(), UTC, lambda message: None)
    office.start(threading.Event(), Health(SystemClock()))
    office.stop()
    assert (office.openers, office.counts()) == ({}, {})
