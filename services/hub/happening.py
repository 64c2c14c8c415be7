"""Stock imagenode's event texts as happenings: `node view|motion|moving|roi`, `node|Temp|71 F` and the rest."""

import re

from services.core.ids import slug
from services.hub.packet import Packet
from services.intake.records import Happening

_READING = re.compile(r"^\s*(-?\d{1,15}(?:\.\d{1,15})?)\s*([CF%]?)\s*$")
_QUANTITIES = {"Temp": "temperature", "temp": "temperature", "humidity": "humidity", "Humidity": "humidity"}
_OF_CAMERAS = frozenset({"motion", "light"})


def happening(packet: Packet) -> Happening:
    """What an event message reports. A word that we do not know becomes an event of that name."""
    word, rest = packet.fields[1], packet.fields[2:]
    if word in _QUANTITIES:
        return _reading(_QUANTITIES[word], rest)
    if word == "Restart":
        return _restart(rest)
    detail = (rest[0] if rest else word)[:500]
    region = rest[1][:120] if len(rest) > 1 and rest[1] else None
    return Happening(slug(word), "camera" if word in _OF_CAMERAS else "either", detail, region)


def _reading(quantity: str, rest: tuple[str, ...]) -> Happening:
    said = rest[0] if rest else ""
    found = _READING.match(said)
    sensor = rest[1][:120] if len(rest) > 1 and rest[1] else None
    if not found:
        return Happening(quantity, "node", said[:500] or "no number", sensor=sensor)
    return Happening(quantity, "node", said[:500], value=float(found[1]), unit=found[2] or None, sensor=sensor)


def _restart(rest: tuple[str, ...]) -> Happening:
    host, system, address, memory = (*rest, "", "", "", "")[:4]
    facts: dict[str, str | int | None] = {
        "host": host[:255] or None,
        "system": system[:64] or None,
        "address": address[:64] or None,
        "memory_mb": int(memory) if memory.isdecimal() and len(memory) < 10 else None,
    }
    return Happening("restart", "node", " ".join(part for part in rest if part)[:500] or "restarted", facts=facts)
