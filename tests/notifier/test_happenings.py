"""Alerts of what has happened, other than in a picture."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from services.core.alert_messages import AlertDecision, AlertRequest
from services.core.ids import new_id
from services.core.settings import Settings
from services.notifier import figures
from services.store import camera, device, event, sighting
from services.store import person as people
from services.store.alert_tables import decision, delivery
from services.store.device import Described
from services.store.event import Event
from services.store.tables import camera as cameras
from tests.detector.sighting.memory import Remembered, person
from tests.notifier.cast import HeldClock, MailServer, Scene, request, with_mail
from tests.notifier.house import House
from tests.people import move_in

pytestmark = pytest.mark.mariadb


@pytest.fixture
def house(engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer) -> House:
    """Anna is told of everything by e-mail."""
    with engine.begin() as connection:
        move_in(connection, "Anna", "email")
        camera.register(connection, "Front Door", clock.now())
        device.register(connection, "back-door", Described("Back door", "contact", None, True, False), clock.now())
    return House(engine, clock, scene, with_mail(settings, mail_server.port, to=()))


def happens(house: House, kind: str, said: str = "nothing heard for 5 minutes", ago_s: float = 0, **of: Any) -> str:
    """An event's id."""
    at = house.clock.now() - timedelta(seconds=ago_s)
    made = Event(new_id(), kind, of.pop("camera_id", None), None, said, at, at, at, **of)
    with house.engine.begin() as connection:
        event.add(connection, [made])
    return made.id


def about(house: House, event_id: str, kind: str, **more: Any) -> AlertRequest:
    """What Node-RED asks about an event."""
    with house.engine.connect() as connection:
        found = event.find(connection, event_id)
    assert found is not None
    said: dict[str, Any] = {"event_id": event_id, "camera_id": found.camera_id, "rule": kind, "labels": []}
    return request(None, **said | {"text": found.detail, "reasons": [found.detail], "at": house.clock.now()} | more)


def told(house: House) -> AlertDecision:
    return [one for one in house.rung if isinstance(one, AlertDecision)][-1]


def unjudged(house: House, event_id: str) -> bool:
    with house.engine.connect() as connection:
        found = event.find(connection, event_id)
    return found is not None and found.unjudged_since is not None


def alert(house: House, kind: str, said: str = "nothing heard for 5 minutes", **of: Any) -> AlertDecision:
    event_id = happens(house, kind, said, **of)
    house.ask(about(house, event_id, kind))
    house.send()
    return told(house)


def text_of(server: MailServer) -> str:
    return str(server.mails[-1].get_body().get_content()).replace("\r\n", "\n")  # type: ignore[attr-defined]


def test_a_panic_under_way_reaches_also_who_mutes_themselves(house: House, mail_server: MailServer) -> None:
    house.ask(about(house, happens(house, "panic"), "panic"))
    with house.engine.begin() as connection:
        (anna,) = people.all_people(connection)
        people.mute(connection, anna.id, house.clock.now() + timedelta(hours=1))
    house.send()
    assert len(mail_server.mails) == 1


def test_a_camera_that_falls_silent_is_told_of_with_its_newest_picture(house: House, mail_server: MailServer) -> None:
    with house.engine.begin() as connection:
        house.scene.picture(connection, house.clock.now() - timedelta(minutes=5))
    event_id = happens(house, "camera_silent", camera_id="front-door")
    assert unjudged(house, event_id)
    house.ask(about(house, event_id, "camera_silent"))
    house.clock.move(seconds=4)
    house.send()
    (mail,) = mail_server.mails
    assert mail["Subject"] == "Front Door: nothing heard for 5 minutes (12:00)"
    assert len(list(mail.iter_attachments())) == 1  # type: ignore[attr-defined]
    assert "This news was 4 s old when this message was sent." in text_of(mail_server)
    assert "All alerts:\nhttp://house/alerts" in text_of(mail_server)
    assert (told(house).event_id, told(house).image_id, told(house).camera_id) == (event_id, None, "front-door")
    assert not unjudged(house, event_id)
    assert house.only(decision).outcome == "told"


def test_what_happened_at_no_camera_goes_out_without_a_picture(house: House, mail_server: MailServer) -> None:
    alert(house, "service_silent", said="The detector is not running: pictures wait for it.")
    (mail,) = mail_server.mails
    assert mail["Subject"] == "The detector is not running: pictures wait for it (12:00)"
    assert list(mail.iter_attachments()) == []  # type: ignore[attr-defined]
    assert "not attached" not in text_of(mail_server)


def test_a_device_is_called_by_its_name(house: House, mail_server: MailServer) -> None:
    alert(house, "device_stale", device_id="back-door")
    assert mail_server.mails[0]["Subject"] == "Back door: nothing heard for 5 minutes (12:00)"


def test_an_event_that_is_asked_about_twice_is_told_once(house: House, mail_server: MailServer) -> None:
    event_id = happens(house, "panic", said="Anna pressed the button")
    for _ in range(2):
        house.ask(about(house, event_id, "panic"))
    house.send()
    assert len(mail_server.mails) == len(house.rows(delivery)) == 1


def test_a_verdict_not_to_tell_settles_the_event(house: House) -> None:
    event_id = happens(house, "service_back")
    house.ask(about(house, event_id, "service_back", tell=False, people=[], reasons=["nobody wants to know"]))
    assert (told(house).outcome, told(house).reasons) == ("not_told", ["nobody wants to know"])
    assert not unjudged(house, event_id)


def test_a_flapping_camera_is_told_of_once_in_ten_minutes(house: House, mail_server: MailServer) -> None:
    outcomes = []
    for _ in range(3):
        outcomes.append(alert(house, "camera_silent", camera_id="front-door").outcome)
        house.clock.move(minutes=6)
    assert outcomes == ["telling", "not_told", "telling"]
    assert len(mail_server.mails) == 2


