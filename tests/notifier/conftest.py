import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.settings import Settings
from tests.notifier.cast import HeldClock, MailServer, Scene

with warnings.catch_warnings():
    # Apprise's e-mail module imports `imghdr` for PGP, which we do not use.
    warnings.simplefilter("ignore", DeprecationWarning)
    import services.notifier.channels.email  # noqa: F401


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def scene(settings: Settings, engine: Engine) -> Scene:
    return Scene(settings.media)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer().running() as server:
        yield server


@pytest.fixture
def bare(tmp_path: Path) -> Settings:
    """Settings for what needs no database."""
    return Settings(_env_file=None, data_dir=tmp_path)
