from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, select

from services.core.ids import new_id
from services.store import camera, channel, decision, delivery, errand, event, image, person, telling, trial
from services.store.alert_tables import delivery as deliveries
from services.store.decision import NewDecision
from services.store.event import Event
from services.store.image import NewImage
from services.store.telling import Telling
from tests.people import move_in
from tests.store.test_cooldown import NOON, decided

pytestmark = pytest.mark.mariadb


def shot(connection: Connection, image_id: str, at: datetime) -> None:
    path = f"images/{image_id}.jpg"
    image.add(connection, [NewImage(image_id, "front-door", path, path, at, at, at, 1, 1, 1, "0" * 64)])


def about_camera(connection: Connection) -> str:
    """The delivery of a decision about an event at a camera."""
    camera.register(connection, "Front Door", NOON)
    event_id = new_id()
    event.add(connection, [Event(event_id, "camera_silent", "front-door", None, "silent", NOON, NOON, NOON)])
    made = NewDecision(
        new_id(), None, "front-door", "camera_silent", "telling", [], ["why"], "s", "b", NOON, NOON, event_id
    )
    decision.add(connection, made)
    delivery.add(connection, made.id, ["email:a@b.c"], NOON)
    return str(connection.scalar(select(deliveries.c.id)))


def test_an_event_at_a_camera_goes_with_the_newest_picture_that_there_was_then(engine: Engine) -> None:
    with engine.begin() as connection:
        delivery_id = about_camera(connection)
        for image_id, seconds in (("old", -60), ("newest", -5), ("after", 5)):
            shot(connection, image_id, NOON + timedelta(seconds=seconds))
        found = errand.find(connection, delivery_id)
        assert found is not None
        photo = errand.photo(connection, found)
    assert (found.image_id, found.happened_at) == (None, NOON)
    assert photo is not None
    assert photo.image_id == "newest"


def test_a_camera_without_pictures_goes_without_one(engine: Engine) -> None:
    with engine.begin() as connection:
        found = errand.find(connection, about_camera(connection))
        assert found is not None
        assert errand.photo(connection, found) is None


def test_a_message_knows_for_whom_it_is_until_they_are_removed(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection, "Anna", "email")
        trial.begin(connection, channel.of(connection, anna.id)[0], "Anna", NOON)
        delivery_id = str(connection.scalar(select(deliveries.c.id)))
        before = errand.find(connection, delivery_id)
        person.remove(connection, anna.id)
        after = errand.find(connection, delivery_id)
    assert before is not None
    assert after is not None
    assert before.addressee is not None
    assert after.addressee is not None
    assert (before.addressee.name, before.addressee.kind) == ("Anna", "email")
    assert before.addressee.address == "email-of-anna@example.org"
    assert "email-of-anna" not in repr(before)
    assert (after.addressee.name, after.addressee.person_id, after.addressee.address) == ("Anna", None, None)


def test_a_summary_has_the_pictures_of_what_it_holds_newest_first(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection)
        held = []
        for number in range(1, 4):
            one = Telling(new_id(), decided(connection, number), anna.id, "Anna", "later", ["why"], NOON, NOON)
            telling.add(connection, [one])
            held.append(one.id)
        summary = NewDecision(new_id(), None, None, "summary-1", "telling", [], ["why"], "s", "b", NOON, NOON)
        decision.add(connection, summary)
        telling.summarised(connection, held, summary.id)
        found = errand.kept_photos(connection, summary.id, 2)
    assert [one.image_id for one in found] == ["image-3", "image-2"]
