"""What was kept back comes in one message."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from services.core.alert_messages import PersonVerdict, Span
from services.core.settings import Settings
from services.store import channel, image, person
from services.store import telling as store
from services.store.alert_tables import decision, delivery
from services.store.person import Person
from services.store.person_tables import person as people
from services.store.person_tables import telling
from services.store.tables import image as pictures
from tests.notifier.cast import NOON, HeldClock, MailServer, Scene, with_mail
from tests.notifier.house import House
from tests.people import move_in, way

pytestmark = pytest.mark.mariadb
NIGHT = timedelta(hours=7)


@pytest.fixture
def house(engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer) -> House:
    return House(engine, clock, scene, with_mail(settings, mail_server.port, to=()))


@pytest.fixture
def anna(house: House) -> Person:
    with house.engine.begin() as connection:
        return move_in(connection, "Anna", "email")


def asleep(one: Person, house: House) -> PersonVerdict:
    until = house.clock.now().replace(hour=19, minute=0, second=0)
    reasons = [f"{one.name} wants to know of it", "quiet hours until 19:00"]
    return PersonVerdict(person_id=one.id, name=one.name, tell=True, later=until, quiet=[], reasons=reasons)


def wishes(one: Person, *quiet: Span) -> PersonVerdict:
    reasons = [f"{one.name} wants it"]
    return PersonVerdict(person_id=one.id, name=one.name, tell=True, later=None, quiet=list(quiet), reasons=reasons)


def night(house: House, one: Person) -> list[str]:
    """Three alerts while somebody is asleep: the images' ids."""
    images = []
    for labels in (("person",), ("person", "car"), ("dog",)):
        images.append(house.see(*labels, people=[asleep(one, house)]))
        house.clock.move(minutes=6)
    return images


def text_of(server: MailServer) -> str:
    return str(server.mails[-1].get_body().get_content()).replace("\r\n", "\n")  # type: ignore[attr-defined]


def test_quiet_hours_end_with_one_message_that_holds_all(house: House, anna: Person, mail_server: MailServer) -> None:
    images = night(house, anna)
    house.live(60, step=20)
    assert mail_server.mails == []
    house.clock.move(hours=7)
    house.live(60, step=20)
    (mail,) = mail_server.mails
    assert mail["Subject"] == "3 alerts that waited: Front Door"
    assert text_of(mail_server).startswith(
        "3 alerts waited for you: 3 at Front Door (person ×2, car, dog).\n\nThe newest first:\n"
        "- 12:12:00 Dog at Front Door (12:12)\n- 12:06:00 Person and car at Front Door (12:06)\n"
    )
    assert "Why they waited:\n- quiet hours until 19:00" in text_of(mail_server)
    assert len(list(mail.iter_attachments())) == 1  # type: ignore[attr-defined]
    summary = house.rows(decision)[-1]
    assert (summary.image_id, summary.outcome, summary.event_id) == (images[-1], "told", None)
    assert [row.outcome for row in house.rows(telling)] == ["in_summary"] * 3 + ["told"]
    assert {row.summary_id for row in house.rows(telling)} == {summary.id, None}


def test_a_summary_leaves_its_picture_to_its_own_verdict(house: House, anna: Person) -> None:
    newest = night(house, anna)[-1]
    with house.engine.begin() as connection:
        connection.execute(update(pictures).values(judged_at=None))
    house.clock.move(hours=7)
    house.live(2)
    with house.engine.begin() as connection:
        found = image.find(connection, newest)
    assert found is not None
    assert (found.judged_at, house.rows(decision)[-1].image_id) == (None, newest)


def test_of_a_long_night_twenty_lines_are_shown(house: House, anna: Person, mail_server: MailServer) -> None:
    for _ in range(25):
        house.see(people=[asleep(anna, house)])
        house.clock.move(minutes=5)
    house.clock.move(hours=7)
    house.live(2)
    assert text_of(mail_server).count("Person at Front Door") == 20
    assert "- and 5 more" in text_of(mail_server)


