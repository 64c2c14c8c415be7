"""Text messages through Amazon SNS: a subject and a link; no picture."""

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from services.core.settings import SettingError, Settings
from services.notifier.channel import ACCEPTED, Answer, Letter
from services.notifier.channels.sms import short

TIMEOUT_S = 10
PASSING = ("Throttl", "TooManyRequests", "InternalError", "InternalFailure", "ServiceUnavailable", "KMSThrottling")


class BySns:
    """A phone number in the form `+391234567890`, through Amazon SNS. Raises `SettingError` without a key for it."""

    def __init__(self, settings: Settings, address: str) -> None:
        self._number = address
        if not all(settings.secret(name) for name in ("sns_key_id", "sns_secret_key")):
            # Compose makes an empty file of a secret that is not there.
            raise SettingError("HEARTHWATCH_SNS_KEY_ID or HEARTHWATCH_SNS_SECRET_KEY is empty: docs/alerts.md")
        self._client = _client(settings)

    def hand_over(self, letter: Letter) -> Answer:
        """Tries once. The error is Amazon's code; never the number."""
        try:
            self._client.publish(PhoneNumber=self._number, Message=short(letter))
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
            passing = code.startswith(PASSING) or status >= 500
            return Answer("passing" if passing else "permanent", f"Amazon SNS answered {code}")
        except BotoCoreError as error:
            return Answer("passing", f"Amazon SNS: no answer ({type(error).__name__})")
        return ACCEPTED


def _client(settings: Settings) -> Any:
    # Our own rounds try again, and say so.
    config = Config(connect_timeout=TIMEOUT_S, read_timeout=TIMEOUT_S, retries={"total_max_attempts": 1})
    try:
        return boto3.client(
            "sns",
            region_name=settings.sns_region,
            endpoint_url=settings.sns_url,
            aws_access_key_id=settings.secret("sns_key_id"),
            aws_secret_access_key=settings.secret("sns_secret_key"),
            config=config,
        )
    except (BotoCoreError, ValueError) as error:
        raise SettingError("HEARTHWATCH_SNS_REGION or HEARTHWATCH_SNS_URL is none of Amazon's") from error
