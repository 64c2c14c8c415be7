import threading
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from services.core.alert_messages import AlertDecision, AlertRequest, PersonVerdict
from services.core.ids import new_id
from services.core.messages import Message
from services.notifier import figures
from services.notifier.decider import FOR_THE_HOUSE, Decider
from services.notifier.plan import NO_CHANNEL
from services.notifier.rules import Policy
from services.store import cooldown, image, sighting
from services.store.alert_tables import cooldown as pause
from services.store.alert_tables import decision, delivery
from services.store.person_tables import telling
from tests.detector.sighting.memory import Remembered, person
from tests.notifier.cast import NOON, HeldClock, Scene, request
from tests.people import move_in

pytestmark = pytest.mark.mariadb
MUTED = "Anna is muted until 13:00:00"
POLICY = Policy(timedelta(minutes=5), timedelta(seconds=120), UTC)


class Desk:
    """A decider, and what it woke and rang."""

    def __init__(self, engine: Engine, clock: HeldClock, channels: tuple[str, ...] = ("email:anna@example.org",)):
        self.decider = Decider(engine, clock, POLICY, channels, "http://house")
        self.woken: list[set[str]] = []
        self.rung: list[AlertDecision] = []

    def ask(self, asked: AlertRequest) -> AlertDecision:
        self.decider.handle(asked, self.wake, self.ring)
        return self.rung[-1]

    def wake(self, kinds: Collection[str]) -> None:
        self.woken.append(set(kinds))

    def ring(self, message: Message) -> None:
        assert isinstance(message, AlertDecision)
        self.rung.append(message)


@pytest.fixture
def desk(engine: Engine, clock: HeldClock) -> Desk:
    return Desk(engine, clock)


def picture(engine: Engine, scene: Scene, **ago: float) -> str:
    with engine.begin() as connection:
        return scene.picture(connection, NOON - timedelta(**ago))


def count(engine: Engine, table: object) -> int:
    with engine.begin() as connection:
        return len(connection.execute(select(table)).all())  # type: ignore[call-overload]


def test_an_alert_is_decided_held_and_made_ready_in_one_go(engine: Engine, scene: Scene, desk: Desk) -> None:
    image_id = picture(engine, scene, seconds=2)
    told = desk.ask(request(image_id))
    assert (told.outcome, told.image_id, desk.woken) == ("telling", image_id, [{"email"}])
    with engine.begin() as connection:
        made = connection.execute(select(decision)).one()
        sent = connection.execute(select(delivery)).one()
        held = cooldown.lock(connection, "front-door", ["person"])["person"]
        found = image.find(connection, image_id)
    assert made.subject == "Person at Front Door (11:59)"
    assert made.body.endswith(f"http://house/picture/{image_id}\n")
    assert (made.asked_at, made.decided_at, made.told_at) == (NOON, NOON, None)
    assert made.labels == [{"label": "person", "score": 0.87}]
    assert (sent.channel, sent.state, sent.decision_id) == ("email:anna@example.org", "pending", made.id)
    assert held.decision_id == made.id
    assert found is not None
    assert found.judged_at == NOON


def test_a_verdict_not_to_tell_is_kept_with_its_reasons(engine: Engine, scene: Scene, desk: Desk) -> None:
    reasons = ["car is not an alert label of Front Door"]
    told = desk.ask(request(picture(engine, scene), "car", tell=False, reasons=reasons))
    assert (told.outcome, told.reasons, desk.woken) == ("not_told", reasons, [])
    assert (count(engine, decision), count(engine, delivery), count(engine, pause)) == (1, 0, 0)


def test_an_old_picture_alerts_nobody_and_holds_nothing(engine: Engine, scene: Scene, desk: Desk) -> None:
    told = desk.ask(request(picture(engine, scene, seconds=140)))
    assert told.outcome == "not_told"
    assert told.reasons == ["the picture is 140 s old; alerts are for pictures of the last 120 s"]
    assert count(engine, pause) == 0


def test_a_request_that_comes_twice_is_decided_once(engine: Engine, scene: Scene, desk: Desk) -> None:
    asked = request(picture(engine, scene))
    before = figures.decisions.labels("telling")._value.get()
    first, second = desk.ask(asked), desk.ask(asked)
    assert first.decision_id == second.decision_id
    assert (count(engine, decision), count(engine, delivery)) == (1, 1)
    assert figures.decisions.labels("telling")._value.get() == before + 1


def test_a_second_picture_is_told_that_an_alert_is_on_its_way(
    engine: Engine, scene: Scene, desk: Desk, clock: HeldClock
) -> None:
    desk.ask(request(picture(engine, scene)))
    clock.move(seconds=1)
    told = desk.ask(request(picture(engine, scene)))
    assert told.outcome == "not_told"
    assert "has been on its way since 12:00:00" in told.reasons[0]


