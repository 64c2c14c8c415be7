from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select

from services.core.ids import new_id
from services.core.media import Media
from services.core.settings import Settings
from services.store import correction, doctor, user
from services.store.account_tables import audit
from services.store.correction import By, Correction
from services.store.doctor import Span
from services.store.tables import detection, detection_zone, image, sighting, zone
from services.store.user import User
from tests.flaskapp.house import NOON, House

EVER = Span("", "z")
UPPER: list[list[float]] = [[0, 0], [1, 0], [1, 0.75], [0, 0.75]]


@pytest.fixture
def house(engine: Engine, settings: Settings) -> House:
    made = House(engine, Media(settings.media))
    made.camera()
    return made


@pytest.fixture
def anna(engine: Engine) -> str:
    made = User(new_id(), "Anna", "$argon2id$none", "owner", 0, NOON, None)
    with engine.begin() as connection:
        user.create(connection, made)
    return made.id


def by(anna: str, seconds: float = 0) -> By:
    return By(anna, NOON + timedelta(seconds=seconds))


def rows(connection: Connection, image_id: str) -> list[tuple[Any, ...]]:
    """Label, reason, best, corrected of each detection; the doctor has nothing to say of them."""
    columns = [detection.c[name] for name in ("label", "dropped_because", "best", "corrected")]
    found = connection.execute(select(*columns).where(detection.c.image_id == image_id).order_by(detection.c.ordinal))
    assert doctor.best_wrong(connection, EVER) == []
    assert doctor.nothing_found_unjudged(connection, EVER) == []
    return [tuple(row) for row in found]


def judged_at(connection: Connection, image_id: str) -> Any:
    return connection.scalar(select(image.c.judged_at).where(image.c.id == image_id))


def audited(connection: Connection) -> list[tuple[Any, ...]]:
    columns = (audit.c.action, audit.c.noun_id, audit.c.user_id, audit.c.before_json, audit.c.after_json)
    return [tuple(row) for row in connection.execute(select(*columns).order_by(audit.c.id))]


def zoned(connection: Connection, image_id: str) -> list[tuple[str, int]]:
    columns = (detection_zone.c.zone_id, detection_zone.c.ordinal)
    return [(a, b) for a, b in connection.execute(select(*columns).where(detection_zone.c.image_id == image_id))]


def drawn(house: House, name: str, points: list[list[float]], kind: str = "zone") -> str:
    values = {"id": new_id(), "camera_id": "front-door", "kind": kind, "name": name, "points": points}
    with house.writing() as connection:
        connection.execute(insert(zone).values(**values, created_at=NOON))
    return str(values["id"])


def test_another_label_is_written_with_who_said_so_and_the_best_of_each_label_is_found_anew(
    engine: Engine, house: House, anna: str
) -> None:
    image_id = house.picture(labels=["cat", "dog", "dog"])
    with engine.begin() as connection:
        assert correction.relabel(connection, image_id, 0, "dog", by(anna))
        assert rows(connection, image_id) == [
            ("dog", None, True, True),
            ("dog", None, False, False),
            ("dog", None, False, False),
        ]
        assert audited(connection) == [("detection.correct", image_id, anna, {"0": "cat"}, {"0": "dog"})]
        (one,) = correction.of_image(connection, image_id)
    assert one == Correction(one.id, 0, "cat", "dog", "Anna", NOON)


def test_a_box_with_nothing_in_it_is_dropped_and_the_next_of_its_label_is_the_best(
    engine: Engine, house: House, anna: str
) -> None:
    image_id = house.picture(labels=["dog", "dog"])
    with engine.begin() as connection:
        assert correction.remove(connection, image_id, 0, by(anna))
        assert rows(connection, image_id) == [
            ("dog", "corrected: nothing there", False, True),
            ("dog", None, True, False),
        ]
        assert audited(connection) == [("detection.correct", image_id, anna, {"0": "dog"}, {"0": None})]


