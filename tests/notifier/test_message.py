from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from services.core.alert_messages import Wanted
from services.notifier.message import (
    SUBJECT_MAX,
    Report,
    Story,
    Words,
    aged,
    file_name,
    link,
    personal,
    render,
    render_event,
    with_mute,
)

SEEN = datetime(2026, 11, 20, 22, 14, 5, tzinfo=UTC)
PERSON, DOG = Wanted(label="person", score=0.871), Wanted(label="dog", score=0.6)
STORY = Story([PERSON, DOG], "Front Door", SEEN, ["person is an alert label"], "http://house/picture/1")


def test_the_subject_says_what_where_and_when() -> None:
    assert render(STORY, UTC).subject == "Person and dog at Front Door (22:14)"


def test_the_body_says_what_when_why_and_where_to_see_it() -> None:
    assert render(STORY, UTC).body == (
        "Person (87%) and dog (60%) at Front Door, Fri 20 Nov 2026, 22:14:05 UTC.\n\n"
        "Why you are told:\n- person is an alert label\n\n"
        "The picture with all that is known of it:\nhttp://house/picture/1\n"
    )


def test_the_age_is_that_of_the_moment_of_sending() -> None:
    lines = aged(render(STORY, UTC).body, timedelta(minutes=7)).splitlines()
    assert lines[1] == "The picture was 7 min old when this message was sent."
    assert lines[-1] == "http://house/picture/1"


def test_times_are_those_of_the_house() -> None:
    assert "(23:14)" in render(STORY, timezone(timedelta(hours=1))).subject


def test_a_name_cannot_add_a_header_or_outgrow_the_subject() -> None:
    subject = render(Story([PERSON] * 9, "x\r\nBcc: all@example.org" + "y" * 300, SEEN, [], ""), UTC).subject
    assert subject.isprintable()
    assert len(subject) <= SUBJECT_MAX
    assert subject.endswith("… (22:14)")


def test_the_link_leads_to_the_picture_in_the_gallery() -> None:
    assert link("http://house:8080/", "0190") == "http://house:8080/picture/0190"


def test_the_file_is_named_by_camera_and_time() -> None:
    assert file_name("front-door", SEEN, UTC) == "front-door-2026-11-20T22.14.05.jpg"


SILENT = Report("nothing heard for 5 minutes.", "Front Door", SEEN, ["Front Door is silent"], "http://house/alerts")


def test_news_of_an_event_say_what_where_when_why_and_what_triggered_before() -> None:
    assert render_event(replace(SILENT, before=["22:13:00 Back door: open"]), UTC) == Words(
        "Front Door: nothing heard for 5 minutes (22:14)",
        "Front Door: nothing heard for 5 minutes, Fri 20 Nov 2026, 22:14:05 UTC.\n\n"
        "Why you are told:\n- Front Door is silent\n\n"
        "What triggered in the last 5 minutes:\n- 22:13:00 Back door: open\n\n"
        "All alerts:\nhttp://house/alerts\n",
    )


def test_a_place_is_not_said_twice() -> None:
    said = replace(SILENT, text="the Back door is open", place="Back door")
    assert render_event(said, UTC).subject == "The Back door is open (22:14)"


def test_a_persons_own_reasons_stand_behind_the_general_ones_and_none_is_said_twice() -> None:
    body = personal(render_event(SILENT, UTC).body, ["Front Door is silent", "Anna wants to know of silent\ncameras"])
    assert "Why you are told:\n- Front Door is silent\n- Anna wants to know of silent cameras\n\nAll alerts:" in body


def test_a_body_without_reasons_stays_as_it_is() -> None:
    assert personal("5 alerts waited for you.\n", ["a summary"]) == "5 alerts waited for you.\n"


def test_the_way_to_be_muted_comes_last() -> None:
    assert with_mute("Hello.\n", "Anna", "http://house/mute/x").endswith(
        "\nNo alerts for Anna for a while:\nhttp://house/mute/x\n"
    )
