"""The `Authorization` header that a camera asks for: Digest (RFC 7616) where it offers that, else Basic (RFC 7617)."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_hex

_PART = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
# Longer than any camera's: the time that it takes to read one grows with its square.
CHALLENGE_MAX = 2000
_HASHES = {"MD5": "md5", "SHA-256": "sha256"}


@dataclass(frozen=True)
class Account:
    """Whom the camera knows."""

    name: str = field(repr=False)
    password: str = field(repr=False)


def answer(challenges: Sequence[str], account: Account, method: str, target: str) -> str | None:
    """The header for a request, by the `WWW-Authenticate` headers of a 401; None when none of them is understood.

    `target` is what the request line names.
    """
    challenges = [one[:CHALLENGE_MAX] for one in challenges]
    digests = [_parts(one) for one in challenges if one.lower().startswith("digest")]
    for wanted in sorted(digests, key=lambda one: one.get("algorithm", "MD5").upper() != "SHA-256"):
        if (made := _digest(wanted, account, method, target)) is not None:
            return made
    return _basic(account) if any(one.lower().startswith("basic") for one in challenges) else None


def _basic(account: Account) -> str:
    return "Basic " + base64.b64encode(f"{account.name}:{account.password}".encode()).decode()


def _digest(wanted: dict[str, str], account: Account, method: str, target: str) -> str | None:
    algorithm = wanted.get("algorithm", "MD5")
    base = algorithm.upper().removesuffix("-SESS")
    if base not in _HASHES or "nonce" not in wanted or not _can_do(wanted):
        return None
    said = {"realm": wanted.get("realm", ""), "nonce": wanted["nonce"], "cnonce": token_hex(8), "nc": "00000001"}

    def hashed(*parts: str) -> str:
        return hashlib.new(_HASHES[base], ":".join(parts).encode(), usedforsecurity=False).hexdigest()

    first = hashed(account.name, said["realm"], account.password)
    if algorithm.upper().endswith("-SESS"):
        first = hashed(first, said["nonce"], said["cnonce"])
    second = hashed(method, target)
    count = (said["nc"], said["cnonce"], "auth") if "qop" in wanted else ()
    response = hashed(first, said["nonce"], *count, second)
    quoted = {"username": account.name, "realm": said["realm"], "nonce": said["nonce"], "uri": target}
    quoted |= {"response": response}
    quoted |= {name: wanted[name] for name in ("opaque",) if name in wanted}
    quoted |= {"cnonce": said["cnonce"]} if count or algorithm.upper().endswith("-SESS") else {}
    plain = {"algorithm": algorithm} | ({"qop": "auth", "nc": said["nc"]} if count else {})
    return "Digest " + ", ".join([*(f'{key}="{_escaped(one)}"' for key, one in quoted.items()), *_plain(plain)])


def _can_do(wanted: dict[str, str]) -> bool:
    return "qop" not in wanted or "auth" in [one.strip() for one in wanted["qop"].lower().split(",")]


def _plain(parts: dict[str, str]) -> list[str]:
    return [f"{key}={value}" for key, value in parts.items()]


def _escaped(text: str) -> str:
    return re.sub(r'([\\"])', r"\\\1", text)


def _parts(challenge: str) -> dict[str, str]:
    found = _PART.findall(challenge.partition(" ")[2])
    return {key.lower(): re.sub(r"\\(.)", r"\1", quoted) if quoted else plain for key, quoted, plain in found}