def test_a_picture_with_nothing_in_it_is_emptied_in_one_go(engine: Engine, house: House, anna: str) -> None:
    image_id = house.picture(labels=["cat", "dog"])
    house.detection(image_id, "kite", 2, score=0.2, dropped_because="below score")
    with engine.begin() as connection:
        assert correction.empty(connection, image_id, by(anna)) == 2
        assert [row[1] for row in rows(connection, image_id)] == ["corrected: nothing there"] * 2 + ["below score"]
        assert len(correction.of_image(connection, image_id)) == 2
        assert len(audited(connection)) == 1
        assert correction.empty(connection, image_id, by(anna)) == 0


def test_what_is_so_already_or_does_not_count_is_not_put_right(engine: Engine, house: House, anna: str) -> None:
    image_id = house.picture(labels=["cat"])
    house.detection(image_id, "kite", 1, score=0.2, dropped_because="below score")
    with engine.begin() as connection:
        assert not correction.relabel(connection, image_id, 0, "cat", by(anna))
        assert not correction.relabel(connection, image_id, 1, "bird", by(anna))
        assert not correction.remove(connection, image_id, 1, by(anna))
        assert not correction.remove(connection, image_id, 9, by(anna))
        assert not correction.remove(connection, new_id(), 0, by(anna))
        assert audited(connection) == []


def test_undone_everything_is_as_it_was_and_the_audit_has_both(engine: Engine, house: House, anna: str) -> None:
    image_id = house.picture(labels=["cat", "dog", "dog"])
    with engine.begin() as connection:
        before = rows(connection, image_id)
        correction.empty(connection, image_id, by(anna))
        newest = correction.of_image(connection, image_id)[0]
        assert correction.undo(connection, image_id, newest.id, by(anna, 5))
        assert rows(connection, image_id) == before
        assert correction.of_image(connection, image_id) == []
        labels, nothing = {"0": "cat", "1": "dog", "2": "dog"}, {"0": None, "1": None, "2": None}
        assert audited(connection) == [
            ("detection.correct", image_id, anna, labels, nothing),
            ("detection.undo", image_id, anna, nothing, labels),
        ]


def test_undoing_the_second_correction_leaves_the_first(engine: Engine, house: House, anna: str) -> None:
    image_id = house.picture(labels=["cat"])
    with engine.begin() as connection:
        correction.relabel(connection, image_id, 0, "dog", by(anna))
        correction.relabel(connection, image_id, 0, "bear", by(anna, 1))
        second, first = correction.of_image(connection, image_id)
        assert not correction.undo(connection, image_id, first.id, by(anna, 2)), "a newer one is in the way"
        assert correction.undo(connection, image_id, second.id, by(anna, 2))
        assert rows(connection, image_id) == [("dog", None, True, True)]
        assert not correction.undo(connection, image_id, second.id, by(anna, 2)), "it is gone"


def test_after_a_while_nothing_is_undone(engine: Engine, house: House, anna: str) -> None:
    image_id = house.picture(labels=["cat"])
    with engine.begin() as connection:
        correction.remove(connection, image_id, 0, by(anna))
        (one,) = correction.of_image(connection, image_id)
        assert not correction.undo(connection, image_id, one.id, by(anna, 21))
        assert rows(connection, image_id)[0][1] == "corrected: nothing there"


def test_an_emptied_picture_waits_for_no_verdict_and_after_undo_it_does_again(
    engine: Engine, house: House, anna: str
) -> None:
    image_id = house.picture(labels=["person"], judged_at=None)
    with engine.begin() as connection:
        correction.empty(connection, image_id, by(anna))
        assert judged_at(connection, image_id) == NOON
        assert rows(connection, image_id)
        (one,) = correction.of_image(connection, image_id)
        correction.undo(connection, image_id, one.id, by(anna, 1))
        assert judged_at(connection, image_id) is None


def test_a_verdict_that_was_given_stays(engine: Engine, house: House, anna: str) -> None:
    image_id = house.picture(labels=["person"])
    house.decision(image_id)
    with engine.begin() as connection:
        given = judged_at(connection, image_id)
        correction.empty(connection, image_id, by(anna))
        (one,) = correction.of_image(connection, image_id)
        correction.undo(connection, image_id, one.id, by(anna, 1))
        assert judged_at(connection, image_id) == given
        assert doctor.judged_without_decision(connection, EVER) == []


