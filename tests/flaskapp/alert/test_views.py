import re
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Engine

from flaskapp import create_app
from services.core.bus import Bus
from services.core.settings import Settings
from services.notifier.plan import NO_CHANNEL
from tests.flaskapp.conftest import Cast, browser
from tests.flaskapp.house import NOON, House, Standing
from tests.flaskapp.person.cast import a_channel, a_person


def test_a_decision_shows_its_outcome_in_words_and_its_reasons(cast: Cast, house: House) -> None:
    house.camera()
    image_id = house.picture(labels=["person"])
    house.decision(image_id, reasons=["car is not an alert label of Front Door", "it was day"])
    page = cast.viewer.get("/alerts").text
    assert "Not told" in page
    assert "<li>car is not an alert label of Front Door</li><li>it was day</li>" in page
    assert f"/picture/{image_id}/thumb" in page


def test_what_was_not_sent_shows_the_message_and_leads_to_where_people_are_entered(cast: Cast, house: House) -> None:
    house.camera()
    image_id = house.picture(labels=["person"])
    house.decision(image_id, "no_channel", subject="A person at Front Door", body="Seen at noon.")
    page = cast.viewer.get("/alerts").text
    for words in ("Not sent: no channel set up", "A person at Front Door", "Seen at noon.", 'href="/people">Enter who'):
        assert words in page


def test_where_somebody_can_be_told_nothing_is_said_about_entering_people(
    settings: Settings, engine: Engine, clock: Standing, cast: Cast
) -> None:
    there = settings.model_copy(update={"smtp_host": "mail.example.org", "alert_email_to": ("a@example.org",)})
    app: Flask = create_app(there, engine, clock, Bus(there, "gallery", clock, durable=False))
    assert "Enter who" not in browser(app, cast.owner_id).get("/alerts").text


def test_each_delivery_shows_its_attempts(cast: Cast, house: House) -> None:
    house.camera()
    decision_id = house.decision(house.picture(), "told")
    house.delivery(decision_id, "sent", [("passing", "421 too many connections"), ("accepted", None)])
    page = cast.viewer.get("/alerts").text
    for words in ("E-mail: accepted", "will be tried again", "421 too many connections"):
        assert words in page


def test_decisions_like_the_one_before_are_folded(cast: Cast, house: House) -> None:
    house.camera()
    for number in range(58):
        at = NOON - timedelta(seconds=number)
        house.decision(house.picture(at=at), at=at, reasons=[f"told {number} s ago"])
    page = cast.viewer.get("/alerts").text
    assert page.count('<article class="alert') == 1
    assert "57 more like this" in page


