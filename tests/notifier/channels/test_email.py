import logging
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from io import StringIO

import pytest

from services.core.settings import SettingError, Settings
from services.notifier.channel import ACCEPTED, Answer, Letter
from services.notifier.channels.email import DELIVERY_HEADER, Email, channel_name, channels
from services.notifier.snapshot import Attachment
from tests.notifier.cast import PASSWORD, MailServer, jpeg, silent_server, with_login, with_mail
from tests.peers import free_port

LETTER = Letter("0190", "Person at Türe (22:14)", "It was — here.\n", Attachment("front-door.jpg", jpeg()))
WRONG = "not-the-password"


def hand_over(settings: Settings, letter: Letter = LETTER) -> Answer:
    (channel,) = channels(settings, timeout_s=1).values()
    return channel.hand_over(letter)


def test_a_message_arrives_with_its_picture_and_its_delivery(bare: Settings, mail_server: MailServer) -> None:
    assert hand_over(with_mail(bare, mail_server.port)) == ACCEPTED
    (mail,) = mail_server.mails
    assert isinstance(mail, EmailMessage)
    assert (mail["Subject"], mail["To"]) == ("Person at Türe (22:14)", "anna@example.org")
    assert (mail["From"], mail[DELIVERY_HEADER]) == ("Hearthwatch <hearthwatch@example.org>", "0190")
    (picture,) = mail.iter_attachments()
    assert (picture.get_filename(), picture.get_content_type()) == ("front-door.jpg", "image/jpeg")
    assert picture.get_content() == jpeg()
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "It was — here."


def test_a_message_without_a_picture_arrives(bare: Settings, mail_server: MailServer) -> None:
    assert hand_over(with_mail(bare, mail_server.port), Letter("0190", "s", "b", None)) == ACCEPTED
    assert not mail_server.mails[0].is_multipart()


def test_the_right_password_is_taken(bare: Settings) -> None:
    with MailServer(login=True).running() as server:
        assert hand_over(with_login(bare, server.port)) == ACCEPTED


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the process' own log handlers would write; the mail server's lines, which are ours only here, left out."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    server = logging.getLogger("mail.log")
    server.propagate = False
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
    server.propagate = True


def test_a_wrong_password_is_permanent_and_said_nowhere(
    bare: Settings, written: StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    with MailServer(login=True).running() as server:
        answer = hand_over(with_login(bare, server.port, WRONG))
    assert answer.outcome == "permanent"
    assert "535 5.7.8 not with ***" in str(answer.error)
    assert WRONG not in "".join([str(answer), written.getvalue(), *capfd.readouterr()])


@pytest.mark.parametrize(
    ("server", "outcome"),
    [
        (MailServer(refuse_recipient=["550 5.1.1 no such user"]), "permanent"),
        (MailServer(refuse_recipient=["451 4.7.1 greylisted"]), "passing"),
        (MailServer(refuse_sender="553 5.1.8 not from you"), "permanent"),
        (MailServer(refuse_sender="452 4.3.1 disk full"), "passing"),
        (MailServer(refuse_data="554 5.7.1 looks like spam"), "permanent"),
        (MailServer(refuse_data="421 4.3.0 shutting down"), "passing"),
    ],
)
def test_the_servers_refusal_is_told_apart(server: MailServer, outcome: str, bare: Settings) -> None:
    said = server.refuse_sender or server.refuse_data or server.refuse_recipient[0]
    with server.running():
        answer = hand_over(with_mail(bare, server.port))
    assert answer == Answer(outcome, f"127.0.0.1:{server.port}: {said}")  # type: ignore[arg-type]


def test_no_error_says_whose_address_was_refused(bare: Settings) -> None:
    with MailServer(refuse_recipient=["550 5.1.1 <anna@example.org> is not here"]).running() as server:
        answer = hand_over(with_mail(bare, server.port))
    assert str(answer.error).endswith("550 5.1.1 <***> is not here")


def test_a_server_that_is_away_passes(bare: Settings) -> None:
    answer = hand_over(with_mail(bare, free_port()))
    assert answer.outcome == "passing"
    assert "Connection refused" in str(answer.error)


def test_a_server_that_hangs_passes_after_its_time(bare: Settings) -> None:
    with silent_server() as (port, _):
        answer = hand_over(with_mail(bare, port))
    assert answer.outcome == "passing"
    assert "timed out" in str(answer.error)


def test_a_server_without_the_wanted_encryption_is_permanent(bare: Settings, mail_server: MailServer) -> None:
    answer = hand_over(with_mail(bare, mail_server.port, smtp_security="starttls"))
    assert answer.outcome == "permanent"
    assert "HEARTHWATCH_SMTP_SECURITY" in str(answer.error)
    assert not mail_server.mails


def test_there_is_no_channel_without_a_server_or_recipients(bare: Settings) -> None:
    assert channels(with_mail(bare, 1, smtp_host=None)) == {}
    assert channels(with_mail(bare, 1, to=())) == {}


def test_each_recipient_is_a_channel(bare: Settings) -> None:
    made = channels(with_mail(bare, 1, to=("anna@example.org", "ben@example.org")))
    assert list(made) == ["email:anna@example.org", "email:ben@example.org"]


def test_a_channels_name_fits_its_column() -> None:
    long, foreign = channel_name(f"{'a' * 64}@example.org"), channel_name("jürgen@example.org")
    assert max(len(long), len(foreign)) <= 64
    assert (long + foreign).isascii()
    assert long != foreign


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"to": ("nobody",)}, "HEARTHWATCH_ALERT_EMAIL_TO"),
        ({"smtp_from": None}, "HEARTHWATCH_SMTP_FROM"),
        ({"smtp_from": "no address@"}, "HEARTHWATCH_SMTP_FROM"),
        ({"smtp_user": "hearth"}, "HEARTHWATCH_SMTP_PASSWORD"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, object], key: str, bare: Settings) -> None:
    with pytest.raises(SettingError, match=key):
        channels(with_mail(bare, 1, **changes))  # type: ignore[arg-type]


def test_the_user_is_the_sender_where_none_is_set(bare: Settings, mail_server: MailServer) -> None:
    settings = with_login(bare, mail_server.port).model_copy(update={"smtp_from": None, "smtp_user": "me@example.org"})
    Email(settings, "anna@example.org")


def test_the_password_given_back_in_base64_is_blotted_out(bare: Settings) -> None:
    with MailServer(
        login=True, refuse_sender="550 you said AGhlYXJ0aABjb3JyZWN0IGhvcnNlIGJhdHRlcnk="
    ).running() as server:
        answer = hand_over(with_login(bare, server.port, PASSWORD))
    assert str(answer.error).endswith("550 you said ***")


def test_the_systems_certificates_are_read_once(
    bare: Settings, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_over(with_mail(bare, mail_server.port))

    def read(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", read)
    assert hand_over(with_mail(bare, mail_server.port)) == ACCEPTED
