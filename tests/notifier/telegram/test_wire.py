import logging
import threading

import pytest
from telegram.error import InvalidToken, NetworkError, TimedOut

from services.core.settings import SettingError, Settings
from services.notifier.telegram import calls
from services.notifier.telegram.wire import Wire
from tests.notifier.cast import silent_server
from tests.notifier.telegram.conftest import with_bot
from tests.notifier.telegram.double import HANG_UP, Refusal, TelegramDouble


@pytest.mark.parametrize("token", ["AA-no-number", "4711", "4711:", "four:AA"])
def test_what_is_no_token_is_refused_at_the_start_without_being_shown(
    bare: Settings, telegram: TelegramDouble, token: str
) -> None:
    with pytest.raises(SettingError, match="HEARTHWATCH_TELEGRAM_TOKEN") as error:
        Wire(with_bot(bare, telegram, token))
    assert token not in str(error.value).replace("123456:ABC-DEF…", "")


def test_one_connection_after_another_works_in_one_loop(wire: Wire, telegram: TelegramDouble) -> None:
    assert [wire.ask(calls.text("17", "one")), wire.ask(calls.text("17", "two"))] == [1, 2]
    assert telegram.words("17") == ["one", "two"]


def test_a_wire_works_in_another_thread_than_it_was_made_in(wire: Wire, telegram: TelegramDouble) -> None:
    other = threading.Thread(target=lambda: wire.ask(calls.text("17", "from there")))
    other.start()
    other.join()
    assert telegram.words("17") == ["from there"]


def test_a_server_that_hangs_up_is_a_network_error(wire: Wire, telegram: TelegramDouble) -> None:
    telegram.next_refusals["sendMessage"] = [HANG_UP]
    with pytest.raises(NetworkError):
        wire.ask(calls.text("17", "hello"))


def test_an_answer_that_is_not_telegrams_is_a_network_error(wire: Wire, telegram: TelegramDouble) -> None:
    telegram.next_refusals["sendMessage"] = [Refusal(200, "no result is in here"), Refusal(302, "log in first")]
    for _ in range(2):
        with pytest.raises(NetworkError):
            wire.ask(calls.text("17", "hello"))


def test_a_silent_server_is_not_waited_for_for_ever(bare: Settings, telegram: TelegramDouble) -> None:
    with silent_server() as (port, _):
        settings = with_bot(bare, telegram).model_copy(update={"telegram_url": f"http://127.0.0.1:{port}"})
        wire = Wire(settings, timeout_s=0.2)
        with pytest.raises(TimedOut):
            wire.ask(calls.text("17", "hello"))
        wire.close()


def test_somebody_may_hang_up_on_what_is_waited_for(bare: Settings, telegram: TelegramDouble) -> None:
    with silent_server() as (port, connected):
        settings = with_bot(bare, telegram).model_copy(update={"telegram_url": f"http://127.0.0.1:{port}"})
        wire = Wire(settings, timeout_s=60)

        def hang_up() -> None:
            connected.wait(30)
            wire.hang_up()

        other = threading.Thread(target=hang_up)
        other.start()
        with pytest.raises(TimedOut, match="hung up"):
            wire.poll(calls.updates(0, 60))
        other.join()
        with pytest.raises(TimedOut, match="hung up"):
            wire.poll(calls.updates(0, 60))
        wire.close()


def test_what_is_being_sent_is_sent_also_when_somebody_hangs_up(wire: Wire, telegram: TelegramDouble) -> None:
    wire.hang_up()
    wire.ask(calls.text("17", "goodbye"))
    assert telegram.words("17") == ["goodbye"]


def test_neither_log_nor_error_holds_the_token(
    bare: Settings, telegram: TelegramDouble, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "4711:AA-not-the-token"
    made = Wire(with_bot(bare, telegram, wrong), timeout_s=1)
    with caplog.at_level(logging.DEBUG), pytest.raises(InvalidToken) as error:
        made.ask(calls.text("17", "hello"))
    made.close()
    right = Wire(with_bot(bare, telegram), timeout_s=1)
    telegram.next_refusals["sendMessage"] = [HANG_UP]
    with caplog.at_level(logging.DEBUG), pytest.raises(NetworkError) as lost:
        right.ask(calls.text("17", "hello"))
    right.ask(calls.text("17", "hello"))
    right.close()
    assert "AA-" not in caplog.text + str(error.value) + str(lost.value)
