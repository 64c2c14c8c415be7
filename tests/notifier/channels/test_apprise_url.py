import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.core.settings import SettingError, Settings
from services.notifier.channel import ACCEPTED, Letter
from services.notifier.channels.apprise_url import BUSY_REST, NO_PICTURE, AppriseUrl, apprise_address
from services.notifier.channels.opening import Opening
from services.notifier.snapshot import Attachment
from tests.notifier.cast import jpeg, silent_server
from tests.notifier.web_double import WebDouble

LETTER = Letter("d", "Person at Front Door", "He is there.", Attachment("front.jpg", jpeg()), link="http://house/1")


@pytest.fixture
def web() -> Iterator[WebDouble]:
    with WebDouble().running() as double:
        yield double


@pytest.mark.parametrize(
    ("kind", "given", "wanted"),
    [
        ("webhook", "https://house.example/hook?a=1", "jsons://house.example/hook?a=1"),
        ("webhook", "http://10.0.0.2:81/hook", "json://10.0.0.2:81/hook"),
        ("ntfy", "https://ntfy.example/alerts", "ntfys://ntfy.example/alerts"),
        ("ntfy", "https://ntfy.sh/alerts", "https://ntfy.sh/alerts"),
        ("ntfy", "alerts", "ntfy://alerts"),
        ("pushover", "user@token", "pover://user@token"),
        ("apprise", "gotify://host/token", "gotify://host/token"),
    ],
)
def test_addresses_are_taken_as_people_know_them(kind: str, given: str, wanted: str) -> None:
    assert apprise_address(kind, given) == wanted


def test_a_webhook_gets_the_words_and_the_picture(web: WebDouble) -> None:
    assert AppriseUrl("webhook", f"http://127.0.0.1:{web.port}/hook").hand_over(LETTER) == ACCEPTED
    (asked,) = web.asked
    said = json.loads(asked.body)
    assert (asked.path, said["title"], said["message"]) == ("/hook", "Person at Front Door", "He is there.")
    assert [one["mimetype"] for one in said["attachments"]] == ["image/jpeg"]


def test_ntfy_gets_the_picture_under_its_topic(web: WebDouble) -> None:
    assert AppriseUrl("ntfy", f"ntfy://127.0.0.1:{web.port}/alerts").hand_over(LETTER) == ACCEPTED
    assert [asked.path.partition("?")[0] for asked in web.asked] == ["/alerts"]
    assert LETTER.picture is not None
    assert web.asked[0].body == LETTER.picture.data


@pytest.mark.parametrize("kind", ["ntfy", "webhook"])
@pytest.mark.parametrize(
    ("status", "outcome"),
    [(500, "passing"), (503, "passing"), (408, "passing"), (403, "permanent"), (404, "permanent")],
)
def test_what_the_server_answers_decides_whether_another_try_is_worth_it(
    web: WebDouble, kind: str, status: int, outcome: str
) -> None:
    web.answers = [(status, {})] * 2
    answer = AppriseUrl(kind, f"http://127.0.0.1:{web.port}/secret").hand_over(LETTER)
    assert (answer.outcome, answer.error) == (outcome, f"{kind}: the server answered {status}")


def test_a_picture_that_the_service_refuses_costs_the_picture_and_not_the_alert(web: WebDouble) -> None:
    web.answers = [(413, {})]
    assert AppriseUrl("webhook", f"http://127.0.0.1:{web.port}/hook").hand_over(LETTER) == ACCEPTED
    first, second = (json.loads(asked.body) for asked in web.asked)
    assert (len(first["attachments"]), second["attachments"]) == (1, [])
    assert second["message"] == f"He is there.{NO_PICTURE}".rstrip()


def test_what_may_pass_is_not_tried_again_without_its_picture(web: WebDouble) -> None:
    web.answers = [(503, {})]
    AppriseUrl("webhook", f"http://127.0.0.1:{web.port}/hook").hand_over(LETTER)
    assert len(web.asked) == 1


def long_letter() -> Letter:
    """More words than ntfy takes at once."""
    return replace(LETTER, body="He is there. " * 900, picture=None)


def test_a_long_text_comes_in_pieces(web: WebDouble) -> None:
    assert AppriseUrl("ntfy", f"ntfy://127.0.0.1:{web.port}/alerts").hand_over(long_letter()) == ACCEPTED
    pieces = [json.loads(asked.body)["message"] for asked in web.asked]
    assert len(pieces) > 1
    assert "".join(pieces).count("He is there.") == pytest.approx(900, abs=1)


@pytest.mark.parametrize("status", [403, 503, 0])
def test_when_a_later_piece_is_refused_the_earlier_ones_do_not_come_twice(web: WebDouble, status: int) -> None:
    web.answers = [(200, {}), (status, {})]
    assert AppriseUrl("ntfy", f"ntfy://127.0.0.1:{web.port}/alerts").hand_over(long_letter()) == ACCEPTED
    assert len(web.asked) == 2


@pytest.mark.parametrize(
    ("headers", "rest"),
    [({"Retry-After": "17"}, timedelta(seconds=17)), ({}, BUSY_REST), ({"Retry-After": "soon"}, BUSY_REST)],
)
def test_a_server_that_gets_too_much_is_left_alone(web: WebDouble, headers: dict[str, str], rest: timedelta) -> None:
    web.answers = [(429, headers)]
    answer = AppriseUrl("webhook", f"http://127.0.0.1:{web.port}/hook").hand_over(LETTER)
    assert (answer.outcome, answer.again_after) == ("passing", rest)


def test_a_server_that_hangs_up_is_worth_another_try_and_no_error_holds_the_address(web: WebDouble) -> None:
    web.answers = [(0, {})]
    answer = AppriseUrl("webhook", f"http://127.0.0.1:{web.port}/secret-token").hand_over(LETTER)
    assert (answer.outcome, answer.error) == ("passing", "webhook: no answer (ConnectionError)")


def test_a_server_that_says_nothing_is_not_waited_for_for_ever() -> None:
    with silent_server() as (port, connected):
        answer = AppriseUrl("webhook", f"json://127.0.0.1:{port}/hook?rto=0.2").hand_over(LETTER)
    assert connected.is_set()
    assert (answer.outcome, answer.error) == ("passing", "webhook: no answer (ReadTimeout)")


def test_an_address_that_is_none_is_refused_without_saying_it() -> None:
    with pytest.raises(SettingError) as wrong:
        AppriseUrl("apprise", "no-such-thing://secret-token")
    assert "secret-token" not in str(wrong.value)


def test_opening_makes_of_a_wrong_address_a_channel_that_says_so(tmp_path: Path) -> None:
    opened = Opening(Settings(_env_file=None, data_dir=tmp_path)).open("pushover", "no token")
    assert opened is not None
    answer = opened.hand_over(LETTER)
    assert (answer.outcome, answer.error) == ("permanent", "the address is none that Apprise knows for pushover")


def test_e_mail_is_not_set_up_without_a_server(bare: Settings) -> None:
    assert Opening(bare).open("email", "anna@example.org") is None
    assert Opening(bare).open("pigeon", "the loft") is None
