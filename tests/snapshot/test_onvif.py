import base64
import hashlib
import re

import pytest

from services.core.clock import SystemClock
from services.snapshot.authorization import Account
from services.snapshot.failure import Failed
from services.snapshot.onvif import Found, Onvif
from tests.snapshot.camera import Answer, Camera, Request, camera

ACCOUNT = Account("eve & co", "s3cret")
SOAP = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:t="urn:t"><s:Body>{}</s:Body></s:Envelope>'
ANSWERS = {
    "GetCapabilities": "<t:Media><t:XAddr>http://10.9.9.9/onvif/Media</t:XAddr></t:Media>",
    "GetProfiles": '<t:Profiles token="main"/><t:Profiles token="sub"/>',
    "GetSnapshotUri": "<t:Uri>http://10.9.9.9/snap.jpg?channel=1</t:Uri>",
    "GetStreamUri": "<t:Uri>rtsp://eve:s3cret@10.9.9.9:554/{profile}</t:Uri>",
}


def is_let_in(body: str) -> bool:
    """As the standard's own check: SHA-1 over nonce, time and password."""
    parts = {
        name: re.search(f"<{name}(?: [^>]*)?>([^<]*)<", body) for name in ("Username", "Password", "Nonce", "Created")
    }
    name, digest, nonce, created = (found[1] if found else "" for found in parts.values())
    made = hashlib.sha1(base64.b64decode(nonce) + created.encode() + ACCOUNT.password.encode()).digest()
    return name == "eve &amp; co" and base64.b64encode(made).decode() == digest


def speaking(**changed: str) -> Answer:
    def answer(request: Request) -> None:
        body = request.body.decode()
        call = next(name for name in ANSWERS if f"<{name} " in body)
        token = re.search("<ProfileToken>(.*?)<", body)
        text = (ANSWERS | changed)[call].replace("{profile}", token[1] if token else "")
        if is_let_in(body):
            request.send(SOAP.format(text).encode(), 200, "application/soap+xml")
        else:
            request.send(b"<s:Fault/>", 401, "application/soap+xml")

    return answer


def asked(one: Camera, account: Account | None = ACCOUNT) -> Found:
    return Onvif(f"http://{one.place}", account, SystemClock()).find()


def test_a_camera_says_where_its_pictures_and_streams_are_and_we_stay_at_the_host_that_was_asked() -> None:
    with camera(speaking()) as one:
        port = one.place.split(":")[1]
        one.answer(speaking(GetCapabilities=f"<t:Media><t:XAddr>http://10.9.9.9:{port}/m</t:XAddr></t:Media>"))
        found = asked(one)
    assert found.snapshot_url == "http://127.0.0.1/snap.jpg?channel=1"
    assert found.stream_url == "rtsp://127.0.0.1:554/main"
    assert found.substream_url == "rtsp://127.0.0.1:554/sub"
    assert "s3cret" not in repr(found)


def failure(answer: Answer, account: Account | None = ACCOUNT) -> str:
    with camera(answer) as one, pytest.raises(Failed) as failed:
        asked(one, account)
    return failed.value.state


def sends(data: bytes, kind: str = "application/soap+xml") -> Answer:
    return lambda request: request.send(data, 200, kind)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (sends(b"<html><p>Sign in"), "missing"),
        (sends(b""), "missing"),
        (sends(SOAP.format("").encode()), "missing"),
        (sends(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'), "trouble"),
        (sends('<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'.encode("utf-16")), "trouble"),
        (sends(b'<?xml version="1.0" encoding="no-such"?><x/>'), "missing"),
        (sends(b'<?xml version="1.0" encoding="shift_jis"?><x/>'), "missing"),
        (sends(b"<x>" + b"y" * 600_000), "trouble"),
    ],
)
def test_what_speaks_no_onvif_is_told_apart(answer: Answer, state: str) -> None:
    assert failure(answer) == state


def test_a_wrong_password_is_refused() -> None:
    assert failure(speaking(), Account("eve & co", "guess")) == "refused"
    assert failure(speaking(), None) == "refused"


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "concat:a|b", "onvif/media", "http://10.9.9.9:99999/x", "http://[::", "http://x/\u202e", ""],
)
def test_an_address_that_is_no_cameras_is_not_gone_to(address: str) -> None:
    named = speaking(GetCapabilities=f"<t:Media><t:XAddr>{address} </t:XAddr></t:Media>")
    assert failure(named) == "trouble"


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://x/" + "y" * 1000, "subfile,,start,0:/etc/passwd"])
def test_no_stream_leads_to_a_file(address: str) -> None:
    with camera(speaking()) as one:
        media = f"<t:Media><t:XAddr>http://{one.place}/m</t:XAddr></t:Media>"
        one.answer(speaking(GetCapabilities=media, GetStreamUri=f"<t:Uri>{address}</t:Uri>"))
        with pytest.raises(Failed) as failed:
            asked(one)
    assert failed.value.state == "trouble"


def test_a_camera_cannot_have_a_password_put_into_its_address() -> None:
    with camera(speaking()) as one:
        media = f"<t:Media><t:XAddr>http://{one.place}/m</t:XAddr></t:Media>"
        one.answer(speaking(GetCapabilities=media, GetSnapshotUri="<t:Uri>http://x/{password}</t:Uri>"))
        assert asked(one).snapshot_url == "http://127.0.0.1/%7Bpassword%7D"