def test_another_label_of_the_same_camera_alerts_at_once(engine: Engine, scene: Scene, desk: Desk) -> None:
    desk.ask(request(picture(engine, scene)))
    told = desk.ask(request(picture(engine, scene), "person", "dog"))
    assert told.outcome == "telling"
    with engine.begin() as connection:
        row = connection.execute(select(decision).where(decision.c.id == told.decision_id)).one()
        held = cooldown.lock(connection, "front-door", ["person", "dog"])
    assert row.subject.startswith("Dog at Front Door")
    assert held["dog"].decision_id == told.decision_id != held["person"].decision_id


def test_another_camera_alerts_at_once(engine: Engine, scene: Scene, desk: Desk) -> None:
    desk.ask(request(picture(engine, scene)))
    told = desk.ask(request(picture(engine, Scene(scene.media, "Garden"))))
    assert (told.outcome, told.camera_id) == ("telling", "garden")


def test_without_a_channel_the_message_is_kept_and_nothing_is_held(
    engine: Engine, scene: Scene, clock: HeldClock
) -> None:
    desk = Desk(engine, clock, channels=())
    for _ in range(2):
        told = desk.ask(request(picture(engine, scene)))
        assert told.outcome == "no_channel"
        assert told.reasons[0] == NO_CHANNEL
    with engine.begin() as connection:
        rows = connection.execute(select(decision.c.subject, decision.c.body)).all()
        held = cooldown.lock(connection, "front-door", ["person"])["person"]
    assert all(row.subject == "Person at Front Door (12:00)" and "Why you are told" in row.body for row in rows)
    assert (held.decision_id, held.told_at, count(engine, delivery)) == (None, None, 0)


def test_only_the_lanes_are_woken_that_have_something_to_send_and_the_house_goes_first(
    engine: Engine, scene: Scene, desk: Desk
) -> None:
    with engine.begin() as connection:
        for name, kind in (("Anna", "email"), ("Ben", "ntfy")):
            move_in(connection, name, kind)
    desk.ask(request(picture(engine, scene)))
    assert desk.woken == [{"email", "ntfy"}]
    with engine.connect() as connection:
        rows = connection.execute(select(delivery).order_by(delivery.c.id)).all()
    assert [row.telling_id is None for row in rows] == [True, False, False]


def unwilling(engine: Engine) -> list[PersonVerdict]:
    """Anna is muted."""
    with engine.begin() as connection:
        anna = move_in(connection, "Anna", "email")
    return [PersonVerdict(person_id=anna.id, name="Anna", tell=False, later=None, quiet=[], reasons=[MUTED])]


def test_somebody_who_is_muted_does_not_silence_the_addresses_of_the_house(
    engine: Engine, scene: Scene, desk: Desk
) -> None:
    people = unwilling(engine)
    asked = request(picture(engine, scene), tell=False, reasons=[MUTED, "a person arrived"], people=people)
    told = desk.ask(asked)
    assert (told.outcome, told.reasons, desk.woken) == (
        "telling",
        [FOR_THE_HOUSE, MUTED, "a person arrived"],
        [{"email"}],
    )
    with engine.begin() as connection:
        (anna,) = connection.execute(select(telling)).all()
        (sent,) = connection.execute(select(delivery)).all()
    assert (anna.outcome, anna.reasons) == ("not_told", [MUTED])
    assert (sent.channel, sent.telling_id) == ("email:anna@example.org", None)
    assert desk.ask(request(picture(engine, scene), tell=False, people=people)).outcome == "not_told", "it pauses"


def test_without_addresses_of_the_house_somebody_who_is_muted_is_all_there_is(
    engine: Engine, scene: Scene, clock: HeldClock
) -> None:
    asked = request(picture(engine, scene), tell=False, reasons=[MUTED], people=unwilling(engine))
    told = Desk(engine, clock, channels=()).ask(asked)
    assert (told.outcome, told.reasons, count(engine, delivery)) == ("not_told", [MUTED], 0)


def test_what_the_rule_does_not_want_told_the_house_is_not_told(engine: Engine, scene: Scene, desk: Desk) -> None:
    asked = request(picture(engine, scene), tell=False, reasons=["Front Door is not armed"], people=None)
    assert (desk.ask(asked).outcome, count(engine, delivery)) == ("not_told", 0)


def test_a_request_about_an_unknown_picture_is_counted_and_done_with(engine: Engine, desk: Desk) -> None:
    before = figures.requests_discarded._value.get()
    desk.decider.handle(request(new_id()), desk.wake, desk.ring)
    assert (desk.rung, count(engine, decision)) == ([], 0)
    assert figures.requests_discarded._value.get() == before + 1


def test_each_rule_decides_for_itself(engine: Engine, scene: Scene, desk: Desk) -> None:
    image_id = picture(engine, scene)
    outcomes = [desk.ask(request(image_id, rule=rule)).outcome for rule in ("alert-labels", "mine")]
    assert outcomes == ["telling", "not_told"]


