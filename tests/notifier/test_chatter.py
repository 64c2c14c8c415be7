"""An input that makes too many alerts."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.core.settings import Settings
from services.notifier.rules import Policy
from services.store import camera, device, event
from services.store.alert_tables import decision
from services.store.device import Described
from services.store.event import Event
from services.store.person_tables import telling
from tests.notifier.cast import HeldClock, MailServer, Scene, request, with_mail
from tests.notifier.house import POLICY, House
from tests.people import move_in

pytestmark = pytest.mark.mariadb
THREE_A_MINUTE = replace(POLICY, cooldown=timedelta(0), chatter=3)
WHY = "more than 3 alerts of Back door within a minute"


def lives(house: House, policy: Policy = THREE_A_MINUTE, **anna: Any) -> House:
    """Anna is told of everything by e-mail; there are two devices and a camera."""
    house.follow(policy)
    with house.engine.begin() as connection:
        move_in(connection, "Anna", "email", **anna)
        camera.register(connection, "Front Door", house.clock.now())
        for key, name in (("back-door", "Back door"), ("shed", "Shed")):
            device.register(connection, key, Described(name, "contact", None, True, False), house.clock.now())
    return house


@pytest.fixture
def house(engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer) -> House:
    return lives(House(engine, clock, scene, with_mail(settings, mail_server.port, to=())))


@pytest.fixture
def house_with_address(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer
) -> House:
    """Besides her, an address of the settings is told, and nobody was asked."""
    made = House(engine, clock, scene, with_mail(settings, mail_server.port, to=("old@example.org",)))
    made.follow(THREE_A_MINUTE)
    with engine.begin() as connection:
        device.register(connection, "back-door", Described("Back door", "contact", None, True, False), clock.now())
    return made


def triggers(
    house: House, times: int, device_id: str = "back-door", every_s: float = 5, rule: str = "rule_alert"
) -> None:
    """A rule tells of a device, so many times."""
    for _ in range(times):
        now, of = house.clock.now(), None if rule == "panic" else device_id
        made = Event(new_id(), rule, None, None, "Tell all: it triggered", now, now, now, device_id=of)
        with house.engine.begin() as connection:
            event.add(connection, [made])
        said: dict[str, Any] = {"event_id": made.id, "camera_id": None, "rule": rule, "labels": [], "text": made.detail}
        house.ask(request(None, **said, reasons=["a rule tells"], at=now))
        house.send()
        house.clock.move(seconds=every_s)


def subjects(server: MailServer) -> list[str]:
    return [str(mail["Subject"]) for mail in server.mails]


def text_of(server: MailServer) -> str:
    return str(server.mails[-1].get_body().get_content()).replace("\r\n", "\n")  # type: ignore[attr-defined]


def test_what_is_too_much_in_a_minute_comes_as_one_summary_that_says_why(house: House, mail_server: MailServer) -> None:
    triggers(house, 11)
    assert len(mail_server.mails) == 3
    house.live(300, step=10)
    assert len(mail_server.mails) == 4
    assert mail_server.mails[-1]["Subject"] == "8 alerts that waited: Back door"
    assert f"Why they waited:\n- {WHY}: this one goes into a summary" in text_of(mail_server)
    assert Counter(row.outcome for row in house.rows(telling)) == {"told": 4, "in_summary": 8}
    kept = [row for row in house.rows(decision) if row.outcome == "not_told"]
    assert {tuple(row.reasons) for row in kept} == {("it waits for the summary of Anna", "a rule tells", WHY)}


def test_as_many_as_are_wanted_in_a_minute_are_told_one_by_one(house: House, mail_server: MailServer) -> None:
    triggers(house, 9, every_s=20)
    assert len(mail_server.mails) == 9


def test_it_is_told_at_once_again_when_it_is_calmer(house: House, mail_server: MailServer) -> None:
    triggers(house, 5)
    house.clock.move(minutes=1)
    triggers(house, 1)
    assert len(mail_server.mails) == 4


def test_one_that_goes_on_and_on_makes_a_summary_every_five_minutes(house: House, mail_server: MailServer) -> None:
    for _ in range(20):
        triggers(house, 6, every_s=10)
        house.steward.go()
        house.send()
    assert len(mail_server.mails) == 3 + 3
    kept = sum(row.outcome == "in_summary" for row in house.rows(telling))
    assert kept + len(waiting(house)) == 120 - 3


def waiting(house: House) -> list[Any]:
    return [row for row in house.rows(telling) if row.outcome == "later"]


def test_what_another_input_makes_is_told_all_the_same(house: House, mail_server: MailServer) -> None:
    triggers(house, 5)
    triggers(house, 1, "shed")
    house.see()
    house.send()
    assert subjects(mail_server)[3:] == ["Shed: Tell all: it triggered (12:00)", "Person at Front Door (12:00)"]


def test_pictures_of_one_camera_are_an_input_too(house: House, mail_server: MailServer) -> None:
    for _ in range(5):
        house.see()
        house.send()
        house.clock.move(seconds=5)
    assert len(mail_server.mails) == 3
    assert waiting(house)[0].reasons[-1].startswith("more than 3 alerts of Front Door within a minute: ")


def test_a_panic_is_never_too_much_and_is_no_input(house: House, mail_server: MailServer) -> None:
    triggers(house, 5, rule="panic")
    triggers(house, 1)
    assert len(mail_server.mails) == 6


def test_without_a_limit_all_are_told(house: House, mail_server: MailServer) -> None:
    house.follow(replace(THREE_A_MINUTE, chatter=0))
    triggers(house, 6)
    assert len(mail_server.mails) == 6


def test_an_address_of_the_settings_gets_the_first_that_is_too_much_and_then_none(
    house_with_address: House, mail_server: MailServer
) -> None:
    triggers(house_with_address, 8)
    assert len(mail_server.mails) == 4
    assert WHY in text_of(mail_server)
    last = house_with_address.rows(decision)[-1]
    assert (last.outcome, last.reasons) == ("not_told", ["a rule tells", WHY])
