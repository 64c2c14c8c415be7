"""What became of a try to reach a stream, by what ffmpeg said: a state for the table `reach`, and words for people."""

import re
from collections.abc import Iterable
from typing import NamedTuple

OK = "ok"
SIGNS: tuple[tuple[str, str, str], ...] = (
    (r"\b401\b|\b403\b|authorization failed", "refused", "the camera refuses the account or its password"),
    (r"\b404\b|\b454\b", "missing", "the camera knows no stream at this address"),
    (r"\b50\d\b|5XX", "broken", "the camera answers that it cannot give its stream now"),
    (r"Could not find tag for codec|not currently supported in container", "wrong_codec", "its codec fits no file"),
    (r"Could not find codec parameters|unspecified size", "wrong_codec", "its stream cannot be understood"),
    (r"\b461\b|Nonmatching transport", "wrong_transport", "it does not carry its stream this way: try TCP, or UDP"),
    (r"No space left", "disk_full", "the disk is full"),
    (r"Connection refused", "away", "nothing listens at this address"),
    (r"No route to host|Network is unreachable|Host is down", "away", "there is no way to this address"),
    (r"Name or service not known|resolve hostname|Temporary failure in name", "away", "nobody knows this name"),
    (r"timed out|Operation timed|ETIMEDOUT", "slow", "the camera did not answer in time"),
    (r"Protocol not found|Invalid data found|moov atom", "not_a_stream", "what is at this address is no stream"),
)
_UNHOLDABLE = re.compile(r"Could not find tag for codec (?P<codec>\w+)")
_SOUND = re.compile(r"pcm|adpcm|g72|amr|speex|nellymoser|wma|opus|vorbis")


class Verdict(NamedTuple):
    """`state` as the table `reach` has it, `detail` in words."""

    state: str
    detail: str


STALLED = Verdict("stalled", "the camera was connected and then sent nothing more")


def judge(complaints: Iterable[str], grew: bool) -> Verdict:
    """Why a try ended. The last complaint that says something counts; `grew`: it had recorded before."""
    for line in reversed(list(complaints)):
        for sign, state, words in SIGNS:
            if re.search(sign, line):
                return Verdict(state, words)
    return Verdict("cut_off", "the stream ended") if grew else Verdict("away", "there is no answer")


def held_otherwise(complaints: Iterable[str], container: str, sound: str) -> tuple[str, str] | None:
    """Container and treatment of sound to try next, where mp4 cannot hold a codec; None when that is not why."""
    for line in complaints:
        found = _UNHOLDABLE.search(line)
        if found and container == "mp4":
            return ("mp4", "aac") if _SOUND.match(found["codec"]) and sound == "copy" else ("mkv", "copy")
    return None
