import base64
import gzip
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event

import pytest

from services.core.clock import SystemClock
from services.snapshot import exchange
from services.snapshot.authorization import Account, answer
from services.snapshot.exchange import Ask
from services.snapshot.failure import Failed
from services.snapshot.picture import fetch
from tests.pictures import jpeg, lively
from tests.snapshot.camera import Answer, Request, basic_guarded, camera, digest_guarded, foscam, no_port

PICTURE = jpeg(320, 240)
ACCOUNT = Account("cellar admin", 'w1ne&"cheese:')
MAX = 1_000_000
END = b"\xff\xd9"
LIVELY = lively()


def got(answer: Answer, account: Account | None = None, path: str = "/shot.jpg") -> str:
    """How a request for a picture ends: the picture's size, or the state."""
    with camera(answer) as one:
        try:
            _, size = fetch(Ask(one.url(path), account), SystemClock(), MAX)
        except Failed as failed:
            assert one.place not in failed.detail
            assert ACCOUNT.password not in failed.detail
            return failed.state
    return f"{size.width}x{size.height}"


def sends(data: bytes, status: int = 200, kind: str = "image/jpeg", **headers: str) -> Answer:
    return lambda request: request.send(data, status, kind, **headers)


def raw(*parts: bytes, wait: Event | None = None) -> Answer:
    """Writes these bytes, and then waits before it hangs up."""

    def answer(request: Request) -> None:
        for part in parts:
            request.wfile.write(part)
            request.wfile.flush()
        if wait is not None:
            wait.wait(20)
        request.close_connection = True

    return answer


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries end after half a second."""
    monkeypatch.setattr(exchange.answering.__wrapped__, "__defaults__", (0.5,))  # type: ignore[attr-defined]


def test_a_picture_comes_with_its_size() -> None:
    assert got(sends(PICTURE)) == "320x240"
    assert got(sends(PICTURE, kind="application/octet-stream")) == "320x240"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (sends(b"", 401), "refused"),
        (sends(b"", 401, WWW_Authenticate="Bearer"), "refused"),
        (sends(b"", 403), "refused"),
        (sends(b"<CGI_Result><result>-2</result></CGI_Result>", kind="text/plain"), "refused"),
        (sends(b'[{"code":1,"error":{"detail":"please login first","rspCode":-6}}]', kind="text/html"), "refused"),
        (sends(b"", 404), "missing"),
        (sends(b"<!DOCTYPE html><title>Sign in</title>", kind="image/jpeg"), "html"),
        (sends(b"\n <html><body>Sign in</body></html>", kind="text/html; charset=utf-8"), "html"),
        (sends(b"\x89PNG\r\n\x1a\n" + b"x" * 100, kind="image/png"), "not_a_picture"),
        (sends(b""), "not_a_picture"),
        (sends(b"\xff\xd8\xff but no more \xff\xd9"), "not_a_picture"),
        (sends(PICTURE[: len(PICTURE) // 2]), "cut_short"),
        (sends(LIVELY[: len(LIVELY) // 2] + END), "damaged"),
        (sends(LIVELY[: len(LIVELY) // 3] + LIVELY[len(LIVELY) // 2 :]), "damaged"),
        (sends(LIVELY[: len(LIVELY) // 2] + b"\xff\x07 noise" * 50 + LIVELY[len(LIVELY) // 2 :]), "damaged"),
        (sends(PICTURE + b"x" * MAX), "too_large"),
        (sends(b"", 500), "trouble"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "trouble"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", PICTURE[:300]), "cut_short"),
        (raw(b"HTTP/1.1 200 OK\r\n\r\n", PICTURE[:300]), "cut_short"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n", PICTURE[:300]), "cut_short"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000), "trouble"),
        (raw(), "trouble"),
    ],
)
def test_what_is_no_picture_is_told_apart(answer: Answer, state: str) -> None:
    assert got(answer) == state


@pytest.mark.parametrize("cut", range(10))
def test_a_picture_that_is_cut_anywhere_is_never_taken_for_one(cut: int) -> None:
    part = PICTURE[: len(PICTURE) * cut // 10]
    assert got(sends(part)) in ("cut_short", "not_a_picture")


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_camera_that_wants_a_digest_gets_one(algorithm: str) -> None:
    guarded = digest_guarded(sends(PICTURE), ACCOUNT.name, ACCOUNT.password, algorithm)
    assert got(guarded, ACCOUNT, "/Streaming/channels/101/picture?size=full") == "320x240"
    assert got(guarded, Account(ACCOUNT.name, "guess")) == "refused"
    assert got(guarded) == "refused"


def test_a_camera_that_wants_basic_gets_it_and_one_that_asks_nothing_is_shown_nothing() -> None:
    header = "Basic " + base64.b64encode(f"{ACCOUNT.name}:{ACCOUNT.password}".encode()).decode()
    assert got(basic_guarded(sends(PICTURE), header), ACCOUNT) == "320x240"
    shown: list[str | None] = []

    def answer(request: Request) -> None:
        shown.append(request.headers.get("Authorization"))
        request.send(PICTURE)

    assert got(answer, ACCOUNT) == "320x240"
    assert shown == [None]


def test_a_wrong_password_is_sent_once_in_a_try() -> None:
    with camera(digest_guarded(sends(PICTURE), "a", "b")) as one:
        with pytest.raises(Failed):
            fetch(Ask(one.url(), ACCOUNT), SystemClock(), MAX)
        assert len(one.asked) == 2


def test_a_foscam_gives_its_picture_by_the_address_alone() -> None:
    path = "/cgi-bin/CGIProxy.fcgi?cmd=snapPicture2&usr=eve&pwd="
    assert got(foscam(lambda: PICTURE, "eve", "secret"), path=f"{path}secret") == "320x240"
    assert got(foscam(lambda: PICTURE, "eve", "secret"), path=f"{path}guess") == "refused"


def part(data: bytes, length: bool) -> bytes:
    head = f"Content-Type: image/jpeg\r\n{f'Content-Length: {len(data)}' if length else 'X-Frame: 1'}\r\n\r\n"
    return b"--edge\r\n" + head.encode() + data + b"\r\n"


HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=edge\r\n\r\n"


@pytest.mark.parametrize("length", [True, False])
def test_of_an_endless_row_of_pictures_the_first_is_taken(length: bool) -> None:
    going_on = Event()
    both = part(PICTURE, length), part(jpeg(64, 48), length)
    assert got(raw(HEAD, *both, wait=going_on)) == "320x240"
    going_on.set()


def test_a_row_that_ends_too_soon_or_never_comes_to_a_picture_is_told_apart(hurried: None) -> None:
    assert got(raw(HEAD, part(PICTURE, True)[:200])) == "cut_short"

    def noise(request: Request) -> None:
        request.wfile.write(HEAD)
        for _ in range(40):
            request.wfile.write(b"x" * 50_000)

    assert got(noise) == "too_large"


def drips(data: bytes, every_s: float) -> Answer:
    """One byte after another: no single read takes long."""

    def answer(request: Request) -> None:
        for at in range(len(data)):
            request.wfile.write(data[at : at + 1])
            time.sleep(every_s)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        lambda wait: raw(wait=wait),
        lambda wait: raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n", PICTURE[:100], wait=wait),
        lambda wait: drips(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 400, 0.02),
        lambda wait: drips(b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n" + PICTURE[:400], 0.02),
    ],
    ids=["says nothing", "stops", "drips its head", "drips its picture"],
)
def test_a_slow_camera_is_given_up_at_one_deadline(hurried: None, answer: Callable[[Event], Answer]) -> None:
    going_on = Event()
    assert got(answer(going_on)) == "slow"
    going_on.set()


def test_an_endless_body_is_cut_off() -> None:
    def answer(request: Request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n" + PICTURE)
        while True:
            request.wfile.write(b"x" * 65536)

    assert got(answer) == "too_large"


def test_nothing_that_listens_and_no_such_host_are_away() -> None:
    for url in (f"http://127.0.0.1:{no_port()}/", "http://no-such-camera.invalid/"):
        with pytest.raises(Failed) as failed:
            fetch(Ask(url), SystemClock(), MAX)
        assert failed.value.state == "away"


def test_all_addresses_of_a_name_have_one_deadline(hurried: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as full, ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        there = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", full.getsockname())] * 20
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: there)
        begun = time.monotonic()
        with pytest.raises(Failed) as failed:
            fetch(Ask(f"http://front.lan:{full.getsockname()[1]}/"), SystemClock(), MAX)
    assert failed.value.state == "slow"
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("place", ["169.254.169.254", "[::ffff:169.254.169.254]", "[fd00:ec2::254]"])
def test_nothing_is_asked_where_machines_in_a_cloud_learn_secrets(place: str) -> None:
    with pytest.raises(Failed) as failed:
        fetch(Ask(f"http://{place}/latest/meta-data/"), SystemClock(), MAX)
    assert failed.value.state == "elsewhere"


def test_an_answer_that_begins_again_and_again_ends_with_the_deadline(hurried: None) -> None:
    def answer(request: Request) -> None:
        while True:
            request.wfile.write(b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n")

    assert got(answer) == "slow"


def test_a_flood_of_headers_is_no_answer() -> None:
    assert got(raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000)) == "trouble"


def test_what_was_packed_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(5_000_000))
    assert got(sends(bomb, Content_Encoding="gzip")) == "not_a_picture"


def test_an_endless_challenge_is_read_to_no_more_than_its_beginning() -> None:
    begun = time.monotonic()
    assert answer(["Digest " + "a" * 60_000, "Basic"], ACCOUNT, "GET", "/") is not None
    assert time.monotonic() - begun < 5


def test_a_redirect_within_the_host_is_followed_and_one_elsewhere_is_not() -> None:
    with camera(sends(PICTURE)) as other:

        def answer(request: Request) -> None:
            where = {"/shot.jpg": "/new.jpg", "/other": f"http://localhost:{other.place.split(':')[1]}/shot.jpg"}
            if request.path == "/new.jpg":
                request.send(PICTURE)
            else:
                request.send(b"", 302, Location=where.get(request.path, request.path))

        assert got(answer) == "320x240"
        assert got(answer, path="/other") == "elsewhere"
        assert got(answer, path="/round") == "trouble"
        assert other.asked == []


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "//evil.example/x"])
def test_no_redirect_leads_out_of_http(to: str) -> None:
    assert got(lambda request: request.send(b"", 302, Location=to)) == "elsewhere"


def test_plain_http_where_tls_was_wanted_says_so() -> None:
    with camera(sends(PICTURE)) as one, pytest.raises(Failed) as failed:
        fetch(Ask(one.url().replace("http:", "https:")), SystemClock(), MAX)
    assert failed.value.state == "untrusted"