def test_what_was_too_much_in_an_hour_comes_when_the_hour_is_over(
    house: House, anna: Person, mail_server: MailServer
) -> None:
    with house.engine.begin() as connection:
        connection.execute(update(people).values(per_hour=1))
    for _ in range(3):
        house.see(people=[wishes(anna)])
        house.live(360, step=60)
    assert len(mail_server.mails) == 1
    house.live(43 * 60, step=60)
    assert mail_server.mails[-1]["Subject"] == "2 alerts that waited: Front Door"
    assert "1 alert in the last hour" in text_of(mail_server)


def test_what_was_too_much_just_before_the_quiet_hours_comes_after_them_but_for_what_breaks_through(
    house: House, anna: Person, mail_server: MailServer
) -> None:
    with house.engine.begin() as connection:
        connection.execute(update(people).values(per_hour=1))
    quiet = Span(begins_at=NOON + timedelta(minutes=40), ends_at=NOON + timedelta(hours=8))
    for labels, spans in ((["person"], [quiet]), (["dog"], [quiet]), (["car"], [])):
        house.see(*labels, people=[wishes(anna, *spans)])
        house.live(60, step=20)
    house.clock.move(hours=1)
    house.live(60, step=20)
    assert [mail["Subject"] for mail in mail_server.mails[1:]] == ["1 alert that waited: Front Door"]
    assert ("Car" in text_of(mail_server), "Dog" in text_of(mail_server)) == (True, False)
    house.clock.move(hours=7)
    house.live(60, step=20)
    assert "Dog" in text_of(mail_server)
    assert [row.outcome for row in house.rows(telling)] == ["told", "in_summary", "in_summary", "told", "told"]


@pytest.mark.parametrize("what", ["removed", "muted", "switched off"])
def test_who_is_not_told_any_more_gets_no_summary_and_the_rows_say_why(
    house: House, anna: Person, mail_server: MailServer, what: str
) -> None:
    night(house, anna)
    with house.engine.begin() as connection:
        if what == "removed":
            person.remove(connection, anna.id)
        elif what == "muted":
            person.mute(connection, anna.id, house.clock.now() + timedelta(hours=20))
        else:
            connection.execute(update(people).values(enabled=False))
    house.clock.move(hours=7)
    house.live(2)
    assert mail_server.mails == []
    assert {row.outcome for row in house.rows(telling)} == {"not_told"}
    assert all(what in row.reasons[0] for row in house.rows(telling))
    assert len(house.rows(decision)) == 3


def test_what_nobody_can_be_told_through_waits_until_there_is_a_channel(
    house: House, anna: Person, mail_server: MailServer
) -> None:
    night(house, anna)
    with house.engine.begin() as connection:
        channel.remove(connection, channel.of(connection, anna.id)[0].id)
    house.clock.move(hours=7)
    house.live(2)
    assert {row.outcome for row in house.rows(telling)} == {"later"}
    assert (len(house.rows(decision)), house.rows(delivery)) == (3, [])
    with house.engine.begin() as connection:
        channel.add(connection, way(anna))
    house.live(2)
    assert mail_server.mails == [], "it is not looked for every second"
    house.clock.move(hours=1)
    house.live(2)
    assert mail_server.mails[-1]["Subject"] == "3 alerts that waited: Front Door"
    assert [row.outcome for row in house.rows(telling)] == ["in_summary"] * 3 + ["told"]


@pytest.mark.parametrize(("answers", "came"), [([], "told"), (["550 no such user"], "failed")])
def test_what_a_summary_holds_knows_what_came_of_it(
    house: House, anna: Person, mail_server: MailServer, answers: list[str], came: str
) -> None:
    night(house, anna)
    house.clock.move(hours=7)
    mail_server.refuse_recipient = answers
    house.live(2)
    alerts = [row.id for row in house.rows(decision)][:3]
    with house.engine.begin() as connection:
        found = store.of(connection, alerts)
    assert {row.summary_outcome for rows in found.values() for row in rows} == {came}


def test_two_notifiers_make_one_summary(house: House, anna: Person, mail_server: MailServer) -> None:
    night(house, anna)
    house.clock.move(hours=7)
    other = House(house.engine, house.clock, house.scene, house.settings, by="2")
    house.steward.go()
    other.steward.go()
    other.send()
    house.send()
    assert len(mail_server.mails) == 1
