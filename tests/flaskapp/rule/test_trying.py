"""What would happen if …, with a real broker and somebody at its other end who answers as Node-RED does."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from flaskapp import create_app
from flaskapp.rule.answers import Answers
from flaskapp.rule.asking import trial
from services.core.bus import Bus
from services.core.ids import new_id
from services.core.rule_messages import AnswerRules, AskRules
from services.core.settings import Settings
from services.store import link, zone
from services.store.zone import Zone
from tests.flaskapp.conftest import Cast, browser, person
from tests.flaskapp.device.test_switching import an_output
from tests.flaskapp.device.test_views import a_device, words
from tests.flaskapp.house import NOON, House, Standing
from tests.flaskapp.plate.test_views import a_plate
from tests.flaskapp.rule.making import a_rule, an_action, an_input
from tests.peers import Mosquitto, wait_until

Reply = Callable[[AskRules], AnswerRules]


@pytest.fixture(autouse=True)
def furnished(engine: Engine, house: House) -> None:
    a_device(engine, "garage-pir", called="Garage PIR", kind="motion", group_name="Ground floor")
    an_output(engine)
    house.camera()
    with engine.begin() as connection:
        zone.add(connection, "front-door", Zone(new_id(), "zone", "Driveway", ((0, 0), (1, 0), (1, 1))), NOON)


@pytest.fixture
def asked() -> list[AskRules]:
    """What the gallery has asked, in its order."""
    return []


@pytest.fixture
def client(
    settings: Settings, engine: Engine, clock: Standing, mosquitto: Mosquitto, asked: list[AskRules]
) -> Iterator[FlaskClient]:
    """A viewer's browser; at the other end of the broker one rule wants to act while the house is away."""
    there = settings.model_copy(update={"mqtt_port": mosquitto.port})
    ours, theirs = Bus(there, "gallery", clock, durable=False), Bus(there, "nodered", clock, durable=False)

    def answer(question: AskRules) -> None:
        asked.append(question)
        theirs.publish(answer_to(question, clock, act=question.mode_id == "away"))

    theirs.subscribe(AskRules, answer)
    app = create_app(there, engine, clock, ours)
    for bus in (ours, theirs):
        bus.start()
        wait_until(bus.listening, "the broker")
    yield browser(app, person(engine, "Bert", "viewer"))
    for bus in (ours, theirs):
        bus.stop()


def answer_to(question: AskRules, clock: Standing, act: bool) -> AnswerRules:
    wish: dict[str, Any] = {
        "link_id": new_id(),
        "name": "Siren at night",
        "act": act,
        "reasons": ["armed: the mode is away" if act else "not armed: the mode is home"],
        "places": [0],
        "within_s": None,
        "actions": [an_action(seconds=30.0)],
    }
    said = {"said": "Garage PIR: motion", "moment": question.moment, "wants": act, "triggered_at": NOON}
    places = {"device_id": question.device_id, "camera_id": question.camera_id}
    return AnswerRules.make(
        clock, "nodered", ask_id=question.id, reasons=["1 rule listens"], links=[wish], **said, **places
    )


def test_it_says_which_rules_would_act_and_what_they_would_do(client: FlaskClient, asked: list[AskRules]) -> None:
    page = words(client.get("/rules/if?what=device:garage-pir&moment=escalation&mode=away&clock=11:00").text)
    for said in (
        "Rules would act Garage PIR: motion",
        "Would act Siren at night switch on Siren for 30 s armed: the mode is away",
    ):
        assert said in page
    (question,) = asked
    assert (question.kind, question.device_id, question.camera_id) == ("device", "garage-pir", None)
    assert (question.moment, question.mode_id) == ("escalation", "away")
    assert question.happens_at == NOON + timedelta(hours=23)


def test_it_says_why_nothing_would_be_done(client: FlaskClient) -> None:
    page = words(client.get("/rules/if?what=device:garage-pir&mode=home").text)
    assert "Nothing would be done" in page
    assert "Would not act Siren at night not armed: the mode is home" in page
    assert "switch on Siren" not in page


def test_of_a_camera_it_asks_for_a_label_and_its_own_zones(client: FlaskClient, asked: list[AskRules]) -> None:
    client.get("/rules/if?what=camera:front-door&label=dog&zone=Driveway&zone=Pool&moment=escalation")
    client.get("/rules/if?what=camera:front-door")
    assert [(one.label, one.zones, one.moment) for one in asked] == [
        ("dog", ["Driveway"], "trigger"),
        ("person", [], "trigger"),
    ]


