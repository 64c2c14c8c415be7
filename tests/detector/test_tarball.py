import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from services.detector.problem import ModelError
from services.detector.tarball import Member, read_members

CONTENT = b"weights"
PINNED = Member(len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


def archive(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def plain(name: str, content: bytes = CONTENT) -> tuple[tarfile.TarInfo, bytes]:
    return tarfile.TarInfo(name), content


def link(name: str, target: str, kind: bytes) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


def test_the_wanted_files_are_read_and_the_others_left() -> None:
    packed = archive(plain("package/other", b"x"), plain("package/model"))
    assert read_members(packed, {"package/model": PINNED}) == {"package/model": CONTENT}


def test_members_that_want_to_escape_write_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    absolute = str(tmp_path / "absolute")
    packed = archive(
        plain("../escaped"),
        plain(absolute),
        link("out", str(tmp_path), tarfile.SYMTYPE),
        plain("out/through"),
        plain("model"),
    )
    read_members(packed, {"model": PINNED})
    assert [path.name for path in tmp_path.rglob("*")] == ["inside"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_link_is_not_followed(kind: bytes) -> None:
    packed = archive(plain("secret"), link("model", "secret", kind))
    with pytest.raises(ModelError, match="not the plain file"):
        read_members(packed, {"model": PINNED})


def test_a_file_of_another_size_is_refused_unread() -> None:
    with pytest.raises(ModelError, match="not the plain file of 7 bytes"):
        read_members(archive(plain("model", bytes(1000))), {"model": PINNED})


def test_a_file_of_the_same_size_with_other_content_is_refused() -> None:
    with pytest.raises(ModelError, match=r"has sha256 .* instead of"):
        read_members(archive(plain("model", b"WEIGHTS")), {"model": PINNED})


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ModelError, match="has no file model"):
        read_members(archive(plain("other")), {"model": PINNED})


@pytest.mark.parametrize(
    "damage", [b"", b"not an archive", archive(plain("model", bytes(5000)))[:60]], ids=["empty", "text", "cut short"]
)
def test_what_is_no_archive_is_refused(damage: bytes) -> None:
    with pytest.raises(ModelError, match=r"not a readable .tgz|has no file"):
        read_members(damage, {"model": PINNED})
