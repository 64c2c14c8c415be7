"""The part of the protocol-buffer wire format that writing an ONNX file needs.

Format: https://protobuf.dev/programming-guides/encoding/ (varints, 32-bit and length-delimited fields).
"""

from __future__ import annotations

import struct

_VARINT, _LENGTH_DELIMITED, _FIXED_32 = 0, 2, 5


def varint(value: int) -> bytes:
    """Encode a non-negative integer, seven bits to a byte, lowest first."""
    if value < 0:
        raise ValueError(f"a varint cannot hold {value}")
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def integer(field: int, value: int) -> bytes:
    """Encode an int64 field; a negative value takes ten bytes (two's complement), as the format asks."""
    return varint(field << 3 | _VARINT) + varint(value & 0xFFFF_FFFF_FFFF_FFFF)


def single(field: int, value: float) -> bytes:
    """Encode a 32-bit float field."""
    return varint(field << 3 | _FIXED_32) + struct.pack("<f", value)


def block(field: int, content: bytes) -> bytes:
    """Encode a bytes field, or a message that is already encoded."""
    return varint(field << 3 | _LENGTH_DELIMITED) + varint(len(content)) + content


def text(field: int, content: str) -> bytes:
    """Encode a string field."""
    return block(field, content.encode())
