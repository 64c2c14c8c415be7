import base64
import socket

import pytest

from services.detector.rekognition.region import Fault, Refused, Region
from tests.detector.rekognition.double import DOG, SILENCE, Amazon

KEY = ("AKIAEXAMPLE", "open-sesame")


def region(url: str, seconds: float = 20) -> Region:
    return Region("eu-west-1", KEY, seconds, url)


def refusal(url: str, seconds: float = 20) -> Refused:
    one = region(url, seconds)
    with pytest.raises(Refused) as caught:
        one.ask(b"picture", 0.3)
    one.close()
    assert not any(secret in str(caught.value) for secret in KEY)
    return caught.value


def test_a_picture_and_the_least_confidence_are_sent_and_the_answer_comes_back(service: Amazon) -> None:
    service.answers["eu-west-1"] = DOG
    answer = region(service.url).ask(b"picture", 0.3)
    assert answer["Labels"][1]["Name"] == "Dog"
    (sent,) = service.requests
    assert base64.b64decode(sent["Image"]["Bytes"]) == b"picture"
    assert sent["MinConfidence"] == pytest.approx(30)


@pytest.mark.parametrize(
    ("code", "fault", "words"),
    [
        ("ThrottlingException", Fault.REGION, "in eu-west-1 wants fewer calls (ThrottlingException)"),
        ("ProvisionedThroughputExceededException", Fault.REGION, "wants fewer calls"),
        ("InternalServerError", Fault.REGION, "in eu-west-1 has a fault (InternalServerError)"),
        ("UnrecognizedClientException", Fault.KEY, "refuses the key (UnrecognizedClientException)"),
        ("InvalidSignatureException", Fault.KEY, "refuses the key"),
        ("AccessDeniedException", Fault.KEY, "refuses the key"),
        ("ImageTooLargeException", Fault.PICTURE, "does not take this picture (ImageTooLargeException)"),
    ],
)
def test_each_refusal_is_put_into_words_and_says_whose_fault_it_is(
    service: Amazon, code: str, fault: Fault, words: str
) -> None:
    service.answers["eu-west-1"] = code
    problem = refusal(service.url)
    assert problem.fault is fault
    assert words in str(problem)
    assert len(service.asked) == 1, "nothing is tried twice: each call costs"


def test_an_answer_that_does_not_come_is_not_waited_for(service: Amazon) -> None:
    service.answers["eu-west-1"] = SILENCE
    problem = refusal(service.url, seconds=0.4)
    assert (problem.fault, str(problem)) == (
        Fault.REGION,
        "Amazon Rekognition in eu-west-1 did not answer within 0.4 s",
    )


def test_no_network_is_told() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else gets the port
        taken.bind(("127.0.0.1", 0))
        problem = refusal(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert problem.fault is Fault.REGION
    assert "cannot be reached" in str(problem)
