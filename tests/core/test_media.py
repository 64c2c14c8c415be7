import errno
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core import media as module
from services.core.media import (
    FileSystemFlush,
    Media,
    MediaError,
    clean_name,
    image_name,
    image_path,
    path_of_name,
    received_path,
    same_file_system,
)
from tests.disks import small_disk

AT = datetime(2026, 11, 20, 8, 8, 49, 711037, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def media(tmp_path: Path) -> Media:
    made = Media(tmp_path / "media", writer="test")
    made.prepare()
    return made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "small", "256k") as folder:
        yield folder


def files(media: Media) -> list[str]:
    return sorted(str(path.relative_to(media.root)) for path in media.root.rglob("*") if path.is_file())


def test_a_picture_is_named_as_a_stock_imagehub_names_it() -> None:
    assert image_path("Driveway RPiCam7", AT) == "images/2026-11-20/Driveway-RPiCam7-2026-11-20T08.08.49.711037.jpg"


@given(st.text(max_size=300), st.datetimes())
def test_a_picture_is_found_again_by_its_name_alone(source: str, moment: datetime) -> None:
    assert path_of_name(image_name(source, moment)) == image_path(source, moment)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "holiday.jpg",
        "a-2026-11-20T08.08.49.711037.png",
        "a-2026-11-20T08.08.49.711037.jpg ",
        "a-2026-11-20T08.08.49.711037.jpg\n",
        "a-2026-11-20T08.08.49.jpg",
        "../a-2026-11-20T08.08.49.711037.jpg",
    ],
)
def test_a_name_that_is_not_ours_has_no_path(name: str) -> None:
    assert path_of_name(name) is None


def test_a_name_has_six_digits_also_at_microsecond_zero() -> None:
    assert image_name("A", AT.replace(microsecond=0)) == "A-2026-11-20T08.08.49.000000.jpg"


@given(st.text(max_size=300))
def test_no_name_leaves_its_folder_or_is_too_long(source: str) -> None:
    name = clean_name(source)
    assert name
    assert len(name.encode()) <= 200
    assert "/" not in name
    assert "\0" not in name
    assert ".." not in name
    assert not name.startswith(".")
    assert image_path(source, AT).count("/") == 2


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("../../../PWNED x", "-------PWNED-x"),
        ("a/b", "a-b"),
        ("..", "-"),
        (".hidden", "hidden"),
        ("", "unnamed"),
        ("T-Cam", "T-Cam"),
        ("ö" * 150, "ö" * 100),
        ("ö" * 99 + "xöö", "ö" * 99 + "x"),
    ],
)
def test_names_are_cleaned(source: str, name: str) -> None:
    assert clean_name(source).lstrip("-") == name.lstrip("-")
    assert "/" not in clean_name(source)


@pytest.mark.parametrize("path", ["/etc/passwd", "images/../../x", "..", "images/.."])
def test_a_path_outside_is_refused(media: Media, path: str) -> None:
    for way in (media.path, media.holds, lambda one: media.place(one, b"x")):
        with pytest.raises(MediaError, match="not a path inside"):
            way(path)


def test_a_picture_is_placed_whole_and_leaves_nothing_beside_it(media: Media) -> None:
    media.place("images/2026-11-20/a.jpg", b"1" * 100_000)
    media.place("images/2026-11-21/b.jpg", memoryview(b"2"))
    assert files(media) == ["images/2026-11-20/a.jpg", "images/2026-11-21/b.jpg"]
    assert media.path("images/2026-11-20/a.jpg").read_bytes() == b"1" * 100_000
    assert media.holds("images/2026-11-21/b.jpg")


def test_a_name_that_is_taken_is_never_written_over(media: Media) -> None:
    media.place("images/2026-11-20/a.jpg", b"first")
    with pytest.raises(FileExistsError):
        media.place("images/2026-11-20/a.jpg", b"second")
    assert media.path("images/2026-11-20/a.jpg").read_bytes() == b"first"
    assert files(media) == ["images/2026-11-20/a.jpg"]