def test_of_many_pictures_at_once_exactly_one_alerts(engine: Engine, scene: Scene, clock: HeldClock) -> None:
    images = [picture(engine, scene) for _ in range(6)]
    labels = ("person", "dog"), ("dog", "person")
    desks = [Desk(engine, clock) for _ in images]
    barrier = threading.Barrier(len(images))

    def ask(desk: Desk, asked: AlertRequest) -> None:
        barrier.wait()
        desk.ask(asked)

    requests = [request(image_id, *labels[number % 2]) for number, image_id in enumerate(images)]
    threads = [threading.Thread(target=ask, args=pair) for pair in zip(desks, requests, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(desk.rung[0].outcome for desk in desks) == ["not_told"] * 5 + ["telling"]
    assert count(engine, delivery) == 1


def test_of_many_alerts_at_once_a_person_gets_no_more_than_they_want_in_an_hour(
    engine: Engine, scene: Scene, clock: HeldClock
) -> None:
    with engine.begin() as connection:
        for name in ("Anna", "Ben"):
            move_in(connection, name, "email", per_hour=2)
    cameras = [Scene(scene.media, f"Camera {number}") for number in range(6)]
    requests = [request(picture(engine, one), camera_id=one.camera.lower().replace(" ", "-")) for one in cameras]
    desks = [Desk(engine, clock, ()) for _ in requests]
    threads = [threading.Thread(target=desk.ask, args=(asked,)) for desk, asked in zip(desks, requests, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        found = sorted((row.name, row.outcome) for row in connection.execute(select(telling)))
    assert found == [(name, end) for name in ("Anna", "Ben") for end in ["later"] * 4 + ["telling"] * 2]


def test_one_request_at_two_notifiers_at_once_is_decided_once(engine: Engine, scene: Scene, clock: HeldClock) -> None:
    asked = request(picture(engine, scene))
    desks = [Desk(engine, clock) for _ in range(4)]
    threads = [threading.Thread(target=desk.ask, args=(asked,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({desk.rung[0].decision_id for desk in desks}) == 1
    assert (count(engine, decision), count(engine, delivery)) == (1, 1)


def departure(engine: Engine, image_id: str) -> str:
    """Somebody who was last seen in a picture and has gone; the rule that asks about it."""
    seen = Remembered()
    seen.look(0, person(0.5))
    (one,) = seen.visits
    gone = replace(one, camera_id="front-door", last_image_id=image_id, departed_at=one.last_seen_at)
    with engine.begin() as connection:
        sighting.write(connection, sighting.Changes(begun=[gone]))
    return f"departure-{one.id}"


def judged(engine: Engine, rule: str) -> datetime | None:
    with engine.connect() as connection:
        found = sighting.find(connection, rule.removeprefix("departure-"))
    assert found
    return found.departure_judged_at


def test_a_departure_is_decided_once_and_its_picture_still_waits_for_its_own_verdict(
    engine: Engine, scene: Scene, desk: Desk
) -> None:
    image_id = picture(engine, scene, minutes=8)
    rule = departure(engine, image_id)
    first = desk.ask(request(image_id, "person gone", rule=rule))
    again = desk.ask(request(image_id, "person gone", rule=rule))
    assert (first.outcome, again.decision_id) == ("telling", first.decision_id)
    assert count(engine, decision) == count(engine, delivery) == 1
    assert judged(engine, rule) == NOON
    with engine.connect() as connection:
        found = image.find(connection, image_id)
    assert found
    assert found.judged_at is None


def test_two_departures_with_one_last_picture_are_two(engine: Engine, scene: Scene, desk: Desk) -> None:
    image_id = picture(engine, scene, seconds=20)
    rules = [departure(engine, image_id) for _ in range(2)]
    for rule in rules:
        desk.ask(request(image_id, "person gone", rule=rule))
    assert count(engine, decision) == 2
    assert all(judged(engine, rule) for rule in rules)


def test_a_departure_from_long_ago_is_told_nobody(engine: Engine, scene: Scene, desk: Desk) -> None:
    image_id = picture(engine, scene, minutes=13)
    told = desk.ask(request(image_id, "person gone", rule=departure(engine, image_id)))
    assert told.outcome == "not_told"
    assert told.reasons == ["the picture is 780 s old; alerts are for pictures of the last 720 s"]


def test_an_arrival_is_told_though_a_departure_was_just_told(engine: Engine, scene: Scene, desk: Desk) -> None:
    image_id = picture(engine, scene, seconds=20)
    desk.ask(request(image_id, "person gone", rule=departure(engine, image_id)))
    assert desk.ask(request(picture(engine, scene, seconds=1))).outcome == "telling"


def test_a_departure_whose_picture_was_deleted_waits_no_longer(engine: Engine, scene: Scene, desk: Desk) -> None:
    picture(engine, scene, seconds=20)
    deleted = new_id()
    rule = departure(engine, deleted)
    desk.decider.handle(request(deleted, "person gone", rule=rule), desk.wake, desk.ring)
    assert desk.rung == []
    assert judged(engine, rule) == NOON
