import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError

from services.store import decision, image, matter
from services.store.decision import Decision, NewDecision
from services.store.matter import Matter
from services.store.tables import image as pictures
from tests.peers import wait_until
from tests.store.test_cooldown import NOON, decided, waits_for_a_lock

pytestmark = pytest.mark.mariadb
LATER = NOON + timedelta(seconds=3)


def test_an_image_is_found_with_its_cameras_name(engine: Engine) -> None:
    with engine.begin() as connection:
        decided(connection)
        found = matter.lock(connection, "image-1", None)
        assert found == Matter("image-1", None, "front-door", "Front Door", NOON)
        assert matter.lock(connection, "no-such", None) is None


def test_a_decision_is_found_by_image_and_rule(engine: Engine) -> None:
    with engine.begin() as connection:
        made = decided(connection)
        assert decision.find(connection, "image-1", None, "r") == Decision(
            made, "image-1", "front-door", "telling", ["why"]
        )
        assert decision.find(connection, "image-1", None, "another") is None
        assert decision.made_at(connection, [made]) == {made: NOON}
        assert decision.made_at(connection, []) == {}


def test_a_decision_makes_its_image_judged(engine: Engine) -> None:
    with engine.begin() as connection:
        decided(connection)
        found = image.find(connection, "image-1")
    assert found is not None
    assert found.judged_at == NOON


def test_a_decision_on_plates_leaves_the_image_to_its_own_verdict(engine: Engine) -> None:
    with engine.begin() as connection:
        made = decided(connection)
        connection.execute(update(pictures).values(judged_at=None))
        told = NewDecision("other", "image-1", "front-door", "plates", "not_told", [], ["why"], None, None, NOON, NOON)
        decision.add(connection, told)
        found = image.find(connection, "image-1")
    assert found is not None
    assert (found.judged_at, made) == (None, "decision-1")


def test_one_rule_decides_once_about_an_image(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        decided(connection)
        decided(connection)


def test_a_second_one_waits_for_the_image_and_then_finds_the_decision(engine: Engine) -> None:
    found: list[Decision | None] = []

    def second() -> None:
        with engine.begin() as connection:
            matter.lock(connection, "image-1", None)
            found.append(decision.find(connection, "image-1", None, "other"))

    with engine.begin() as connection:
        decided(connection)
    with engine.begin() as connection:
        matter.lock(connection, "image-1", None)
        thread = threading.Thread(target=second)
        thread.start()
        wait_until(lambda: waits_for_a_lock(engine), "the second one")
        made = NewDecision("d", "image-1", "front-door", "other", "not_told", [], ["why"], None, None, NOON, NOON)
        decision.add(connection, made)
    thread.join()
    assert found == [Decision("d", "image-1", "front-door", "not_told", ["why"])]


def test_only_the_first_acceptance_tells(engine: Engine) -> None:
    with engine.begin() as connection:
        made = decided(connection)
        assert decision.telling(connection) == 1
        assert decision.told(connection, made, LATER)
        assert not decision.told(connection, made, LATER + timedelta(seconds=1))
        assert not decision.failed(connection, made)
        assert decision.telling(connection) == 0


def test_an_alert_that_nobody_took_has_failed(engine: Engine) -> None:
    with engine.begin() as connection:
        made = decided(connection)
        assert decision.failed(connection, made)
        found = decision.find(connection, "image-1", None, "r")
    assert found is not None
    assert found.outcome == "failed"