def test_a_camera_that_is_silent_again_within_the_pause_is_told_of_after_it(
    house: House, mail_server: MailServer
) -> None:
    alert(house, "camera_silent", camera_id="front-door")
    house.clock.move(minutes=2)
    shorter = happens(house, "camera_silent", camera_id="front-door")
    house.clock.move(minutes=2)
    lasting = happens(house, "camera_silent", camera_id="front-door")
    with house.engine.begin() as connection:
        camera.mark_silent(connection, "front-door", house.clock.now())
    for _ in range(3):
        for one in (shorter, lasting):
            house.ask(about(house, one, "camera_silent"))
        house.send()
        assert (unjudged(house, shorter), len(house.rows(decision))) == (False, 2)
        assert unjudged(house, lasting)
        house.clock.move(minutes=1)
    house.clock.move(minutes=3)
    house.ask(about(house, lasting, "camera_silent"))
    house.send()
    assert (told(house).outcome, told(house).event_id) == ("telling", lasting)
    assert (unjudged(house, lasting), len(mail_server.mails)) == (False, 2)
    assert "6 min old" in text_of(mail_server)


def test_a_camera_that_has_come_back_within_the_pause_is_not_told_of_any_more(house: House) -> None:
    alert(house, "camera_silent", camera_id="front-door")
    event_id = happens(house, "camera_silent", camera_id="front-door")
    with house.engine.begin() as connection:
        camera.mark_silent(connection, "front-door", house.clock.now())
    house.ask(about(house, event_id, "camera_silent"))
    assert unjudged(house, event_id)
    with house.engine.begin() as connection:
        connection.execute(update(cameras).values(silent_since=None))
    house.ask(about(house, event_id, "camera_silent"))
    assert (told(house).outcome, unjudged(house, event_id)) == ("not_told", False)


def test_a_flapping_camera_silences_no_other_news_of_it(house: House) -> None:
    alert(house, "camera_silent", camera_id="front-door")
    assert alert(house, "camera_back", camera_id="front-door").outcome == "telling"
    assert [alert(house, "rule_alert", camera_id="front-door").outcome for _ in range(2)] == ["telling"] * 2


def test_old_news_is_told_only_while_it_is_still_so(house: House) -> None:
    assert alert(house, "panic", ago_s=660).reasons == [
        "it happened 11 min ago; people are told of what happened in the last 10 min"
    ]
    assert alert(house, "camera_silent", camera_id="front-door", ago_s=660).outcome == "not_told"
    with house.engine.begin() as connection:
        camera.mark_silent(connection, "front-door", house.clock.now())
    assert alert(house, "camera_silent", camera_id="front-door", ago_s=660).outcome == "telling"


@pytest.mark.parametrize(
    ("back", "outcome"),
    [
        ("The detector is back after 3 min.", "not_told"),
        ("The hub is back after 3 min.", "telling"),
        ("The detector (b) is back after 3 min.", "telling"),
    ],
)
def test_a_silent_service_is_old_news_only_when_it_is_back_itself(house: House, back: str, outcome: str) -> None:
    said = "The detector is not running: pictures wait to be looked at."
    assert alert(house, "service_silent", said, ago_s=900).outcome == "telling"
    happens(house, "service_back", back, ago_s=800)
    assert alert(house, "service_silent", said, ago_s=900).outcome == outcome


def test_a_low_disk_is_old_news_only_when_there_is_room_again(house: House, mail_server: MailServer) -> None:
    said = "The disk of the pictures is almost full: 3.2 GB of 128.0 GB are free (2.5 %)."
    assert alert(house, "disk_low", said, ago_s=900).outcome == "telling"
    assert mail_server.mails[0]["Subject"] == f"{said.removesuffix('.')} (11:45)"
    happens(house, "disk_back", "The disk of the pictures has room again.", ago_s=800)
    assert alert(house, "disk_low", said, ago_s=900).outcome == "not_told"


def test_an_alert_of_a_rule_says_what_triggered_before(house: House, mail_server: MailServer) -> None:
    happens(house, "device_active", said="open", ago_s=30, device_id="back-door")
    happens(house, "device_active", said="open", ago_s=301, device_id="back-door")
    seen = Remembered()
    seen.look(0, person(0.5))
    (one,) = seen.visits
    with house.engine.begin() as connection:
        shown = house.scene.picture(connection, house.clock.now())
        at = house.clock.now() - timedelta(seconds=20)
        came = {"camera_id": "front-door", "arrived_at": at, "arrival_image_id": shown, "last_image_id": shown}
        sighting.write(connection, sighting.Changes(begun=[one.__class__(**vars(one) | came)]))
    alert(house, "rule_alert", said="the back door is open at night")
    assert (
        "What triggered in the last 5 minutes:\n- 11:59:30 Back door: open\n- 11:59:40 person at Front Door\n"
        in text_of(mail_server)
    )


def test_a_picture_says_so_too_when_a_device_triggered_before_it(house: House, mail_server: MailServer) -> None:
    house.see()
    house.send()
    assert "What triggered" not in text_of(mail_server)
    happens(house, "device_active", said="open", ago_s=5, device_id="back-door")
    house.see("dog")
    house.send()
    assert "- 11:59:55 Back door: open" in text_of(mail_server)


def test_an_event_that_is_gone_is_counted_and_done_with(house: House) -> None:
    before = figures.requests_discarded._value.get()
    house.ask(request(None, event_id=new_id(), rule="panic", labels=[], camera_id=None))
    assert figures.requests_discarded._value.get() == before + 1
    assert house.rows(decision) == []
