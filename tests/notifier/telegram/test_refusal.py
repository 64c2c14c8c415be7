from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from services.notifier.telegram.refusal import BLOCKED, MOVED, SAID_MAX, TWO_LISTEN, UNKNOWN_BOT, answer_to
from services.store.delivery import ERROR_MAX

TOKEN = "4711:AA-secret"


@pytest.mark.parametrize("error", [NetworkError("Internal Server Error"), TimedOut(), TelegramError("odd")])
def test_what_may_be_better_next_time_passes(error: TelegramError) -> None:
    assert answer_to(error, TOKEN).outcome == "passing"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), BLOCKED),
        (BadRequest("Bad Request: chat not found"), "hat not found"),
        (InvalidToken("Unauthorized"), UNKNOWN_BOT),
        (ChatMigrated(-100123), MOVED),
    ],
)
def test_what_another_try_cannot_change_is_for_good_and_says_what_to_do(error: TelegramError, said: str) -> None:
    answer = answer_to(error, TOKEN)
    assert answer.outcome == "permanent"
    assert said in (answer.error or "")


def test_a_pause_that_telegram_wants_is_handed_on() -> None:
    answer = answer_to(RetryAfter(37), TOKEN)
    assert (answer.outcome, answer.again_after) == ("passing", timedelta(seconds=37))


def test_an_error_is_one_short_line_without_the_token() -> None:
    answer = answer_to(NetworkError(f"cannot reach\nhttps://example.org/bot{TOKEN}/getMe {'x' * 999}"), TOKEN)
    assert answer.error
    assert answer.error.startswith("cannot reach https://example.org/bot***/getMe")
    assert len(answer.error) == SAID_MAX


@pytest.mark.parametrize(
    ("error", "hint"), [(Forbidden("x" * 999), BLOCKED), (Conflict("x" * 999), TWO_LISTEN), (RetryAfter(9), "a pause")]
)
def test_what_to_do_is_said_also_where_telegram_says_much(error: TelegramError, hint: str) -> None:
    said = answer_to(error, TOKEN).error
    assert said
    assert hint in said
    assert len(said) <= ERROR_MAX


def test_a_new_group_is_not_named_since_that_is_an_address() -> None:
    assert "100123" not in (answer_to(ChatMigrated(-100123), TOKEN).error or "")


def test_two_that_listen_with_one_token_are_told_so() -> None:
    assert TWO_LISTEN in (answer_to(Conflict("Conflict: terminated by other getUpdates request"), TOKEN).error or "")