def test_of_a_camera_it_asks_for_a_plate_too(client: FlaskClient, engine: Engine, asked: list[AskRules]) -> None:
    plate_id = a_plate(engine, owner="Anna", standing="allow")
    for plate in ("", "deny", plate_id):
        client.get(f"/rules/if?what=camera:front-door&moment=plate&zone=Driveway&plate={plate}")
    assert {(one.kind, one.camera_id, one.label, tuple(one.zones)) for one in asked} == {
        ("plate", "front-door", None, ())
    }
    assert [(one.standing, one.plate_id, one.detail) for one in asked] == [
        ("unknown", None, "unknown plate"),
        ("deny", None, "denied plate"),
        ("allow", plate_id, "plate BAB123 (Anna)"),
    ]
    page = client.get("/rules/if?what=camera:front-door&moment=plate&look=1").text
    assert f'value="{plate_id}">BAB123 (Anna)' in page


def test_of_a_camera_it_asks_for_what_that_reports(client: FlaskClient, asked: list[AskRules]) -> None:
    client.get("/rules/if?what=camera:front-door&moment=camera_event&detail=dark")
    (question,) = asked
    assert (question.kind, question.detail, question.label) == ("camera_event", "dark", None)


def test_of_a_device_it_asks_for_the_first_and_the_last_of_its_group(
    client: FlaskClient, asked: list[AskRules]
) -> None:
    for moment in ("first", "last", "trigger"):
        page = client.get(f"/rules/if?what=device:garage-pir&moment={moment}").text
        assert "is the last of Ground floor that is still" in page
    assert [(one.moment, one.of_group) for one in asked] == [("trigger", "first"), ("quiet", "last"), ("trigger", None)]


def test_of_panic_it_asks_for_nothing_more(client: FlaskClient, asked: list[AskRules]) -> None:
    client.get("/rules/if?what=panic:&label=dog&zone=Driveway")
    (question,) = asked
    assert (question.kind, question.device_id, question.label, question.zones) == ("panic", None, None, [])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("what=", "What triggers?"),
        ("what=device:gone", "That is there no more"),
        ("what=group:Ground floor", "That is there no more"),
        ("what=panic:&mode=party", "That is there no more"),
        ("what=camera:front-door&moment=plate&plate=gone", "That is there no more"),
        ("what=panic:&clock=noon", "A time such as 18:00"),
    ],
)
def test_a_question_that_is_none_is_said_and_not_asked(
    client: FlaskClient, asked: list[AskRules], query: str, said: str
) -> None:
    answer = client.get(f"/rules/if?{query}")
    assert answer.status_code == 422
    assert said in answer.text
    assert asked == []


def test_without_a_broker_it_says_that_there_is_no_answer(cast: Cast) -> None:
    assert "Node-RED did not answer" in cast.viewer.get("/rules/if?what=panic:").text
    assert "did not answer" not in cast.viewer.get("/rules/if").text


def test_an_answer_that_nobody_waits_for_is_let_go(clock: Standing) -> None:
    question = AskRules.make(
        clock, "gallery", kind="panic", device_id=None, camera_id=None, label=None, zones=[], detail=None,
        standing=None, plate_id=None, of_group=None, moment="trigger", mode_id=None, happens_at=None,
    )  # fmt: skip
    Answers().hear(answer_to(question, clock, act=True))


def test_a_rule_is_tried_with_its_first_input_in_its_first_mode(cast: Cast, engine: Engine) -> None:
    with engine.begin() as connection:
        link.add(connection, a_rule(modes=["away", "night"]))
    page = cast.owner.get("/rules").text
    assert 'href="/rules/if?what=device:garage-pir&amp;mode=away&amp;moment=trigger&amp;label="' in page


def test_what_cannot_be_asked_for_alone_is_not_tried() -> None:
    assert trial(a_rule(inputs=[an_input("group", "Ground floor")])) == {}
    assert trial(a_rule(inputs=[an_input("camera", None)])) == {}
    tried = trial(a_rule(inputs=[an_input("camera", "front-door", labels=["dog"], zones=["Driveway"])]))
    assert (tried["what"], tried["label"], tried["zone"]) == ("camera:front-door", "dog", ["Driveway"])


def test_a_rule_on_a_plate_or_on_motion_is_tried_with_it() -> None:
    tried = trial(a_rule(inputs=[an_input("plate", "front-door", standings=["deny"])]))
    assert (tried["what"], tried["moment"], tried["plate"]) == ("camera:front-door", "plate", "deny")
    tried = trial(a_rule(inputs=[an_input("camera_event", "front-door", details=["dark"])]))
    assert (tried["what"], tried["moment"], tried["detail"]) == ("camera:front-door", "camera_event", "dark")
