"""What a file is, by its first bytes; its name says little, for cameras call their files as they like."""

from enum import Enum

HEAD_BYTES = 64


class Kind(Enum):
    """What is done with a file."""

    JPEG = "jpeg"
    PICTURE = "picture"
    FILM = "film"
    OTHER = "other"


_PICTURES = (b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_FILMS = (b"\x1aE\xdf\xa3", b"FLV\x01")
_RAW = (b"\0\0\0\x01", b"\0\0\x01")
_RAW_ENDINGS = (".264", ".h264", ".265", ".h265", ".hevc", ".avc")


def kind_of(head: bytes, name: str) -> Kind:
    """`head` are the file's first bytes, `HEAD_BYTES` of them if it has so many.

    A stream of H.264 or H.265 without a container begins with bytes that other files may begin with, too: there the
    name has to say it.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if _is_picture(head):
        return Kind.PICTURE
    if _is_film(head) or (head.startswith(_RAW) and name.lower().endswith(_RAW_ENDINGS)):
        return Kind.FILM
    return Kind.OTHER


def _is_picture(head: bytes) -> bool:
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    is_bitmap = head[:2] == b"BM" and head[6:10] == b"\0\0\0\0" and head[14:18] in (b"\x28\0\0\0", b"\x6c\0\0\0")
    return head.startswith(_PICTURES) or is_webp or is_bitmap


def _is_film(head: bytes) -> bool:
    is_avi = head[:4] == b"RIFF" and head[8:12] == b"AVI "
    return head.startswith(_FILMS) or head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide") or is_avi
