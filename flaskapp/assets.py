"""`/static/…`: style sheets, scripts and icons, held in memory, compressed once, cached for good under their hash."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request, url_for

from services.core.logging import get

FOLDER = Path(__file__).parent / "static"
VENDORED = ("vendor/pico.min.css", "vendor/htmx.min.js", "vendor/hls.light.min.js")
TEXT = (".css", ".js", ".svg", ".webmanifest", ".txt")
YEAR_S = 31_536_000
mimetypes.add_type("application/manifest+json", ".webmanifest")
log = get(__name__)


@dataclass(frozen=True)
class Asset:
    """One file; `packed` is None where compressing it would win nothing."""

    body: bytes
    packed: bytes | None
    digest: str
    kind: str


def install(app: Flask) -> None:
    """Serves the files and gives templates `asset(name)`."""
    held = load(FOLDER)
    for name in VENDORED:
        if name not in held:
            log.error(
                "asset_missing", name=name, fix="run scripts/run, or `python -m stack.vendor` for a development copy"
            )

    def static(name: str) -> Response:
        asset = held.get(name) or abort(404)
        return _answer(asset)

    def asset(name: str) -> str:
        digest = held[name].digest if name in held else "0"
        return url_for("static", name=name, v=digest)

    app.add_url_rule("/static/<path:name>", "static", static, methods=["GET"])
    app.jinja_env.globals["asset"] = asset


def load(folder: Path) -> Mapping[str, Asset]:
    """Every file below the folder, by its path there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): _asset(path) for path in files}


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    packed = gzip.compress(body, 9, mtime=0) if path.suffix in TEXT and len(body) > 800 else None
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(body, packed, hashlib.sha256(body).hexdigest()[:16], kind)


def _answer(asset: Asset) -> Response:
    pack = asset.packed is not None and request.accept_encodings.quality("gzip") > 0
    answer = Response(asset.packed if pack else asset.body, content_type=_content_type(asset.kind))
    if pack:
        answer.content_encoding = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.set_etag(asset.digest + ("-gz" if pack else ""))
    known = request.args.get("v") == asset.digest
    answer.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable" if known else "no-cache"
    answer.make_conditional(request)
    return answer


def _content_type(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
