"""What strangers send as XML."""

from xml.etree import ElementTree


class NotToBeRead(Exception):
    """It declares entities of its own, which may grow without end when they are read, or hides whether it does."""


class NotXml(Exception):
    """It is no XML."""


def parsed(data: bytes) -> ElementTree.Element:
    """The root. Raises `NotToBeRead` or `NotXml`."""
    # With a zero in it, it is in UTF-16 or alike, where the words that are looked for look otherwise.
    if any(word in data for word in (b"<!DOCTYPE", b"<!ENTITY", b"\0")):
        raise NotToBeRead
    try:
        return ElementTree.fromstring(data)  # noqa: S314 (without declarations nothing can grow)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        # The last two: an encoding that cannot be, or that nobody knows.
        raise NotXml from error
