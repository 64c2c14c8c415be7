"""The watchdog outside is a web server of the test's own."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from services.core.settings import SettingError, Settings, load
from services.keeper.watchdog import NotTaken, Pinger, Watchdog, fail_url, open_watchdog
from tests.notifier.web_double import WebDouble
from tests.peers import free_port, wait_until
from tests.pictures import HeldClock
from tests.processes import process

KEY = "2f1f8c5e-secret"


@pytest.fixture
def double() -> Iterator[WebDouble]:
    with WebDouble(says=b"OK").running() as running:
        yield running


class Watch:
    """A watchdog that looks every five seconds; `wrong` is what is wrong now."""

    def __init__(self, double: WebDouble, clock: HeldClock) -> None:
        self.wrong: list[str] = []
        self._double, self._clock = double, clock
        self._dog = Watchdog(lambda: self.wrong, Pinger(f"http://127.0.0.1:{double.port}/{KEY}"), clock)

    def lives(self, seconds: int) -> list[tuple[str, str, str]]:
        """What was asked in that time: method, path, body."""
        before = len(self._double.asked)
        for _ in range(0, seconds, 5):
            self._dog.look()
            self._clock.pass_by(5)
        return [(one.method, one.path, one.body.decode()) for one in self._double.asked[before:]]


@pytest.fixture
def watch(double: WebDouble, clock: HeldClock) -> Watch:
    return Watch(double, clock)


WELL = ("GET", f"/{KEY}", "")


def fail(*wrong: str) -> tuple[str, str, str]:
    return ("POST", f"/{KEY}/fail", "\n".join(wrong))


def test_it_pings_every_minute_while_all_is_well(watch: Watch) -> None:
    assert watch.lives(180) == [WELL] * 3


def test_what_is_wrong_for_a_minute_is_told_with_its_reason_until_it_is_over(watch: Watch) -> None:
    watch.lives(60)
    watch.wrong = ["notifier is not running"]
    assert watch.lives(60) == []
    assert watch.lives(120) == [fail("notifier is not running")] * 2
    watch.wrong = []
    assert watch.lives(60) == [WELL]


def test_what_is_over_within_a_minute_is_not_told(watch: Watch) -> None:
    watch.lives(5)
    watch.wrong = ["scribe is not running"]
    assert watch.lives(55) == []
    watch.wrong = []
    assert watch.lives(5) == [WELL]


def test_it_names_all_that_has_lasted_and_nothing_that_has_not(watch: Watch) -> None:
    watch.wrong = ["a is not running"]
    watch.lives(30)
    watch.wrong = ["a is not running", "b is not running"]
    assert watch.lives(95) == [fail("a is not running"), fail("a is not running", "b is not running")]


def test_a_ping_that_is_not_taken_is_tried_again_soon(watch: Watch, double: WebDouble) -> None:
    double.answers = [(503, {}), (0, {}), (404, {})]
    assert watch.lives(60) == [WELL] * 4
    assert watch.lives(45) == [], "the fourth was taken, and the next one is due a minute later"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((404, {}), "it answered with status 404"),
        ((500, {}), "it answered with status 500"),
        ((302, {"Location": "http://127.0.0.1:9/elsewhere"}), "it answered with status 302"),
        ((0, {}), r"it cannot be reached \(ConnectionError\)"),
    ],
)
def test_why_a_ping_was_not_taken_is_said_without_its_address(
    double: WebDouble, answer: tuple[int, dict[str, str]], why: str
) -> None:
    double.answers = [answer]
    ping = Pinger(f"http://127.0.0.1:{double.port}/{KEY}")
    with pytest.raises(NotTaken, match=f"^{why}$") as raised:
        ping([])
    assert raised.value.__cause__ is None
    assert KEY not in repr(ping)


def test_a_watchdog_that_is_not_there_is_no_mistake(clock: HeldClock) -> None:
    gone = WebDouble(port=free_port())
    assert Watch(gone, clock).lives(60) == []


@pytest.mark.parametrize(
    ("url", "failing"),
    [
        ("https://watch.example/key", "https://watch.example/key/fail"),
        ("https://watch.example/ping/key/?a=b", "https://watch.example/ping/key/fail?a=b"),
    ],
)
def test_a_failure_goes_to_the_same_address_with_fail_behind_its_path(url: str, failing: str) -> None:
    assert fail_url(url) == failing


def test_there_is_none_without_its_address(settings: Settings, clock: HeldClock) -> None:
    assert open_watchdog(settings, list, clock) is None
    with_one = settings.model_copy(update={"watchdog_url": SecretStr("https://watch.example/key")})
    assert open_watchdog(with_one, list, clock) is not None


@pytest.mark.parametrize("url", ["watch.example/key", "ftp://watch.example/secret", "https://"])
def test_what_is_no_address_is_a_mistake_that_does_not_repeat_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTHWATCH_WATCHDOG_URL", url)
    with pytest.raises(SettingError) as raised:
        load()
    assert "HEARTHWATCH_WATCHDOG_URL: Value error, an address such as https://hc-ping.com/key" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_an_empty_one_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTHWATCH_WATCHDOG_URL", "")
    assert load().watchdog_url is None


@pytest.mark.mariadb
@pytest.mark.mosquitto
def test_the_keeper_pings_by_itself_and_its_log_does_not_hold_the_address(
    engine: Engine, house: Settings, double: WebDouble
) -> None:
    url = f"http://127.0.0.1:{double.port}/{KEY}"
    double.answers = [(500, {})]
    with process(house, "services.keeper", HEARTHWATCH_WATCHDOG_URL=url, HEARTHWATCH_LOG_LEVEL="debug"):
        log = house.data_dir / "log"
        wait_until(lambda: "watchdog_not_reached" in log.read_text(), "the first ping", 60)
        wait_until(lambda: '"watchdog_told"' in log.read_text(), "the second one", 60)
    assert [(one.method, one.path) for one in double.asked] == [("GET", f"/{KEY}")] * 2
    assert KEY not in log.read_text()
