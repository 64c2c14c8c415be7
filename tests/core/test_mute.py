from datetime import UTC, datetime, timedelta

import pytest

from services.core import mute
from services.core.ids import new_id

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ANNA = new_id()


def test_a_link_says_whose_it_is() -> None:
    link = mute.link("https://home.example.org/", "secret", ANNA, AT)
    before, _, token = link.rpartition("/")
    assert before == "https://home.example.org/mute"
    assert mute.person_of("secret", token, AT) == ANNA


def test_a_link_is_good_for_a_week_and_then_spent() -> None:
    token = mute.token("secret", ANNA, AT)
    assert mute.person_of("secret", token, AT + mute.GOOD_FOR) == ANNA
    with pytest.raises(mute.Spent):
        mute.person_of("secret", token, AT + mute.GOOD_FOR + timedelta(seconds=1))


def test_what_somebody_else_made_or_changed_is_nobodys() -> None:
    token = mute.token("secret", ANNA, AT)
    for wrong in ("", "x", token[:-1], token.upper(), mute.token("another", ANNA, AT), f"{token}x", "é.é"):
        assert mute.person_of("secret", wrong, AT) is None