def test_a_day_folder_that_somebody_removed_is_made_again(media: Media) -> None:
    media.place("images/2026-11-20/a.jpg", b"1")
    media.path("images/2026-11-20/a.jpg").unlink()
    media.path("images/2026-11-20").rmdir()
    media.place("images/2026-11-20/b.jpg", b"2")
    assert files(media) == ["images/2026-11-20/b.jpg"]


def test_a_full_disk_is_an_error_and_leaves_nothing(small: Path) -> None:
    media = Media(small)
    media.prepare()
    media.place("images/2026-11-20/a.jpg", b"1" * 100_000)
    with pytest.raises(OSError, match="fitted") as short:
        media.place("images/2026-11-20/b.jpg", b"2" * 300_000)
    assert short.value.errno == errno.ENOSPC
    assert files(media) == ["images/2026-11-20/a.jpg"]
    media.place("images/2026-11-20/c.jpg", b"3" * 50_000)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MediaError, match="cannot be written"):
        Media(tmp_path / "file" / "media").prepare()


def test_an_atomic_write_replaces_and_leaves_nothing_beside_it(media: Media) -> None:
    media.write_atomic("thumbs/2026-11-20/x.jpg", b"1")
    media.write_atomic("thumbs/2026-11-20/x.jpg", b"2")
    assert media.path("thumbs/2026-11-20/x.jpg").read_bytes() == b"2"
    assert files(media) == ["thumbs/2026-11-20/x.jpg"]


def test_what_a_killed_writer_left_is_found_and_only_its_own_is_taken_away(media: Media) -> None:
    for name in (".test.part", ".other.part", "kept.jpg"):
        (media.root / "images" / name).write_bytes(b"half")
    assert sorted(path.name for path in media.leftovers()) == [".other.part", ".test.part"]
    media.discard_temporary()
    assert [path.name for path in media.leftovers()] == [".other.part"]


def test_a_failed_flush_is_an_error(tmp_path: Path) -> None:
    flush = FileSystemFlush(tmp_path)
    flush()
    flush.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        flush()


def test_the_check_for_one_file_system_tells_two_apart(small: Path, tmp_path: Path) -> None:
    assert same_file_system(tmp_path, tmp_path.parent)
    assert not same_file_system(tmp_path, small)


def test_a_folder_that_is_not_there_has_no_names(tmp_path: Path) -> None:
    assert list(module.names(tmp_path / "none")) == []
    (tmp_path / "one").touch()
    assert list(module.names(tmp_path)) == ["one"]


def test_no_descriptor_leaks_over_many_days(media: Media) -> None:
    media.place("images/2026-01-01/a.jpg", b"1")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for day in range(2, 29):
        media.place(f"images/2026-01-{day:02d}/a.jpg", b"1")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_no_descriptor_outlives_its_folder(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(20):
        made = Media(tmp_path / str(number))
        made.place("images/2026-01-01/a.jpg", b"1")
    del made
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_file_is_adopted_and_never_takes_the_place_of_another(media: Media, tmp_path: Path) -> None:
    for data in (b"first", b"second"):
        (tmp_path / "film").write_bytes(data)
        if data == b"first":
            media.adopt(tmp_path / "film", "recordings/2026-05-01/film.mp4")
            assert not (tmp_path / "film").exists()
        else:
            with pytest.raises(FileExistsError):
                media.adopt(tmp_path / "film", "recordings/2026-05-01/film.mp4")
    assert media.path("recordings/2026-05-01/film.mp4").read_bytes() == b"first"
    assert (tmp_path / "film").read_bytes() == b"second"


def test_a_file_is_named_by_its_id_and_the_end_of_what_its_sender_calls_it() -> None:
    assert received_path("uploads", "../.hidden/é?.txt", "17", "2026-05-01") == "uploads/2026-05-01/17---.hidden-é?.txt"
    assert len(received_path("uploads", "x" * 300, "17", "2026-05-01")) <= 120
