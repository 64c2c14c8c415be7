import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from services.core.settings import SettingError, Settings
from services.notifier.channel import ACCEPTED, Letter
from services.notifier.channels.opening import Opening
from services.notifier.channels.sms import LENGTH_MAX, ByEmail, short
from services.notifier.channels.sns import BySns
from services.notifier.snapshot import Attachment
from tests.notifier.cast import MailServer, jpeg, with_mail
from tests.notifier.web_double import WebDouble

LETTER = Letter("d", "Person at Front Door (22:14)", "long", Attachment("front.jpg", jpeg()), link="http://house/1")
TEXT = "Person at Front Door (22:14) http://house/1"


@pytest.fixture
def moto() -> Iterator[str]:
    """Amazon's services as the moto project plays them."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def with_sns(settings: Settings, url: str) -> Settings:
    keys = {"sns_key_id": SecretStr("AKIAEXAMPLE"), "sns_secret_key": SecretStr("open-sesame"), "sns_url": url}
    return settings.model_copy(update=keys)


def test_a_text_message_is_the_subject_and_a_link_and_never_too_long() -> None:
    assert short(LETTER) == TEXT
    long = short(Letter("d", "x" * 500, "", None, link="http://house/1"))
    assert len(long) == LENGTH_MAX
    assert long.endswith(" http://house/1")


def test_a_gateway_gets_a_short_mail_without_a_picture(bare: Settings, mail_server: MailServer) -> None:
    channel = ByEmail(with_mail(bare, mail_server.port), "391234567890@sms.example.org")
    assert channel.hand_over(LETTER) == ACCEPTED
    (mail,) = mail_server.mails
    assert mail["To"] == "391234567890@sms.example.org"
    assert mail.get_payload().strip() == TEXT  # type: ignore[union-attr]


def test_amazon_takes_the_text(bare: Settings, moto: str) -> None:
    assert BySns(with_sns(bare, moto), "+391234567890").hand_over(LETTER) == ACCEPTED
    with urllib.request.urlopen(f"{moto}/moto-api/data.json") as answer:
        assert b"+391234567890" in answer.read()


def test_amazon_refuses_what_is_no_number_and_no_error_holds_it(bare: Settings, moto: str) -> None:
    answer = BySns(with_sns(bare, moto), "not-a-number").hand_over(LETTER)
    assert (answer.outcome, answer.error) == ("permanent", "Amazon SNS answered InvalidParameter")


def test_the_form_of_what_is_sent(bare: Settings) -> None:
    with WebDouble(answers=[(503, {})], says=b"<Error><Code>ServiceUnavailable</Code></Error>").running() as web:
        answer = BySns(with_sns(bare, f"http://127.0.0.1:{web.port}"), "+391234567890").hand_over(LETTER)
        said = parse_qs(web.asked[0].body.decode())
    assert (said["PhoneNumber"], said["Message"]) == (["+391234567890"], [TEXT])
    assert answer.outcome == "passing"


def test_amazon_that_is_away_is_worth_another_try(bare: Settings) -> None:
    answer = BySns(with_sns(bare, "http://127.0.0.1:9"), "+391234567890").hand_over(LETTER)
    assert (answer.outcome, answer.error) == ("passing", "Amazon SNS: no answer (EndpointConnectionError)")


def test_without_a_key_it_says_what_is_missing(bare: Settings) -> None:
    with pytest.raises(SettingError, match="HEARTHWATCH_SNS_KEY_ID is not set"):
        BySns(bare, "+391234567890")
    with pytest.raises(SettingError, match="HEARTHWATCH_SNS_URL"):
        BySns(with_sns(bare, "no address"), "+391234567890")
    empty = bare.model_copy(update={"sns_key_id": SecretStr(""), "sns_secret_key": SecretStr("")})
    opened = Opening(empty).open("sms_sns", "+391234567890")
    assert opened is not None
    assert "HEARTHWATCH_SNS_KEY_ID" in str(opened.hand_over(LETTER).error)
