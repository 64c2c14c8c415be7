"""One of Amazon Rekognition's regions: asked once, and every way in which that can fail put into words."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

from services.detector.plugin import Unavailable

# At level debug they would write out whole requests: the key's id, its signature and the picture.
for _name in ("boto3", "botocore", "urllib3"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Fault(Enum):
    """Whose fault it is that there is no answer, which says what to do next."""

    REGION = auto()
    """Another region may answer."""
    KEY = auto()
    """No region will."""
    PICTURE = auto()
    """This picture only."""


class Refused(Unavailable):
    """A region did not answer as it should."""

    def __init__(self, words: str, fault: Fault) -> None:
        super().__init__(words)
        self.fault = fault


_SLOWER = frozenset(
    {
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "LimitExceededException",
        "TooManyRequestsException",
    }
)
_KEY = frozenset(
    {
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "IncompleteSignature",
        "SignatureDoesNotMatch",
        "ExpiredTokenException",
        "AccessDeniedException",
    }
)
_PICTURE = frozenset({"ImageTooLargeException", "InvalidImageFormatException", "InvalidParameterException"})


class Region:
    """A client of one region. `seconds` is how long one call may take; nothing is tried twice."""

    def __init__(self, name: str, key: tuple[str, str], seconds: float, url: str | None) -> None:
        self._name = name
        self._seconds = seconds
        config = Config(connect_timeout=seconds / 2, read_timeout=seconds / 2, retries={"total_max_attempts": 1})
        self._client = boto3.client(
            "rekognition",
            region_name=name,
            aws_access_key_id=key[0],
            aws_secret_access_key=key[1],
            endpoint_url=url.replace("{region}", name) if url else None,
            config=config,
        )

    def ask(self, jpeg: bytes, min_score: float) -> Mapping[str, Any]:
        """Return the service's answer for a picture. Raises `Refused`."""
        try:
            answer: Mapping[str, Any] = self._client.detect_labels(
                Image={"Bytes": jpeg}, MinConfidence=100 * min_score, Features=["GENERAL_LABELS"]
            )
        except ClientError as problem:
            raise self._refused(str(problem.response.get("Error", {}).get("Code", "no code"))) from problem
        except (ConnectTimeoutError, ReadTimeoutError) as problem:
            words = f"Amazon Rekognition in {self._name} did not answer within {self._seconds:g} s"
            raise Refused(words, Fault.REGION) from problem
        except BotoCoreError as problem:
            words = f"Amazon Rekognition in {self._name} cannot be reached ({type(problem).__name__})"
            raise Refused(words, Fault.REGION) from problem
        return answer

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _refused(self, code: str) -> Refused:
        if code in _KEY:
            return Refused(f"Amazon Rekognition refuses the key ({code}): check the setting and its rights", Fault.KEY)
        if code in _PICTURE:
            return Refused(f"Amazon Rekognition does not take this picture ({code})", Fault.PICTURE)
        if code in _SLOWER:
            return Refused(f"Amazon Rekognition in {self._name} wants fewer calls ({code})", Fault.REGION)
        return Refused(f"Amazon Rekognition in {self._name} has a fault ({code})", Fault.REGION)