def test_a_zone_holds_the_strongest_that_is_really_there(engine: Engine, house: House, anna: str) -> None:
    path = drawn(house, "Path", UPPER)
    drawn(house, "Street", UPPER, kind="mask")
    image_id = house.picture(labels=["person", "dog"])
    row = {"zone_id": path, "image_id": image_id, "captured_at": NOON, "ordinal": 0}
    with engine.begin() as connection:
        connection.execute(insert(detection_zone).values(**row))
        correction.remove(connection, image_id, 0, by(anna))
        assert zoned(connection, image_id) == [(path, 1)]
        correction.remove(connection, image_id, 1, by(anna, 1))
        assert zoned(connection, image_id) == []
        newest = correction.of_image(connection, image_id)[0]
        correction.undo(connection, image_id, newest.id, by(anna, 2))
        assert zoned(connection, image_id) == [(path, 1)]


@pytest.mark.parametrize(("departed_at", "name"), [(NOON, "cat"), (None, "dog")])
def test_a_sighting_is_named_after_what_was_put_right_once_it_has_departed(
    engine: Engine, house: House, anna: str, departed_at: datetime | None, name: str
) -> None:
    image_id, sighting_id = house.picture(), new_id()
    pictures = dict.fromkeys(("first_image_id", "last_image_id", "best_image_id"), image_id)
    box = {"x1": 0.1, "y1": 0.2, "x2": 0.3, "y2": 0.7}
    times = {"began_at": NOON, "last_seen_at": NOON, "departed_at": departed_at}
    values = {"id": sighting_id, "camera_id": "front-door", "label": "dog", "images": 1, "best_score": 0.9}
    with engine.begin() as connection:
        connection.execute(insert(sighting).values(**values, **pictures, **box, **times))
    house.detection(image_id, "dog", 0, best=True, sighting_id=sighting_id, place=1)
    with engine.begin() as connection:
        correction.relabel(connection, image_id, 0, "cat", by(anna))
        assert connection.scalar(select(sighting.c.label)) == name
        (one,) = correction.of_image(connection, image_id)
        correction.undo(connection, image_id, one.id, by(anna, 1))
        assert connection.scalar(select(sighting.c.label)) == "dog"


def test_the_past_tells_what_the_detector_said_and_whether_it_was_wrong(
    engine: Engine, house: House, anna: str
) -> None:
    image_id = house.picture(labels=["cat", "dog", "bear"])
    house.detection(image_id, "kite", 3, score=0.2, dropped_because="below score")
    with engine.begin() as connection:
        correction.relabel(connection, image_id, 0, "fox", by(anna))
        correction.relabel(connection, image_id, 0, "dog", by(anna, 1))
        correction.remove(connection, image_id, 1, by(anna, 2))
        past = correction.past(connection, "front-door", NOON - timedelta(days=1), 10)
        one = correction.past_one(connection, image_id, 0)
        assert correction.past_one(connection, image_id, 3) is None
    assert [(each.label, each.corrected) for each in past] == [("cat", True), ("dog", True), ("bear", False)]
    assert one == past[0]


def test_the_past_is_of_one_camera_the_newest_pictures_and_not_for_ever(engine: Engine, house: House) -> None:
    house.camera("Street", "street")
    house.picture("street", labels=["person"])
    made = [house.picture(at=NOON - timedelta(days=number), labels=["person"]) for number in range(4)]
    with engine.connect() as connection:
        since = NOON - timedelta(days=2)
        assert [one.image_id for one in correction.past(connection, "front-door", since, 10)] == made[:3]
        assert [one.image_id for one in correction.past(connection, "front-door", since, 2)] == made[:2]


def test_a_correction_goes_with_its_picture(engine: Engine, house: House, anna: str) -> None:
    image_id = house.picture(labels=["cat"])
    with engine.begin() as connection:
        correction.remove(connection, image_id, 0, by(anna))
        connection.execute(image.delete().where(image.c.id == image_id))
        assert correction.of_image(connection, image_id) == []
