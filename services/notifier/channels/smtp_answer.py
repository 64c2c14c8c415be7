"""Tells a refusal for good from one that passes, from what Apprise logs of a try to send an e-mail.

Apprise 2 swallows the exceptions of `smtplib` but logs each as `Socket Exception: <text>` at debug level; the text of a
server's answer is a tuple `(535, b'…')`, or a dict of them for recipients (`smtplib.SMTPException.__str__`).
Codes are those of RFC 5321: 4yz passes, 5yz does not.
"""

import ast
from collections.abc import Iterable, Sequence

from services.notifier.channel import Answer
from services.store.delivery import ERROR_MAX

MARK = "Socket Exception: "
UNKNOWN = "the message was not sent, and Apprise gave no reason"
ADVICE = {
    530: "set HEARTHWATCH_SMTP_SECURITY, HEARTHWATCH_SMTP_USER and HEARTHWATCH_SMTP_PASSWORD as the server wants them",
    534: "the server wants another way to log in, often an app password in HEARTHWATCH_SMTP_PASSWORD",
    535: "check HEARTHWATCH_SMTP_USER and HEARTHWATCH_SMTP_PASSWORD",
}
UNSUPPORTED = {
    "STARTTLS extension not supported": "set HEARTHWATCH_SMTP_SECURITY to tls or none",
    "SMTP AUTH extension not supported": "check HEARTHWATCH_SMTP_SECURITY, or take HEARTHWATCH_SMTP_USER out",
    "No suitable authentication method": "the server offers no way to log in that we know",
    "There are no Email recipients": "check HEARTHWATCH_ALERT_EMAIL_TO",
}
"""Answers without a code that another try cannot change."""


def read(lines: Iterable[str], secrets: Sequence[str] = ()) -> Answer:
    """The answer in a failed try's log. `secrets` are taken out of the error, which holds at most 500 characters."""
    texts = [line.removeprefix(MARK) for line in lines if line.startswith((MARK, *UNSUPPORTED))]
    if not texts:
        return Answer("passing", UNKNOWN)
    answer = _read(texts[-1])
    return Answer(answer.outcome, scrub(answer.error or "", secrets)[:ERROR_MAX])


def _read(text: str) -> Answer:
    coded = _coded(text)
    if coded:
        code, said = coded
        advice = f"; {ADVICE[code]}" if code in ADVICE else ""
        return Answer("passing" if code < 500 else "permanent", f"{code} {said}{advice}")
    for start, advice in UNSUPPORTED.items():
        if start in text:
            return Answer("permanent", f"{text.rstrip('.')}; {advice}")
    return Answer("passing", text)


def _coded(text: str) -> tuple[int, str] | None:
    """`(535, b'no')` → 535, no; `{'a@b': (550, b'no')}` → 550, no; anything else → None."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    if isinstance(value, dict):
        value = next(iter(value.values()), None)
    match value:
        case (int(code), bytes(said), *_):
            return code, " ".join(said.decode(errors="replace").split())
        case _:
            return None


def scrub(text: str, secrets: Sequence[str]) -> str:
    """The text with each secret blotted out: a server may repeat what it was sent."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
