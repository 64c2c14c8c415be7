from datetime import timedelta

import cv2
import numpy as np
import pytest
from sqlalchemy import Engine, delete, select

from services.core.media import Media
from services.core.settings import Settings
from services.notifier.channel import Answer, Letter
from services.notifier.post import NO_PICTURE, Post
from services.notifier.sender import CLAIM, NOT_WRITTEN, REST, Sender
from services.store import cooldown
from services.store.alert_tables import attempt, decision, delivery
from services.store.delivery import ERROR_MAX, Attempt
from services.store.tables import image
from tests.notifier.cast import NOON, HeldClock, MailServer, Scene, with_login, with_mail
from tests.notifier.house import GO_ON, House

pytestmark = pytest.mark.mariadb
ANNA, BEN = "anna@example.org", "ben@example.org"


@pytest.fixture
def house(engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer) -> House:
    return House(engine, clock, scene, with_mail(settings, mail_server.port))


def test_an_accepted_alert_is_told_once_and_spends_the_cooldown(house: House, mail_server: MailServer) -> None:
    house.see()
    house.clock.move(seconds=3)
    assert house.send() == 1
    told_at = NOON + timedelta(seconds=3)
    assert (house.only(decision).outcome, house.only(decision).told_at) == ("told", told_at)
    sent = house.only(delivery)
    assert (sent.state, sent.sent_at, sent.tries) == ("sent", told_at, 1)
    assert (house.only(attempt).outcome, house.only(attempt).error) == ("accepted", None)
    assert house.pause() == cooldown.Pause(None, told_at)
    (mail,) = mail_server.mails
    assert mail["X-Hearthwatch-Delivery"] == sent.id
    assert "The picture was 3 s old when this message was sent." in mail.as_string()
    assert [(one.outcome, one.channel, one.error) for one in house.results()] == [("sent", "email", None)]


