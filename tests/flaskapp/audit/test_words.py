from typing import Any

import pytest

from flaskapp.audit import words
from services.store.audit import Noted
from tests.pictures import NOON


def change(action: str = "camera.update", before: Any = None, after: Any = None) -> Noted:
    return Noted(1, NOON, "Anna", action, "front-door", before, after)


@pytest.mark.parametrize(
    ("action", "before", "after", "said"),
    [
        ("zone.add", None, {"name": "Steps"}, "new"),
        ("camera.update", {"plan": "keep"}, {"plan": "detect"}, "changed"),
        ("zone.delete", {"name": "Steps"}, None, "removed"),
        ("output.switch", None, {"on": True}, "ordered"),
        ("user.password", None, {}, "has a new password"),
    ],
)
def test_what_was_done_is_said_in_a_word(action: str, before: Any, after: Any, said: str) -> None:
    assert words.done(change(action, before, after)) == said


@pytest.mark.parametrize(("key", "said"), [("link", "Rule"), ("device_group", "Group"), ("own_thing", "Own thing")])
def test_a_kind_has_the_name_that_pages_give_it(key: str, said: str) -> None:
    assert words.kind(key) == said


def test_a_thing_goes_by_todays_name_else_by_that_of_then_else_by_its_id() -> None:
    gone = change(before={"name": "Old Door"}, after=None)
    assert words.called(gone, {"front-door": "Front Door"}) == "Front Door"
    assert words.called(gone, {}) == "Old Door"
    assert words.called(change(), {}) == "front-door"


def test_only_what_differs_is_shown_from_what_to_what() -> None:
    one = change(before={"plan": "keep", "name": "Gate", "schedule_id": None}, after={"plan": "detect", "name": "Gate"})
    assert [(field.name, field.before, field.after) for field in words.fields(one)] == [("plan", "keep", "detect")]


def test_of_what_is_new_all_that_it_has_is_shown() -> None:
    made = change(after={"on": True, "seconds": None, "device_id": "siren", "command_id": "1"})
    assert words.fields(made) == [words.Field("on", None, "yes"), words.Field("device", None, "siren")]


def test_what_was_taken_away_is_nothing_now() -> None:
    assert words.fields(change(before={"zone": "Steps"}, after={"zone": None})) == [
        words.Field("zone", "Steps", "nothing")
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "nothing"),
        ([], "nothing"),
        (False, "no"),
        (0, "0"),
        (["person", "dog"], "person, dog"),
        ([{"from": "22:00", "days": [1, 2], "exit_delay": None}], "from 22:00, days 1, 2"),
        ("x" * 200, "x" * 159 + "…"),
    ],
)
def test_values_are_said_in_words(value: Any, said: str) -> None:
    assert words.said(value) == said
