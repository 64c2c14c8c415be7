"""A still picture that an HTTP camera serves, fetched again and again."""

import cv2
import numpy as np
import requests

from node_agent.clock import Clock
from node_agent.frames import Frame
from node_agent.pace import Pace
from node_agent.sources import SourceLostError
from node_agent.sources.address import without_secrets

_TIMEOUT_S = 5
_MAX_BYTES = 20_000_000  # more is no still picture, but a stream without an end


class StillSource:
    """One GET per picture, `framerate` times per second at most."""

    def __init__(self, url: str, framerate: float, clock: Clock) -> None:
        self._url = url
        self._name = f"picture {without_secrets(url)}"
        self._clock = clock
        self._pace = Pace(1 / framerate, clock)
        self._session: requests.Session | None = None

    def open(self) -> None:
        """Make a session, so that the connection is kept between pictures."""
        self._session = requests.Session()
        self._session.trust_env = False  # a camera is on the local network, never behind the proxy

    def read(self) -> Frame | None:
        """Fetch the next picture when it is due."""
        if self._session is None or self._clock.wait(self._pace.remaining()):
            return None
        self._pace.step()
        body = self._fetch(self._session)
        captured_at = self._clock.now()
        pixels = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR) if body else None
        if pixels is None:
            raise SourceLostError(f"{self._name} is no picture: give the address that answers with a JPEG")
        return Frame(pixels.astype(np.uint8, copy=False), captured_at)

    def _fetch(self, session: requests.Session) -> bytes:
        try:
            with session.get(self._url, timeout=_TIMEOUT_S, stream=True) as answer:
                answer.raise_for_status()
                return _body(answer)
        except requests.HTTPError as error:
            raise SourceLostError(f"{self._name} is refused with status {error.response.status_code}") from None
        except requests.RequestException as error:
            # The exception's own text repeats the address, and with it the password.
            raise SourceLostError(f"{self._name} cannot be fetched ({type(error).__name__})") from None

    def close(self) -> None:
        """End the session."""
        if self._session is not None:
            self._session.close()
            self._session = None


def _body(answer: requests.Response) -> bytes:
    body = bytearray()
    for part in answer.iter_content(64 * 1024):
        body += part
        if len(body) > _MAX_BYTES:
            return b""
    return bytes(body)
