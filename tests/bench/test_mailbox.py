import smtplib
from email.message import EmailMessage

from bench.mailbox import DELIVERY_HEADER, Mailbox


def hand_over(port: int, delivery: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message[DELIVERY_HEADER] = "a@example.org", "b@example.org", delivery
    message.set_content("a person at Gate")
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(message)


def test_it_keeps_mails_and_counts_the_copies_of_each_delivery() -> None:
    with Mailbox() as mailbox:
        for delivery in ("one", "two", "one"):
            hand_over(mailbox.port, delivery)
        assert mailbox.copies() == {"one": 2, "two": 1}
        assert mailbox.mails()[0].message.get_content().strip() == "a person at Gate"
        assert mailbox.mails()[0].at <= mailbox.mails()[1].at
