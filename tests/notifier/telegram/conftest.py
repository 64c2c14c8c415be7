import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.core.settings import Settings
from services.notifier.telegram.wire import Wire
from tests.notifier.telegram.double import TOKEN, TelegramDouble


@pytest.fixture(autouse=True)
def no_loop_of_others() -> Iterator[None]:
    """Playwright leaves its loop marked as running in the thread of the tests, once a test has used it."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)


@pytest.fixture
def telegram() -> Iterator[TelegramDouble]:
    with TelegramDouble().running() as double:
        yield double


def with_bot(settings: Settings, double: TelegramDouble, token: str = TOKEN) -> Settings:
    """The settings with a bot of the double's."""
    return settings.model_copy(update={"telegram_token": SecretStr(token), "telegram_url": double.url})


@pytest.fixture
def wire(tmp_path: Path, telegram: TelegramDouble) -> Iterator[Wire]:
    """A way to the double that waits a second at most."""
    made = Wire(with_bot(Settings(_env_file=None, data_dir=tmp_path), telegram), timeout_s=1)
    yield made
    made.close()
