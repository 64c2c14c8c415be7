import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.notifier.channels.smtp_answer import UNKNOWN, read
from services.store.delivery import ERROR_MAX


@pytest.mark.parametrize(
    ("line", "outcome", "error"),
    [
        ("(421, b'come back later')", "passing", "421 come back later"),
        ("(554, b'no\\r\\nSMTP here', 'a@b')", "permanent", "554 no SMTP here"),
        ("{'a@b.c': (550, b'5.1.1 unknown')}", "permanent", "550 5.1.1 unknown"),
        ("{'a@b.c': (451, b'4.7.1 greylisted')}", "passing", "451 4.7.1 greylisted"),
        ("[Errno 111] Connection refused", "passing", "[Errno 111] Connection refused"),
        ("timed out", "passing", "timed out"),
        ("(1, 2", "passing", "(1, 2"),
        ("{}", "passing", "{}"),
    ],
)
def test_a_code_decides_whether_another_try_is_worth_it(line: str, outcome: str, error: str) -> None:
    answer = read(["Connecting to remote SMTP server...", f"Socket Exception: {line}"])
    assert (answer.outcome, answer.error) == (outcome, error)


@pytest.mark.parametrize(
    ("line", "setting"),
    [
        ("Socket Exception: (535, b'5.7.8 bad')", "HEARTHWATCH_SMTP_PASSWORD"),
        ("Socket Exception: (530, b'Must issue STARTTLS first')", "HEARTHWATCH_SMTP_SECURITY"),
        ("Socket Exception: STARTTLS extension not supported by server.", "HEARTHWATCH_SMTP_SECURITY"),
        ("Socket Exception: SMTP AUTH extension not supported by server.", "HEARTHWATCH_SMTP_USER"),
        ("There are no Email recipients to notify", "HEARTHWATCH_ALERT_EMAIL_TO"),
    ],
)
def test_a_mistake_in_the_settings_is_permanent_and_names_the_setting(line: str, setting: str) -> None:
    answer = read([line])
    assert answer.outcome == "permanent"
    assert setting in (answer.error or "")


def test_a_try_without_any_reason_passes() -> None:
    assert read(["Connecting to remote SMTP server..."]).error == UNKNOWN


@given(some.lists(some.text().map(lambda text: f"Socket Exception: {text}")))
def test_any_log_has_an_answer_that_its_row_can_hold(lines: list[str]) -> None:
    answer = read(lines, ["secret"])
    assert answer.error is not None
    assert len(answer.error) <= ERROR_MAX
    assert answer.outcome in ("passing", "permanent")


def test_secrets_are_blotted_out_the_longest_first() -> None:
    assert (
        read(["Socket Exception: (500, b'said pass and password')"], ["pass", "password"]).error
        == "500 said *** and ***"
    )
