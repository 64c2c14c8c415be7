from typing import Any

import pytest

from flaskapp.rule.sentence import Names, Word, plain, sentence, title
from tests.flaskapp.rule.making import a_rule, an_action, an_input

NAMES = Names(
    devices={"garage-pir": "Garage PIR", "door": "Garage Door", "siren": "Siren", "speaker": "Hall speaker"},
    kinds={"door": "contact"},
    groups={"Phones": "presence"},
    cameras={"front-door": "Front Door"},
    modes={"away": "Away", "night": "Night"},
    schedules={"nights": "Nights"},
    people={"1": "Anna"},
    plates={"7": "BAB123 (Anna)"},
)
CAMERA = an_input("camera", "front-door")


def said(**more: Any) -> str:
    return plain(sentence(a_rule(**more), NAMES))


def test_a_rule_is_a_sentence() -> None:
    actions = [an_action(seconds=30.0), an_action("alert", None)]
    assert said(modes=["away"], actions=actions) == (
        "When Garage PIR triggers while away, switch on Siren for 30 s and tell everybody."
    )


def test_each_word_that_can_be_changed_knows_its_place_in_the_form() -> None:
    rule = a_rule(modes=["away"], schedule_id="nights", actions=[an_action(), an_action("mode", "night")])
    assert sentence(rule, NAMES) == [
        Word("When "),
        Word("Garage PIR", "i0"),
        Word(" triggers while "),
        Word("away", "modes"),
        Word(" during "),
        Word("Nights", "schedule"),
        Word(", switch on "),
        Word("Siren", "a0"),
        Word(" and set the house to "),
        Word("Night", "a1"),
        Word("."),
    ]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (an_input(id=None), "any device triggers"),
        (an_input("group", "Ground floor"), "anything in Ground floor triggers"),
        (an_input(id="door", moment="escalation"), "Garage Door stays open for too long"),
        (an_input("group", "Attic", moment="escalation"), "anything in Attic stays active for too long"),
        (CAMERA, "Front Door sees anything arrive"),
        (an_input("camera", None, labels=["person"]), "any camera sees a person arrive"),
        (CAMERA | {"labels": ["airplane", "car", "person"]}, "Front Door sees an airplane, a car or a person arrive"),
        (CAMERA | {"labels": ["scissors"], "zones": ["Drive", "Lawn"]}, "sees scissors arrive in Drive or Lawn"),
        (an_input("plate", "front-door"), "Front Door reads any plate"),
        (an_input("plate", None, standings=["unknown", "deny"]), "any camera reads an unknown plate or a denied plate"),
        (
            an_input("plate", "front-door", standings=["allow"], plates=["7", "8"]),
            "Front Door reads an allowed plate, BAB123 (Anna) or a plate that was removed",
        ),
        (an_input("camera_event", "front-door"), "Front Door reports motion or light"),
        (an_input("camera_event", None, details=["moving", "dark"]), "any camera reports moving or dark"),
        (an_input("group", "Phones", moment="first"), "the first in Phones is there"),
        (an_input("group", "Phones", moment="last"), "the last in Phones is away"),
        (an_input("group", "Attic", moment="last"), "the last in Attic is quiet"),
        (an_input("group", None, moment="first"), "the first in any group is active"),
        (an_input("panic", None), "somebody presses Panic"),
        (an_input(id="gone"), "gone triggers"),
    ],
)
def test_it_says_what_triggers(one: dict[str, Any], words: str) -> None:
    assert f"{words}, switch on Siren." in said(inputs=[one])


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (an_action(on=False), "switch off Siren"),
        (an_action(seconds=300.0), "switch on Siren for 5 min"),
        (an_action("switch_group", "Attic"), "switch on all of Attic"),
        (an_action("say", "speaker", text="Hello"), "say “Hello” on Hall speaker"),
        (an_action("alert", None, text="Fire"), "tell everybody “Fire”"),
        (an_action("alert", None, people=["1", "2"]), "tell Anna and somebody who was removed"),
        (an_action("mode", "away"), "set the house to Away"),
        (an_action("snapshot", "front-door"), "take a picture with Front Door"),
        (an_action("clip", "front-door"), "cut a clip of Front Door"),
        (an_action("clip", "front-door", seconds=90.0), "cut a clip of Front Door up to 90 s later"),
    ],
)
def test_it_says_what_is_done(one: dict[str, Any], words: str) -> None:
    assert said(actions=[one]) == f"When Garage PIR triggers, {words}."


def test_several_inputs_are_any_or_all_of_them() -> None:
    inputs = [an_input(), an_input(id="door"), CAMERA]
    assert said(inputs=inputs).startswith(
        "When Garage PIR triggers, Garage Door triggers or Front Door sees anything arrive, "
    )
    assert said(inputs=inputs[:2], within_s=90).startswith(
        "When Garage PIR triggers and Garage Door triggers within 90 s, "
    )


def test_a_rule_without_a_name_is_called_by_what_it_does() -> None:
    actions = [an_action(), an_action("alert", None), an_action("mode", "away"), an_action("say", "speaker")]
    actions += [an_action("snapshot", "front-door"), an_action("clip", "front-door")]
    called = title(a_rule(inputs=[an_input(), CAMERA], actions=actions), NAMES)
    assert called == (
        "Garage PIR, Front Door: Siren on, tell everybody, set Away, say something, "
        "picture of Front Door, clip of Front Door"
    )