def test_the_attached_picture_opens_and_has_the_box_of_what_was_kept(house: House, mail_server: MailServer) -> None:
    house.see()
    house.send()
    (picture,) = mail_server.mails[0].iter_attachments()  # type: ignore[attr-defined]
    assert picture.get_filename().startswith("front-door-2026-11-20T")
    pixels = cv2.imdecode(np.frombuffer(picture.get_content(), np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert pixels.shape == (240, 320, 3)
    kept, dropped = pixels[150, round(0.1 * 319)], pixels[150, round(0.6 * 319)]
    assert kept[2] > 180
    assert abs(int(dropped[2]) - 90) < 15


def test_a_broken_picture_goes_out_as_it_is(house: House, mail_server: MailServer) -> None:
    house.see(data=b"\xff\xd8 broken")
    house.send()
    (picture,) = mail_server.mails[0].iter_attachments()  # type: ignore[attr-defined]
    assert picture.get_content() == b"\xff\xd8 broken"


def test_a_missing_picture_is_said_and_the_alert_goes_out(house: House, mail_server: MailServer) -> None:
    image_id = house.see()
    with house.engine.begin() as connection:
        path = connection.scalar(select(image.c.path).where(image.c.id == image_id))
    (house.scene.media / str(path)).unlink()
    house.send()
    assert NO_PICTURE.strip() in mail_server.mails[0].as_string()
    assert house.only(decision).outcome == "told"


def test_the_next_alert_comes_when_the_cooldown_is_over(house: House, mail_server: MailServer) -> None:
    house.see()
    house.send()
    house.clock.move(minutes=4, seconds=59)
    house.see()
    assert house.send() == 0
    house.clock.move(seconds=1)
    house.see()
    assert house.send() == 1
    assert [row.outcome for row in house.rows(decision)] == ["told", "not_told", "told"]
    assert len(mail_server.mails) == 2


def test_a_greylisted_alert_is_tried_again_and_holds_its_label_meanwhile(house: House, mail_server: MailServer) -> None:
    mail_server.refuse_recipient = ["451 4.7.1 greylisted"]
    house.see()
    assert house.send() == 1
    assert house.pause().told_at is None
    house.see()
    assert house.rows(decision)[1].outcome == "not_told"
    house.clock.move(seconds=4)
    assert house.send() == 0
    house.clock.move(seconds=1)
    assert house.send() == 1
    assert [(row.number, row.outcome) for row in house.rows(attempt)] == [(1, "passing"), (2, "accepted")]
    assert house.pause() == cooldown.Pause(None, house.clock.now())
    assert len(mail_server.mails) == 1
    assert [one.outcome for one in house.results()] == ["retry", "sent"]


def test_a_refusal_for_good_spends_nothing_and_the_next_picture_alerts(house: House, mail_server: MailServer) -> None:
    mail_server.refuse_recipient = ["550 5.1.1 no such user"]
    house.see()
    assert house.send() == 1
    assert (house.only(decision).outcome, house.only(delivery).state) == ("failed", "failed")
    assert "550 5.1.1 no such user" in house.only(attempt).error
    assert house.pause() == cooldown.Pause(None, None)
    house.see()
    house.clock.move(seconds=REST.total_seconds())
    assert house.send() == 1
    assert house.rows(decision)[1].outcome == "told"


class Wordy:
    """A channel that says more than a row holds."""

    def hand_over(self, letter: Letter) -> Answer:
        return Answer("permanent", "no " * 999)


def test_a_long_answer_is_written_down_as_far_as_it_fits(house: House) -> None:
    house.see()
    ways = {house.only(delivery).channel: Wordy()}
    post = Post(Media(house.settings.media), ways, lambda kind, address: None, "http://house")
    Sender(house.engine, house.clock, post, "1", house.rung.append).send_one(GO_ON)
    assert (house.only(delivery).state, len(house.only(attempt).error)) == ("failed", ERROR_MAX)


def test_an_answer_that_no_row_can_hold_is_a_try_that_passes(house: House) -> None:
    house.see()
    claimed = house.sender._claim(house.clock.now())
    assert claimed
    then = house.sender._settle(claimed.errand, Attempt(house.clock.now(), house.clock.now(), "odd", None))
    assert then
    assert then.outcome == "retry"
    assert (house.only(attempt).outcome, house.only(attempt).error) == ("passing", NOT_WRITTEN)
    assert (house.only(delivery).state, house.only(delivery).tries) == ("pending", 1)


def test_after_a_refusal_for_good_the_server_is_left_alone_for_a_minute(house: House, mail_server: MailServer) -> None:
    mail_server.refuse_recipient = ["550 5.1.1 no such user"]
    house.see()
    house.send()
    house.see()
    house.clock.move(seconds=REST.total_seconds() - 1)
    assert house.send() == 0
    assert house.rows(delivery)[1].state == "pending"


def test_what_waits_does_not_wait_for_a_clock_that_was_put_back_to_catch_up(
    house: House, mail_server: MailServer
) -> None:
    mail_server.refuse_recipient = ["451 4.7.1 greylisted", "550 5.1.1 no such user"]
    house.see()
    assert house.send() == 1
    house.clock.move(days=-1)
    assert house.send() == 1
    house.clock.move(days=-1)
    house.see()
    assert house.send() == 1
    assert house.rows(decision)[-1].outcome == "told"


def test_a_server_that_is_away_is_given_up_after_a_day(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings
) -> None:
    house = House(engine, clock, scene, with_mail(settings, 1))
    house.see()
    for _ in range(40):
        house.send()
        clock.move(hours=1)
    assert (house.only(decision).outcome, house.only(delivery).state) == ("failed", "failed")
    assert 24 <= len(house.rows(attempt)) < 40
    assert {row.outcome for row in house.rows(attempt)} == {"passing"}
    assert house.results()[-1].outcome == "failed"
    assert house.pause() == cooldown.Pause(None, None)


def test_no_row_holds_the_password(engine: Engine, clock: HeldClock, scene: Scene, settings: Settings) -> None:
    with MailServer(login=True).running() as server:
        house = House(engine, clock, scene, with_login(settings, server.port, "not-the-password"))
        house.see()
        house.send()
    assert house.only(attempt).outcome == "permanent"
    everything = [house.rows(table) for table in (decision, delivery, attempt)]
    assert "not-the-password" not in str(everything) + str(house.rung)


def test_one_of_two_recipients_is_enough_and_only_the_other_is_tried_again(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer
) -> None:
    house = House(engine, clock, scene, with_mail(settings, mail_server.port, to=(ANNA, BEN)))
    mail_server.refuse_recipient = ["451 4.7.1 greylisted"]
    house.see()
    assert house.send() == 2
    assert house.only(decision).outcome == "told"
    clock.move(seconds=5)
    assert house.send() == 1
    assert {row.state for row in house.rows(delivery)} == {"sent"}
    assert sorted(mail["To"] for mail in mail_server.mails) == [ANNA, BEN]
    assert house.only(decision).told_at == NOON


def test_an_alert_has_failed_only_when_every_recipient_was_refused(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer
) -> None:
    house = House(engine, clock, scene, with_mail(settings, mail_server.port, to=(ANNA, BEN)))
    mail_server.refuse_recipient = ["550 no", "451 later", "550 no"]
    house.see()
    house.send()
    assert house.only(decision).outcome == "telling"
    clock.move(seconds=5)
    house.send()
    assert house.only(decision).outcome == "failed"


def test_a_recipient_who_was_taken_out_gets_nothing_any_more(
    house: House, engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer
) -> None:
    house.see()
    later = House(engine, clock, scene, with_mail(settings, mail_server.port, to=(BEN,)))
    later.send()
    assert house.only(decision).outcome == "failed"
    assert "HEARTHWATCH_ALERT_EMAIL_TO" in house.only(attempt).error
    assert not mail_server.mails


def test_what_a_dead_notifier_was_sending_is_sent_when_its_claim_has_expired(
    house: House, engine: Engine, clock: HeldClock, mail_server: MailServer
) -> None:
    house.see()
    dead = house.sender._claim(clock.now())
    assert dead is not None
    other = House(engine, clock, house.scene, with_mail(Settings(_env_file=None), mail_server.port), by="2")
    clock.move(seconds=CLAIM.total_seconds() - 1)
    assert other.send() == 0
    clock.move(seconds=1)
    other.steward.go()
    assert other.send() == 1
    assert [row.outcome for row in house.rows(attempt)] == ["passing", "accepted"]
    assert "the notifier ended while it sent" in house.rows(attempt)[0].error
    assert len(mail_server.mails) == 1


def test_a_restarted_notifier_does_not_wait_for_its_own_claim(house: House, mail_server: MailServer) -> None:
    house.see()
    house.sender._claim(house.clock.now())
    assert house.send() == 0
    house.sender.take_back_own()
    assert house.send() == 1
    assert len(mail_server.mails) == 1


def test_a_message_that_kills_its_notifier_is_not_tried_at_once_again_and_again(house: House) -> None:
    house.see()
    for _ in range(2):
        assert house.sender._claim(house.clock.now())
        house.sender.take_back_own()
    assert house.sender._claim(house.clock.now()) is None
    house.clock.move(seconds=15)
    assert house.sender._claim(house.clock.now())


def test_an_acceptance_counts_though_the_claim_had_expired(house: House, mail_server: MailServer) -> None:
    house.see()
    slow = house.sender._claim(house.clock.now())
    assert slow is not None
    house.sender.take_back_own()
    house.sender._send(slow, GO_ON)
    assert house.only(delivery).state == "sent"
    assert house.send() == 0
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize(("outcome", "error"), [("accepted", None), ("passing", "451 later")])
def test_a_try_is_written_once_also_when_the_answer_to_its_commit_was_lost(
    house: House, outcome: str, error: str | None
) -> None:
    house.see()
    claimed = house.sender._claim(house.clock.now())
    assert claimed
    made = Attempt(house.clock.now(), house.clock.now(), outcome, error)
    assert house.sender._settle(claimed.errand, made) == house.sender._settle(claimed.errand, made)
    assert house.only(attempt).outcome == outcome
    assert house.only(delivery).tries == 1


def test_a_refusal_after_the_claim_had_expired_changes_nothing(house: House, mail_server: MailServer) -> None:
    house.see()
    slow = house.sender._claim(house.clock.now())
    assert slow is not None
    house.sender.take_back_own()
    mail_server.refuse_recipient = ["550 no"]
    house.sender._send(slow, GO_ON)
    assert (house.only(delivery).state, house.only(delivery).tries) == ("pending", 2)


def test_an_image_deleted_while_it_is_sent_leaves_nothing_behind(house: House) -> None:
    house.see()
    claimed = house.sender._claim(house.clock.now())
    assert claimed is not None
    with house.engine.begin() as connection:
        connection.execute(delete(image))
    house.sender._send(claimed, GO_ON)
    assert house.rows(attempt) == []
    assert house.pause() == cooldown.Pause(None, None)
