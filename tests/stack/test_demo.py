import gzip
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from stack import demo
from stack.layout import Layout
from stack.problem import StackError

CLIP = os.urandom(demo.LEAST_BYTES)
EXAMPLES = "usr/share/doc/opencv-doc/examples/data"
CONTROL = """\
Package: opencv-doc
Version: 1
Architecture: all
Maintainer: Nobody <nobody@example.org>
Description: clips
"""
APT_GET = """\
#!/bin/sh
cp "$(dirname "$0")"/opencv-doc_1_all.deb . 2>/dev/null || { echo "E: no network" >&2; exit 100; }
"""


def package(folder: Path, name: str, content: bytes) -> Path:
    """A Debian package with one file."""
    tree = folder / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(CONTROL)
    (tree / EXAMPLES).mkdir(parents=True)
    (tree / EXAMPLES / name).write_bytes(content)
    made = folder / "opencv-doc_1_all.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An `apt-get` whose `download` copies `opencv-doc_1_all.deb` from beside it, as long as that is there."""
    folder = tmp_path / "apt"
    folder.mkdir()
    program = folder / "apt-get"
    program.write_text(APT_GET)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


def test_the_clip_is_taken_out_of_the_package(apt: Path, tmp_path: Path) -> None:
    package(apt, "vtest.avi", CLIP)
    demo.fetch_clip(tmp_path / "vtest.avi")
    assert (tmp_path / "vtest.avi").read_bytes() == CLIP


def test_a_packed_clip_is_unpacked(apt: Path, tmp_path: Path) -> None:
    package(apt, "vtest.avi.gz", gzip.compress(CLIP))
    demo.fetch_clip(tmp_path / "vtest.avi")
    assert (tmp_path / "vtest.avi").read_bytes() == CLIP


def test_a_package_without_the_clip_is_said(apt: Path, tmp_path: Path) -> None:
    package(apt, "other.avi", CLIP)
    with pytest.raises(StackError, match=r"holds no vtest\.avi"):
        demo.fetch_clip(tmp_path / "vtest.avi")


def test_a_download_that_fails_is_said_in_its_own_words(apt: Path, tmp_path: Path) -> None:
    with pytest.raises(StackError, match="E: no network"):
        demo.fetch_clip(tmp_path / "vtest.avi")
    assert not (tmp_path / "vtest.avi").exists()


def test_a_second_data_folder_takes_the_clip_from_the_cache(
    apt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "CACHE", tmp_path / "cache")
    made = package(apt, "vtest.avi", CLIP)
    for name in ("first", "second"):
        layout = Layout.of(tmp_path / name)
        (layout.data / "demo").mkdir(parents=True)
        demo.bring_clip(layout)
        assert demo.has_clip(layout)
        made.unlink(missing_ok=True)


def test_the_demo_camera_sends_to_this_stacks_hub(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    (tmp_path / "demo").mkdir()
    demo.configure(layout, 26555)
    settings = yaml.safe_load((tmp_path / "demo" / "agent.yaml").read_text())
    assert list(settings["hub_address"].values()) == ["tcp://127.0.0.1:26555"]
    assert settings["cameras"]["C1"]["source"]["path"] == demo.CLIP
