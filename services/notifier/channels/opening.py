"""Makes the channel of a kind and an address."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from services.core.settings import SettingError, Settings
from services.notifier.channel import Answer, Channel, Letter
from services.notifier.channels import apprise_url, email, sms

Opener = Callable[[Settings, str], Channel]


def _by_sns(settings: Settings, address: str) -> Channel:
    from services.notifier.channels.sns import BySns  # noqa: PLC0415 (30 MB of memory that few people need)

    return BySns(settings, address)


OPENERS: Mapping[str, Opener] = MappingProxyType(
    {
        "email": email.Email,
        "sms_email": sms.ByEmail,
        "sms_sns": _by_sns,
        **{kind: apprise_url.opener(kind) for kind in ("ntfy", "pushover", "webhook", "apprise")},
    }
)


class Opening:
    """Channels of people, each made when it is first needed: a wrong address is the trouble of one person alone."""

    def __init__(self, settings: Settings, openers: Mapping[str, Opener] = OPENERS) -> None:
        self._settings = settings
        self._openers = openers

    def open(self, kind: str, address: str) -> Channel | None:
        """The channel; None when this kind is not set up. An address that is none makes one that says so."""
        opener = self._openers.get(kind)
        if opener is None or (kind in ("email", "sms_email") and not self._settings.smtp_host):
            return None
        try:
            return opener(self._settings, address)
        except SettingError as error:
            return Refusing(str(error).replace(address, "the address"))


class Refusing:
    """Stands for a channel that cannot be made."""

    def __init__(self, error: str) -> None:
        self._error = error

    def hand_over(self, letter: Letter) -> Answer:
        """Says why not."""
        return Answer("permanent", self._error)
