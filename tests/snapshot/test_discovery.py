import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from services.core.clock import SystemClock
from services.snapshot.discovery import cameras

MATCH = (
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:d="urn:d"><e:Body><d:ProbeMatches>'
    "<d:ProbeMatch><d:Scopes>onvif://www.onvif.org/type/video {}</d:Scopes><d:XAddrs>{}</d:XAddrs></d:ProbeMatch>"
    "</d:ProbeMatches></e:Body></e:Envelope>"
)
PORCH = MATCH.format("onvif://www.onvif.org/name/Porch%20Cam", "http://127.0.0.1:8899/onvif/device_service")


@contextmanager
def house(answers: Sequence[str]) -> Iterator[tuple[tuple[str, int], list[bytes]]]:
    """Where a question is answered with all of these; and the questions."""
    asked: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind(("127.0.0.1", 0))

        def answer() -> None:
            data, sender = here.recvfrom(65535)
            asked.append(data)
            for one in answers:
                here.sendto(one.encode(), sender)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield here.getsockname(), asked
        thread.join(5)


def found(*answers: str) -> list[dict[str, str]]:
    with house(answers) as (place, asked):
        result = cameras(SystemClock(), place, 0.5)
    assert b"NetworkVideoTransmitter" in asked[0]
    return result


def test_a_camera_that_answers_is_found_once_with_its_name() -> None:
    assert found(PORCH, PORCH) == [{"host": "127.0.0.1:8899", "name": "Porch Cam"}]


def test_a_camera_without_a_name_is_found_too_and_of_its_addresses_the_one_that_it_answered_from() -> None:
    both = MATCH.format("", "http://169.254.3.4/onvif http://127.0.0.1/onvif/device_service")
    assert found(both) == [{"host": "127.0.0.1", "name": ""}]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "<x",
        "no xml",
        MATCH.format("", ""),
        MATCH.format("", "http://10.0.0.1/onvif"),
        MATCH.format("", "http://[::"),
        MATCH.format("", "file://127.0.0.1/etc"),
        '<?xml version="1.0" encoding="no-such"?><x/>',
        MATCH.format("", "http://127.0.0.1:99999/onvif"),
        '<!DOCTYPE x [<!ENTITY a "http://127.0.0.1/">]><x><XAddrs>&a;</XAddrs></x>',
    ],
)
def test_what_is_no_answer_of_a_camera_is_passed_over(answer: str) -> None:
    assert found(answer, PORCH) == [{"host": "127.0.0.1:8899", "name": "Porch Cam"}]


def test_a_name_holds_nothing_that_turns_text_round_and_a_place_no_account() -> None:
    odd = MATCH.format("onvif://www.onvif.org/name/Porch%E2%80%AE%00%0ACam", "http://eve:pw@127.0.0.1:8899/onvif")
    assert found(odd) == [{"host": "127.0.0.1:8899", "name": "Porch Cam"}]


def test_a_house_without_cameras_is_no_error() -> None:
    assert found() == []
