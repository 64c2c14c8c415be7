import gzip

from flask import Flask

from tests.flaskapp.conftest import Cast

LIVE_BYTES = 150_000


def test_an_asset_is_cached_for_good_under_its_hash_only(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        url = app.jinja_env.globals["asset"]("app.css")  # type: ignore[operator]
    assert "immutable" in cast.stranger.get(url).headers["Cache-Control"]
    assert cast.stranger.get("/static/app.css").headers["Cache-Control"] == "no-cache"


def test_an_asset_that_is_known_is_not_sent_again(cast: Cast) -> None:
    first = cast.stranger.get("/static/app.css")
    again = cast.stranger.get("/static/app.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_text_goes_compressed_to_who_takes_it(cast: Cast) -> None:
    plain = cast.stranger.get("/static/app.css")
    packed = cast.stranger.get("/static/app.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data


def test_nothing_outside_the_folder_is_served(cast: Cast) -> None:
    for name in ("../__init__.py", "%2e%2e/__init__.py", "vendor/../../__init__.py", "vendor/.lock-sha256"):
        assert cast.stranger.get(f"/static/{name}").status_code in (302, 404)


def test_the_first_view_of_live_is_small(cast: Cast) -> None:
    names = (
        "vendor/pico.min.css",
        "vendor/htmx.min.js",
        "app.css",
        "app.js",
        "stream.js",
        "live.js",
        "icons.svg",
        "icon.svg",
    )
    gzipped = {"Accept-Encoding": "gzip"}
    sent = sum(len(cast.owner.get(f"/static/{name}", headers=gzipped).data) for name in names)
    assert sent + len(cast.owner.get("/").data) < LIVE_BYTES
