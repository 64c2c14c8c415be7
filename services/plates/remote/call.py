"""One request to Plate Recognizer, bounded in time and size. Its errors become words; the token is in none of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, ReadTimeoutError

from services.core.clock import Clock
from services.plates.plate import ReaderError

_MOST_BYTES = 1_000_000
_PIECE = 16_384
_REST_S = 60.0
_LONG_REST_S = 600.0  # a person has to do something
_THROTTLED_S = 1.0


class Throttled(ReaderError):
    """Too many look-ups in too short a time; `rest_s` is how long it asks to wait."""


@dataclass(frozen=True)
class Call:
    """A picture to read. `timeout_s` is for the whole of it, however slowly the answer comes."""

    url: str
    token: str = field(repr=False)
    jpeg: bytes = field(repr=False)
    regions: tuple[str, ...] = ()
    timeout_s: float = 10.0


def post(call: Call, clock: Clock) -> bytes:
    """Return the body of a good answer. Raises Throttled for 429, else ReaderError, when there is none."""
    end = clock.monotonic() + call.timeout_s
    try:
        with _send(call) as response:
            _complain(response)
            return _body(response, end, clock)
    except (requests.Timeout, ReadTimeoutError) as problem:
        raise _too_slow() from problem
    except (requests.RequestException, HTTPError) as problem:
        raise ReaderError(f"Plate Recognizer cannot be reached ({type(problem).__name__})", _REST_S) from problem


class _Token(AuthBase):
    """As authentication, so that it goes before what a `.netrc` has for the host, and to no other host."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Token {self._token}"
        return request


def _send(call: Call) -> requests.Response:
    return requests.post(
        call.url,
        auth=_Token(call.token),
        files={"upload": ("vehicle.jpg", call.jpeg, "image/jpeg")},
        data={"regions": list(call.regions)},
        timeout=max(call.timeout_s, 0.01),
        allow_redirects=False,
        stream=True,
    )


def _body(response: requests.Response, end: float, clock: Clock) -> bytes:
    body = b""
    # What has come is taken at once: waiting for a full piece, a trickle would keep us beyond the end.
    while piece := response.raw.read1(_PIECE, decode_content=True):
        body += piece
        if clock.monotonic() > end:
            raise _too_slow()
        if len(body) > _MOST_BYTES:
            raise ReaderError("Plate Recognizer's answer is longer than any that is one", _REST_S)
    return body


def _complain(response: requests.Response) -> None:
    status = response.status_code
    if status in (HTTPStatus.OK, HTTPStatus.CREATED):
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Throttled("Plate Recognizer asked for fewer look-ups a second (429)", _retry_after(response))
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        why = f"Plate Recognizer refuses the token, or its credits are used up ({status})"
        raise ReaderError(why, _LONG_REST_S)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        raise ReaderError("Plate Recognizer finds the picture too large (413)")
    raise ReaderError(f"Plate Recognizer answered with status {status}", _REST_S)


def _retry_after(response: requests.Response) -> float:
    """In seconds; a date, which the service does not send, counts as none said."""
    said = response.headers.get("Retry-After", "")
    return min(float(said), _LONG_REST_S) if said.isascii() and said.isdigit() else _THROTTLED_S


def _too_slow() -> ReaderError:
    return ReaderError("Plate Recognizer took too long to answer", _REST_S)
