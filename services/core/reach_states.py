"""How a try to reach a camera may end, and what each end means in a few words."""

from collections.abc import Mapping
from types import MappingProxyType

OK = "ok"
REACH_STATES: Mapping[str, str] = MappingProxyType(
    {
        OK: "it answers",
        "refused": "the account or password is wrong",
        "missing": "there is nothing at this address",
        "html": "it answers with a page in place of a picture",
        "not_a_picture": "what it sends is no JPEG picture",
        "cut_short": "its pictures come cut short",
        "damaged": "its pictures come damaged",
        "too_large": "its pictures are too large",
        "stale": "it sends the same picture again and again",
        "slow": "it takes too long to answer",
        "away": "it cannot be reached",
        "untrusted": "its certificate is not to be trusted",
        "elsewhere": "it sends us on to another host",
        "trouble": "it answers with an error",
    }
)
