import pytest

from services.recorder.address import BadAddress, Secrets, script, with_account
from tests.recorder.cameras import stream

SECRET = stream("rtsp://10.0.0.5:554/live?key=q1", account="watch", password="pa:ss@w/rd")


@pytest.mark.parametrize(
    ("url", "account", "password", "made"),
    [
        ("rtsp://10.0.0.5/live", None, None, "rtsp://10.0.0.5/live"),
        ("rtsp://10.0.0.5:554/live?a=1", "me", "pa:ss@w/rd", "rtsp://me:pa%3Ass%40w%2Frd@10.0.0.5:554/live?a=1"),
        ("rtsp://old:er@10.0.0.5/live", "me", None, "rtsp://me:@10.0.0.5/live"),
        ("rtsp://in:p%40ss@10.0.0.5/live", None, None, "rtsp://in:p%40ss@10.0.0.5/live"),
        ("http://[fe80::1]:80/v", "me", "x", "http://me:x@[fe80::1]:80/v"),
    ],
)
def test_the_account_goes_into_the_address(url: str, account: str | None, password: str | None, made: str) -> None:
    assert with_account(url, account, password) == made


@pytest.mark.parametrize("url", ["rtsp:///live", "rtsp://h:99999/", "rtsp://h/a\nfile 'b'", "rtsp://[h/"])
def test_what_is_no_address_is_refused_without_saying_it(url: str) -> None:
    with pytest.raises(BadAddress) as refused:
        with_account(url, "me", "pw")
    assert url not in str(refused.value)


def test_the_list_for_ffmpeg_quotes_the_address_and_tells_how_to_reach_it() -> None:
    lines = script("rtsp://h/it's", "udp", ["rtsp_flags=prefer_tcp"]).decode().splitlines()
    assert lines[:2] == ["ffconcat version 1.0", r"file 'rtsp://h/it'\''s'"]
    assert "option rtsp_transport udp" in lines
    assert "option rtsp_flags prefer_tcp" in lines
    assert "option use_wallclock_as_timestamps 1" in script("http://h/v", "tcp").decode().splitlines()


def test_nothing_that_ffmpeg_says_shows_address_account_or_password() -> None:
    whole = with_account(SECRET.stream_url, SECRET.account, SECRET.password)
    said = Secrets(SECRET).scrub(f"Impossible to open '{whole}': pa:ss@w/rd of watch at 10.0.0.5:554, key=q1")
    assert not any(word in said for word in ("watch", "pa:ss", "pa%3Ass", "10.0.0.5", "q1", "/live"))
    assert said.startswith("Impossible to open '")
