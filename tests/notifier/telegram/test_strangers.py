from services.notifier.telegram.strangers import MOST_KEPT, Strangers
from tests.notifier.cast import HeldClock


def test_a_stranger_is_told_their_chat_id_once_in_ten_minutes(clock: HeldClock) -> None:
    strangers = Strangers(clock)
    first = strangers.answer("99")
    clock.move(minutes=9)
    again = strangers.answer("99")
    clock.move(minutes=1)
    assert first == "This bot belongs to somebody else. Your chat id is 99."
    assert again is None
    assert strangers.answer("99") == first


def test_another_stranger_is_answered_too_and_only_so_many_are_remembered(clock: HeldClock) -> None:
    strangers = Strangers(clock)
    answers = [strangers.answer(str(chat)) for chat in range(MOST_KEPT + 1)]
    assert None not in answers
    assert strangers.answer("1") is None
    assert strangers.answer("0") is not None, "the first of so many is forgotten"
