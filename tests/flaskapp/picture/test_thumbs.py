import threading
from pathlib import Path

import pytest

from flaskapp.picture.small import small
from flaskapp.picture.thumbs import Broken, Thumbs
from services.core.media import Media
from services.store.album import File
from tests.flaskapp.house import A_HASH, NOON, drawn


def test_it_shrinks_by_any_factor(tmp_path: Path) -> None:
    for width in (641, 1280, 1920, 3000, 5200):
        assert len(small(drawn(width, width // 2), width)) > 1000


@pytest.mark.parametrize("data", [b"", b"no picture", drawn()[:500]])
def test_it_refuses_what_is_no_picture(data: bytes) -> None:
    with pytest.raises(Broken):
        small(data[:20] if data.startswith(b"\xff") else data, 1280)


def test_many_who_ask_at_once_get_one_whole_copy(tmp_path: Path) -> None:
    media = Media(tmp_path)
    media.prepare()
    media.place("images/2026-11-20/a.jpg", drawn())
    file = File("images/2026-11-20/a.jpg", A_HASH, 1, 1280, NOON)
    thumbs, sizes = Thumbs(media), set()
    threads = [threading.Thread(target=lambda: sizes.add(thumbs.path("an-id", file).stat().st_size)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == {len(small(drawn(), 1280))}


def test_it_leaves_the_media_folder_for_nobody(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(drawn())
    thumbs = Thumbs(Media(tmp_path / "media"))
    for path in ("images/../../secret.jpg", "/etc/passwd", "../secret.jpg"):
        file = File(path, A_HASH, 1, 100, NOON)
        with pytest.raises(Broken):
            thumbs.original(file)
        with pytest.raises(Broken):
            thumbs.path("an-id", file)
