from datetime import timedelta

import pytest

from services.core.settings import Settings
from services.notifier.channel import ACCEPTED, Letter
from services.notifier.snapshot import Attachment
from services.notifier.telegram.channel import BYTES_MAX, NO_PICTURE, Line, Telegram
from services.notifier.telegram.wire import Wire
from tests.notifier.cast import HeldClock, jpeg
from tests.notifier.telegram.conftest import with_bot
from tests.notifier.telegram.double import (
    BLOCKED,
    BROKEN,
    HANG_UP,
    NO_CHAT,
    TOKEN,
    Refusal,
    TelegramDouble,
    too_many,
)

CHAT = "17"
PICTURE = Attachment("garage.jpg", jpeg())


class Kept:
    """What the channel says of the pictures that went out."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[int, str]] = {}

    def __call__(self, delivery_id: str, message_id: int, caption: str) -> None:
        self.of[delivery_id] = (message_id, caption)


def letter(body: str = "A person.", picture: Attachment | None = PICTURE, *more: Attachment) -> Letter:
    return Letter("a-delivery", "Person at Garage", body, picture, more)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def chat(wire: Wire, clock: HeldClock, kept: Kept) -> Telegram:
    return Telegram(Line(wire, clock), CHAT, kept)


def test_an_alert_is_a_picture_with_its_words_under_it(chat: Telegram, telegram: TelegramDouble, kept: Kept) -> None:
    assert chat.hand_over(letter()) == ACCEPTED
    (shown,) = telegram.chats[CHAT]
    assert (shown.words, shown.picture) == ("Person at Garage\n\nA person.", PICTURE.data)
    assert kept.of == {"a-delivery": (shown.number, shown.words)}


def test_without_a_picture_it_is_words_alone(chat: Telegram, telegram: TelegramDouble, kept: Kept) -> None:
    assert chat.hand_over(letter(picture=None)) == ACCEPTED
    assert telegram.words(CHAT) == ["Person at Garage\n\nA person."]
    assert kept.of == {}


def test_what_does_not_fit_under_the_picture_comes_in_a_second_message(
    chat: Telegram, telegram: TelegramDouble
) -> None:
    assert chat.hand_over(letter("because\n" * 300)) == ACCEPTED
    first, second = telegram.words(CHAT)
    assert (first + "\n" + second).count("because") == 300


def test_several_pictures_are_an_album_of_ten_at_most(chat: Telegram, telegram: TelegramDouble, kept: Kept) -> None:
    assert chat.hand_over(letter("Summary.", PICTURE, *[PICTURE] * 11)) == ACCEPTED
    assert telegram.words(CHAT) == ["Person at Garage\n\nSummary.", *[""] * 9]
    assert kept.of == {}, "an album stays as it is"


def test_further_pictures_alone_are_sent_too(chat: Telegram, telegram: TelegramDouble) -> None:
    assert chat.hand_over(letter("Summary.", None, PICTURE)) == ACCEPTED
    assert [one.picture for one in telegram.chats[CHAT]] == [PICTURE.data]


@pytest.mark.parametrize("picture", [Attachment("no.jpg", b"no picture"), Attachment("big.jpg", bytes(BYTES_MAX + 1))])
def test_a_picture_that_telegram_does_not_take_leaves_the_words(
    chat: Telegram, telegram: TelegramDouble, picture: Attachment
) -> None:
    assert chat.hand_over(letter(picture=picture)) == ACCEPTED
    assert telegram.words(CHAT) == ["Person at Garage\n\nA person." + NO_PICTURE]


@pytest.mark.parametrize("refusal", [BLOCKED, NO_CHAT])
def test_a_chat_that_cannot_be_written_to_is_refused_for_good(
    chat: Telegram, telegram: TelegramDouble, refusal: Refusal
) -> None:
    telegram.refusals[CHAT] = refusal
    answer = chat.hand_over(letter())
    assert (answer.outcome, telegram.chats[CHAT]) == ("permanent", [])
    assert refusal.description.removeprefix("Bad Request: c") in (answer.error or "")


@pytest.mark.parametrize("refusal", [BROKEN, HANG_UP])
def test_a_server_in_trouble_is_tried_again(chat: Telegram, telegram: TelegramDouble, refusal: Refusal) -> None:
    telegram.next_refusals["sendPhoto"] = [refusal]
    assert chat.hand_over(letter()).outcome == "passing"
    assert chat.hand_over(letter()) == ACCEPTED


def test_a_wrong_token_is_refused_for_good_and_not_shown(
    bare: Settings, telegram: TelegramDouble, clock: HeldClock, kept: Kept
) -> None:
    wire = Wire(with_bot(bare, telegram, "4711:AA-another"), timeout_s=1)
    answer = Telegram(Line(wire, clock), CHAT, kept).hand_over(letter())
    wire.close()
    assert answer.outcome == "permanent"
    assert "HEARTHWATCH_TELEGRAM_TOKEN" in (answer.error or "")
    assert "AA-another" not in (answer.error or "")


def test_a_pause_is_kept_by_every_chat_of_the_bot(
    wire: Wire, telegram: TelegramDouble, clock: HeldClock, kept: Kept
) -> None:
    line = Line(wire, clock)
    telegram.next_refusals["sendPhoto"] = [too_many(40)]
    assert Telegram(line, CHAT, kept).hand_over(letter()).again_after == timedelta(seconds=40)
    clock.move(seconds=15)
    answer = Telegram(line, "18", kept).hand_over(letter())
    assert (answer.outcome, answer.again_after) == ("passing", timedelta(seconds=25))
    assert telegram.calls == ["sendPhoto"], "nobody was asked within the pause"
    clock.move(seconds=25)
    assert Telegram(line, CHAT, kept).hand_over(letter()) == ACCEPTED


def test_when_only_the_second_message_fails_the_alert_has_arrived(chat: Telegram, telegram: TelegramDouble) -> None:
    telegram.next_refusals["sendMessage"] = [BROKEN]
    assert chat.hand_over(letter("because\n" * 300)) == ACCEPTED
    assert len(telegram.chats[CHAT]) == 1


def test_no_error_holds_the_token(chat: Telegram, telegram: TelegramDouble) -> None:
    telegram.next_refusals["sendPhoto"] = [Refusal(500, f"cannot handle /bot{TOKEN}/sendPhoto")]
    assert chat.hand_over(letter()).error == "cannot handle /bot***/sendPhoto"