def test_scrolling_reaches_every_line_once(cast: Cast, house: House) -> None:
    house.camera()
    for number in range(70):
        at = NOON - timedelta(seconds=number // 4)
        house.decision(house.picture(at=at), "told", at, reasons=[f"reason number {number}."])
    seen, path = [], "/alerts"
    while path:
        page = cast.viewer.get(path, headers={"HX-Request": "true"}).text
        seen += re.findall(r"reason number \d+\.", page)
        follow = re.search(r'hx-get="([^"]+)"', page)
        path = follow.group(1).replace("&amp;", "&") if follow else ""
    assert len(seen) == len(set(seen)) == 70


def test_it_is_filtered_by_outcome_and_camera(cast: Cast, house: House) -> None:
    house.camera()
    house.camera("Street", "street")
    house.decision(house.picture(), "told", reasons=["first"])
    house.decision(house.picture(), "no_channel", reasons=["second"])
    house.decision(house.picture("street"), "told", camera_id="street", reasons=["third"])
    page = cast.viewer.get("/alerts?outcome=told&camera=street").text
    assert ("first" in page, "second" in page, "third" in page) == (False, False, True)


def test_an_empty_list_says_what_would_be_here(cast: Cast) -> None:
    assert "No decision yet" in cast.viewer.get("/alerts").text


def test_it_counts_who_is_in_the_picture(cast: Cast, house: House) -> None:
    house.camera()
    image_id = house.picture(labels=["person"] * 6 + ["car"])
    house.decision(image_id, labels=[{"label": "person", "score": 0.9}])
    assert "<h2>6 people <span" in cast.viewer.get("/alerts").text


def test_names_of_settings_are_only_in_a_fold(cast: Cast, house: House) -> None:
    house.camera()
    house.decision(house.picture(labels=["person"]), "no_channel", reasons=[NO_CHANNEL, "person is an alert label"])
    unfolded = re.sub(r"<details.*?</details>", "", cast.viewer.get("/alerts").text, flags=re.DOTALL)
    assert NO_CHANNEL in unfolded
    assert "HEARTHWATCH_" not in unfolded


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def test_a_decision_says_who_was_told_by_what_and_who_was_not_and_why(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    anna, ben = a_person(engine), a_person(engine, "Ben")
    way = a_channel(engine, anna, "telegram", "12345678")
    decision_id = house.decision(house.picture(labels=["person"]), "told")
    telling_id = house.telling(decision_id, anna)
    later = NOON + timedelta(hours=10)
    house.telling(decision_id, ben, "later", name="Ben", reasons=["quiet hours until 22:00"], due_at=later)
    through: dict[str, Any] = {"telling_id": telling_id, "channel": f"telegram:{way}", "channel_id": way}
    house.delivery(decision_id, "sent", [("accepted", None)], **through)
    page = words_of(cast.viewer.get("/alerts").text)
    assert "Anna told by Telegram 12:00 Anna wants to know of person at Front Door" in page
    assert "Ben later, in a summary 22:00 quiet hours until 22:00" in page
    assert "Anna, Telegram: accepted" in page
    assert way not in cast.viewer.get("/alerts").text


def test_what_happened_is_shown_without_a_picture(cast: Cast, house: House) -> None:
    house.camera()
    event_id = house.event("camera_silent", detail="Front Door has sent nothing for 10 minutes.")
    house.decision(None, "told", event_id=event_id, rule="camera_silent", labels=[], reasons=["a reason"])
    page = cast.viewer.get("/alerts").text
    assert "Silent camera at Front Door Front Door has sent nothing for 10 minutes. a reason" in words_of(page)
    assert "/thumb" not in page


def test_a_summary_and_a_test_say_what_they_are(cast: Cast, house: House) -> None:
    for rule in ("summary-1", "test-1"):
        house.decision(None, "told", camera_id=None, rule=rule, labels=[])
    page = words_of(cast.viewer.get("/alerts").text)
    assert "A summary" in page
    assert "A test of a channel" in page


def test_decisions_without_a_picture_are_folded_too(cast: Cast, house: House) -> None:
    house.camera()
    for number in range(3):
        at = NOON - timedelta(seconds=number)
        house.decision(None, event_id=house.event("camera_silent", at), rule="camera_silent", at=at, labels=[])
    assert "2 more like this" in cast.viewer.get("/alerts").text


def test_one_persons_alerts_are_found_by_what_came_of_them(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    anna, ben = a_person(engine), a_person(engine, "Ben")
    for number, outcome in enumerate(("told", "not_told", "in_summary")):
        at = NOON - timedelta(minutes=number)
        decision_id = house.decision(house.picture(at=at), "told", at, reasons=[f"number {number}."])
        house.telling(decision_id, anna, outcome, at)
    only_ben = house.decision(house.picture(), "told", reasons=["number 9."])
    house.telling(only_ben, ben, name="Ben")

    def shown(query: str) -> list[str]:
        return re.findall(r"number (\d)\.", cast.viewer.get(f"/alerts?{query}").text)

    assert shown(f"person={anna}") == ["0", "1", "2"]
    assert shown(f"person={ben}") == ["9"]
    assert shown(f"person={anna}&outcome=told") == ["0"]
    assert shown(f"person={anna}&outcome=later") == ["2"]
    assert shown(f"person={anna}&camera=garden") == []
    assert shown("person=nobody") == []
