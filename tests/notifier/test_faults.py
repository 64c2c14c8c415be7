"""What must hold when servers are away and notifiers die: nothing lost, nothing doubled, in order, with its age."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from services.core.settings import Settings
from services.notifier.lanes import LANES, Lanes
from services.notifier.sender import Sender
from services.store import channel, person
from services.store.alert_tables import attempt, decision, delivery
from services.store.person_tables import KINDS, telling
from tests.notifier.cast import HeldClock, MailServer, Scene, silent_server, with_mail
from tests.notifier.house import GO_ON, House
from tests.notifier.web_double import WebDouble
from tests.peers import free_port, wait_until
from tests.people import move_in, way

pytestmark = pytest.mark.mariadb
CAMERAS = ("Front Door", "Garden", "Garage", "Drive")


@pytest.fixture
def web() -> Iterator[WebDouble]:
    with WebDouble().running() as double:
        yield double


def home(engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, smtp_port: int) -> House:
    with engine.begin() as connection:
        move_in(connection, "Anna", "email")
    return House(engine, clock, scene, with_mail(settings, smtp_port, to=()))


def see_at(house: House, camera: str) -> None:
    house.scene = Scene(house.scene.media, camera)
    house.see()


def test_a_mail_server_that_is_away_for_an_hour_loses_doubles_and_reorders_nothing(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings
) -> None:
    port = free_port()
    house = home(engine, clock, scene, settings, port)
    for camera in CAMERAS:
        see_at(house, camera)
        house.live(900, step=30)
    assert {row.outcome for row in house.rows(telling)} == {"telling"}
    with MailServer(port=port).running() as server:
        see_at(house, "Cellar")
        house.live(600, step=30)
    assert [str(mail["Subject"]).split(" at ")[1].split(" (")[0] for mail in server.mails] == [*CAMERAS, "Cellar"]
    assert "was 60 min old when this message was sent" in server.mails[0].as_string()
    assert "was 0 s old when this message was sent" in server.mails[4].as_string()
    assert {row.outcome for row in house.rows(telling)} == {"told"}
    assert [row.outcome for row in house.rows(attempt)].count("accepted") == 5


def test_with_another_channel_the_hour_costs_a_minute_and_nothing_comes_twice(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, web: WebDouble
) -> None:
    port = free_port()
    house = home(engine, clock, scene, settings, port)
    with engine.begin() as connection:
        (anna,) = person.all_people(connection)
        channel.add(connection, way(anna, "webhook", f"http://127.0.0.1:{web.port}/anna"))
    for camera in CAMERAS:
        see_at(house, camera)
        house.live(120, step=5)
    assert len(web.asked) == len(CAMERAS)
    with MailServer(port=port).running() as server:
        house.live(3600, step=60)
    assert (server.mails, len(web.asked)) == ([], len(CAMERAS))
    assert sorted(row.state for row in house.rows(delivery)) == ["dropped"] * 4 + ["sent"] * 4


def test_a_notifier_killed_after_the_acceptance_sends_a_copy_that_says_so(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer
) -> None:
    house = home(engine, clock, scene, settings, mail_server.port)
    house.see()
    parcel = house.sender._claim(clock.now())
    assert parcel is not None
    assert house.sender._post.hand_over(parcel, clock.now()).outcome == "accepted"
    again = House(engine, clock, scene, house.settings)
    again.sender.take_back_own()
    again.live(10)
    assert [mail["X-Hearthwatch-Delivery"] for mail in mail_server.mails] == [parcel.errand.id] * 2
    assert [row.outcome for row in house.rows(attempt)] == ["passing", "accepted"]
    assert (house.only(telling).outcome, house.only(decision).outcome) == ("told", "told")


def test_what_one_lane_was_sending_is_no_business_of_another(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer
) -> None:
    house = home(engine, clock, scene, settings, mail_server.port)
    house.see()
    other = Sender(engine, clock, house.sender._post, "1/ntfy", house.rung.append, ["ntfy"])
    assert not other.send_one(GO_ON)
    assert house.sender._claim(clock.now()) is not None
    other.take_back_own()
    assert house.only(delivery).state == "sending"


def test_every_kind_of_channel_has_one_lane() -> None:
    assert sorted(kind for kinds in LANES.values() for kind in kinds) == sorted(KINDS)


def test_a_lane_is_woken_only_for_its_own_kinds(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings
) -> None:
    house = home(engine, clock, scene, settings, free_port())
    post = house.sender._post
    lanes = Lanes(lambda name, kinds: Sender(engine, clock, post, f"1/{name}", house.rung.append, kinds))
    lanes.wake(["webhook"])
    assert {name for name, rounds in lanes._rounds.items() if rounds._woken.is_set()} == {"webhook"}
    lanes.wake(["sms_email"])
    assert {name for name, rounds in lanes._rounds.items() if rounds._woken.is_set()} == {"webhook", "mail"}


def test_a_mail_server_that_hangs_does_not_delay_a_webhook(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, web: WebDouble
) -> None:
    with silent_server() as (port, connected):
        house = home(engine, clock, scene, settings, port)
        with engine.begin() as connection:
            ben = move_in(connection, "Ben")
            channel.add(connection, way(ben, "webhook", f"http://127.0.0.1:{web.port}/ben"))
        post = house.sender._post
        lanes = Lanes(lambda name, kinds: Sender(engine, clock, post, f"1/{name}", house.rung.append, kinds))
        stopping = threading.Event()
        lanes.start(stopping, lambda _: lambda: None)
        try:
            house.see()
            lanes.wake()
            wait_until(connected.is_set, "the mail server")
            wait_until(lambda: len(web.asked) == 1, "the webhook")
            assert {row.name: row.outcome for row in house.rows(telling)}["Anna"] == "telling"
        finally:
            stopping.set()
    lanes.join()
