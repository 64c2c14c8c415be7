"""Everything that Apprise reaches by one URL: ntfy, Pushover, webhooks, and what else it knows.

Apprise 2 says only that a try failed. What the server answered is heard where its plug-ins ask it: through `requests`.
"""

import logging
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from apprise import Apprise, AppriseAsset, OverflowMode

from services.core.logging import get
from services.core.settings import SettingError, Settings
from services.notifier.channel import ACCEPTED, Answer, Letter
from services.notifier.channels.apprise_parts import attached, keep_to_ourselves
from services.notifier.snapshot import Attachment

SCHEMES: Mapping[str, Mapping[str, str]] = {
    "webhook": {"https": "jsons", "http": "json"},
    "ntfy": {"https": "ntfys", "http": "ntfy"},
}
"""Addresses as people know them, by the scheme that Apprise wants instead."""
PASSING = (408, 425, 429)
BUSY = 429
BUSY_REST = timedelta(seconds=60)
REST_MAX_S = 86_400
NO_PICTURE = "\nThe picture itself is not attached: the service refused it.\n"
log = get(__name__)


@dataclass
class Heard:
    """What a server answered last: its status, None for no answer, and how long it wants to be left alone.

    `some`: it has taken one of several requests at least; `away`: it could not be reached.
    """

    status: int | None = None
    rest: timedelta | None = None
    error: str = "not sent, and Apprise gave no reason"
    some: bool = False
    away: bool = False


# Apprise sends in threads of its own, and hands them the context of who asked.
_heard: ContextVar[Heard] = ContextVar("heard")


def opener(kind: str) -> Callable[[Settings, str], "AppriseUrl"]:
    """Makes channels of one kind."""
    return lambda _, address: AppriseUrl(kind, address)


def apprise_address(kind: str, address: str) -> str:
    """`https://house.example/hook` → `jsons://house.example/hook`; a Pushover key with its token gets its scheme."""
    scheme, colon, rest = address.partition("://")
    if not colon:
        return f"pover://{address}" if kind == "pushover" else f"{kind}://{address}"
    if kind == "ntfy" and rest.startswith("ntfy.sh/"):
        return address
    return f"{SCHEMES.get(kind, {}).get(scheme, scheme)}://{rest}"


class AppriseUrl:
    """One address. Raises `SettingError` for one that Apprise does not know, without saying it."""

    def __init__(self, kind: str, address: str) -> None:
        keep_to_ourselves()
        self._kind = kind
        self._asset = AppriseAsset(app_id="Hearthwatch", app_desc="Hearthwatch", app_url="")
        service = Apprise.instantiate(apprise_address(kind, address), asset=self._asset, suppress_exceptions=True)
        if service is None:
            raise SettingError(f"the address is none that Apprise knows for {kind}")
        _listen_to(type(service))
        if "overflow=" not in address:
            # Else a text that is too long for the service would be refused as a whole.
            service.overflow_mode = OverflowMode.SPLIT
        self._service = service

    def hand_over(self, letter: Letter) -> Answer:
        """Tries once, and without the picture where it is refused. An error says what the server answered, and never
        the address.
        """
        answer, picture_refused = self._try(letter.subject, letter.body, letter.picture)
        if picture_refused:
            answer, _ = self._try(letter.subject, letter.body + NO_PICTURE, None)
        return answer

    def _try(self, subject: str, body: str, picture: Attachment | None) -> tuple[Answer, bool]:
        """What came of it, and whether it may be the picture that was refused."""
        heard = Heard()
        _heard.set(heard)
        sender = Apprise(asset=self._asset)
        sender.add(self._service)
        what: dict[str, Any] = {"title": subject, "body": body, "body_format": "text", "attach": attached(picture)}
        if sender.notify(**what, log_level=logging.DEBUG):
            return ACCEPTED, False
        refusal = self._refusal(heard)
        if heard.some:
            # Its words are there, or some of them: once more would double them.
            log.warning("partly_accepted", kind=self._kind, error=refusal.error)
            return ACCEPTED, False
        refused = refusal.outcome == "permanent" or (heard.status is None and not heard.away)
        return refusal, refused and picture is not None

    def _refusal(self, heard: Heard) -> Answer:
        status = heard.status
        if status is None:
            return Answer("passing", f"{self._kind}: {heard.error}")
        error = f"{self._kind}: the server answered {status}"
        if status == BUSY:
            return Answer("passing", f"{error} (too many messages)", heard.rest or BUSY_REST)
        passing = status in PASSING or status >= 500 or status < 400
        return Answer("passing" if passing else "permanent", error, heard.rest)


class _Listening:
    """The module `requests`, but for that it notes for each try what was answered last."""

    def __getattr__(self, name: str) -> Any:
        there = getattr(requests, name)
        return _noting(there) if name in ("request", "get", "post", "put", "patch", "delete") else there


def _noting(ask: Callable[..., requests.Response]) -> Callable[..., requests.Response]:
    def asking(*args: Any, **kwargs: Any) -> requests.Response:
        heard = _heard.get(Heard())
        try:
            answer = ask(*args, **kwargs)
        except requests.RequestException as error:
            # Its text may hold the URL, and the URL a token.
            heard.error, heard.away = f"no answer ({type(error).__name__})", True
            raise
        heard.status, heard.rest = answer.status_code, _rest(answer.headers.get("Retry-After"))
        heard.some = heard.some or answer.ok
        return answer

    return asking


def _rest(said: str | None) -> timedelta | None:
    """`Retry-After` in seconds, as servers say it that are sent too much; None for anything else."""
    return timedelta(seconds=min(int(said), REST_MAX_S)) if said and said.strip().isdecimal() else None


def _listen_to(plugin: type) -> None:
    module = sys.modules[plugin.__module__]
    if getattr(module, "requests", None) is requests:
        module.requests = _Listening()  # type: ignore[attr-defined]
