"""How a camera that we reach by its address stands, in words, and what to do about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.core.reach_states import OK, REACH_STATES
from services.store.reach import Reach, Way

ADVICE: Mapping[str, str] = MappingProxyType(
    {
        OK: "",
        "refused": "Check account and password at the camera. After wrong tries it may lock it for minutes.",
        "missing": "Choose the right maker. A recorder also wants the number of its channel in the path.",
        "html": "It may be its page to sign in, or a wrong path: choose the right maker, or enter another address.",
        "not_a_picture": "Choose JPEG in the camera's settings, or enter another address.",
        "cut_short": "The wireless may be too weak there, or too many programs ask this camera.",
        "damaged": "The wireless may be too weak there. If it is so again and again, restart the camera.",
        "too_large": "Choose a smaller picture in the camera's settings.",
        "stale": "Restart the camera.",
        "slow": "The wireless may be too weak there, or the camera has too much to do. Is it the right host?",
        "away": "Is it switched on, in this network, and at this host and port? A fixed address in the router helps.",
        "untrusted": "Use http within the house, or give the camera a real certificate.",
        "elsewhere": "Enter the address that it sends us on to.",
        "trouble": "Restart the camera. Is the port the one of its web page?",
    }
)
_WAYS: Mapping[Way, str] = MappingProxyType({"snapshot": "Pictures", "stream": "Stream"})


@dataclass(frozen=True)
class Standing:
    """What a page says of one way to a camera: what it is of, what is wrong in a word, how exactly, what to do."""

    of: str
    is_well: bool
    words: str
    detail: str
    advice: str
    reach: Reach


def standing(found: Reach) -> Standing:
    """In words; a state that is not known speaks for itself."""
    said = REACH_STATES.get(found.state, found.state.replace("_", " "))
    return Standing(_WAYS[found.way], found.state == OK, said, found.detail, ADVICE.get(found.state, ""), found)


def unwell(reaches: Iterable[Reach]) -> dict[str, Standing]:
    """The cameras that cannot be reached as they should, by their ids, each with one of the ways that fail."""
    return {one.camera_id: standing(one) for one in reaches if one.state != OK}
