"""Real peers for tests: one MariaDB and one Mosquitto a session, on free loopback ports, ended with it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine, text
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from services.core.settings import Settings
from services.store.engine import connect
from services.store.migrate import migrate
from tests.peers import MariaDb, Mosquitto

CHROMIUM = "/usr/bin/chromium"
BUILTIN_MODES = (
    "('disarmed', 'Disarmed', 1, 1), ('home', 'Home', 2, 1), ('away', 'Away', 3, 1), ('night', 'Night', 4, 1)"
)
# A slow machine is no fault of the code: no claims about time in tests.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")
FIGURE = "figure"
MADE_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-")
Figure = Callable[[str], None]


class ByFile(LoadScopeScheduling):
    """The tests of one file stay together, those of `system` and of `bench` too: they share a port or a stack."""

    def _split_scope(self, nodeid: str) -> str:
        return _together(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Ours: xdist's `loadgroup` does nothing with pytest 9.2, as it renames the tests and the name has no effect."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The system tests first: they take longest, one after the other, and end when the others do."""
    items.sort(key=lambda item: _together(item.nodeid) != "system")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """An id that was made for a test is no name for it: each worker makes others, and must find the same tests."""
    return argname if isinstance(val, str) and MADE_ID.search(val) else None


def _together(nodeid: str) -> str:
    path = nodeid.split("::", 1)[0]
    folder = Path(path).parts[1]
    return folder if folder in ("bench", "system") else path


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Notes a figure to be shown at the end of the run."""
    return lambda text: request.node.user_properties.append((FIGURE, f"{request.node.name}: {text}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows the figures that tests noted."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            if name == FIGURE:
                terminalreporter.write_line(str(value))


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    """A real MariaDB server with an empty `hearthwatch` database."""
    with MariaDb(tmp_path_factory.mktemp("mariadb")) as server:
        yield server


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """A real Mosquitto broker without passwords."""
    with Mosquitto(tmp_path_factory.mktemp("mosquitto")) as broker:
        yield broker


@pytest.fixture(scope="session")
def migrated(mariadb: MariaDb) -> MariaDb:
    """The session's MariaDB with all migrations applied."""
    migrate(mariadb.settings())
    return mariadb


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, one for the session: Playwright runs once in a thread. Ask it for a fresh context."""
    with sync_playwright() as player:
        options = ["--no-sandbox", "--headless", "--disable-background-networking"]
        browser = player.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


@pytest.fixture
def settings(migrated: MariaDb, tmp_path: Path) -> Settings:
    """Settings with the session's MariaDB and a data folder of the test's own."""
    return migrated.settings(data_dir=tmp_path)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine on a migrated database without rows."""
    made = connect(settings)
    yield made
    empty(made)
    made.dispose()


def empty(engine: Engine) -> None:
    """Deletes every row but those that each house begins with."""
    with engine.begin() as connection:
        connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
        for table in connection.scalars(text("SHOW TABLES")).all():
            if not table.startswith(("_yoyo", "yoyo", "config_version")):
                connection.execute(text(f"DELETE FROM `{table}`"))
        connection.execute(text("UPDATE config_version SET version = 1"))
        connection.execute(text("REPLACE INTO mode (id, name, position, builtin) VALUES " + BUILTIN_MODES))
        connection.execute(text("SET FOREIGN_KEY_CHECKS = 1"))
