"""One request to a camera and its answer, with the account that it asks for and redirects within the same host.

Of our own, for no library that we have ends a whole exchange by one deadline; never by a proxy.
"""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urljoin, urlsplit

from services.core.clock import Clock
from services.snapshot.authorization import Account, answer
from services.snapshot.deadline import Deadline, TimedSocket
from services.snapshot.failure import Failed

TIMEOUT_S = 4.0
REDIRECTS_MAX = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_PORTS = {"http": 80, "https": 443}
# The machine's own addresses are not among them: programs that pass pictures on run there. See docs/snapshots.md.
_NO_CAMERAS = frozenset(
    map(ip_address, ("169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "100.100.100.200"))
)


@dataclass(frozen=True)
class Ask:
    """A request: `body` makes it a POST. `account` is shown only where the camera asks for it."""

    url: str = field(repr=False)
    account: Account | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """GET, or POST with a body."""
        return "GET" if self.body is None else "POST"


@contextmanager
def answering(ask: Ask, clock: Clock, timeout_s: float = TIMEOUT_S) -> Iterator[http.client.HTTPResponse]:
    """The camera's answer with status 200, to be read while the context lasts. Raises `Failed`."""
    with _told_apart():
        deadline = Deadline(clock, timeout_s)
        response = _last_answer(ask, deadline)
        with closing(response):
            _refuse_others(response.status)
            yield response


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise Failed("slow", "The camera takes longer than 4 seconds to answer.") from error
    except ssl.SSLError as error:
        raise Failed("untrusted", f"The encrypted connection fails: {error.reason or 'no TLS there'}.") from error
    except socket.gaierror as error:
        raise Failed("away", "No host has this name.") from error
    except ConnectionRefusedError as error:
        raise Failed("away", "The host is there, and nothing listens at this port.") from error
    except http.client.IncompleteRead as error:
        raise Failed("cut_short", "The picture ends before its end.") from error
    except (http.client.HTTPException, ValueError) as error:
        raise Failed("trouble", "What answers there speaks no HTTP.") from error
    except OSError as error:
        raise Failed("away", f"The camera cannot be reached: {error.strerror or 'the connection broke'}.") from error


def _last_answer(ask: Ask, deadline: Deadline) -> http.client.HTTPResponse:
    url, first = ask.url, urlsplit(ask.url)
    for _ in range(REDIRECTS_MAX + 1):
        response = _admitted(ask, urlsplit(url), deadline)
        if response.status not in _REDIRECTS:
            return response
        url = urljoin(url, response.getheader("Location") or "")
        response.close()
        if not _is_same_host(urlsplit(url), first):
            raise Failed("elsewhere", "The camera sends us on to another host, to which we do not go.")
    raise Failed("trouble", "The camera sends us on again and again.")


def _is_same_host(there: SplitResult, here: SplitResult) -> bool:
    """A camera may send us from http to https, and never back: the account would be shown to everybody."""
    weaker = here.scheme == "https" and there.scheme != "https"
    return there.scheme in _PORTS and there.hostname == here.hostname and not weaker


def _admitted(ask: Ask, url: SplitResult, deadline: Deadline) -> http.client.HTTPResponse:
    """With the account where it is asked for; a second refusal stays one."""
    response = _request(ask, url, {}, deadline)
    challenges = response.headers.get_all("WWW-Authenticate") or []
    if response.status != http.HTTPStatus.UNAUTHORIZED or ask.account is None:
        return response
    header = answer(challenges, ask.account, ask.method, _target(url))
    if header is None:
        return response
    response.close()
    return _request(ask, url, {"Authorization": header}, deadline)


def _request(ask: Ask, url: SplitResult, more: Mapping[str, str], deadline: Deadline) -> http.client.HTTPResponse:
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    connection = http.client.HTTPConnection(host, port)
    connected = _connected(host, port, deadline)
    try:
        if url.scheme == "https":
            connected.settimeout(deadline.left())
            connected = _tls(host, connected.getpeername()[0]).wrap_socket(connected, server_hostname=host)
        timed: object = TimedSocket(connected, deadline)
        connection.sock = timed
        headers = {"User-Agent": "hearthwatch", "Connection": "close", **ask.headers, **more}
        connection.request(ask.method, _target(url), ask.body, headers)
        return connection.getresponse()
    finally:
        # It stays open for the answer, until that is closed.
        connected.close()


def _connected(host: str, port: int, deadline: Deadline) -> socket.socket:
    """To the first of the name's addresses that can be reached; one deadline for all of them."""
    failed: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if ip_address(address[0]) in _NO_CAMERAS:
            raise Failed("elsewhere", "At this address is no camera, but what machines in a cloud learn secrets from.")
        connecting = socket.socket(family, kind, protocol)
        try:
            connecting.settimeout(deadline.left())
            connecting.connect(address)
        except OSError as error:
            connecting.close()
            failed = error
        else:
            return connecting
    raise failed or OSError("no address")


def _tls(host: str, address: str) -> ssl.SSLContext:
    """At home a camera's certificate is its own; on the way through the internet it has to be a real one."""
    context = ssl.create_default_context()
    if not ip_address(address).is_global:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _target(url: SplitResult) -> str:
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def _refuse_others(status: int) -> None:
    if status in (http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN):
        raise Failed("refused", f"The camera refuses this account or its password ({status}).")
    if status in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE):
        raise Failed("missing", f"The camera has nothing at this address ({status}).")
    if status != http.HTTPStatus.OK:
        raise Failed("trouble", f"The camera answers with an error ({status}).")
