from flask import Flask

from tests.flaskapp.conftest import Cast
from tests.flaskapp.house import House


def test_every_answer_says_that_nothing_is_loaded_from_elsewhere(cast: Cast, house: House) -> None:
    house.camera()
    for path in ("/", "/login", "/pictures", "/static/app.css", "/no-such", "/healthz", "/cameras/front-door"):
        for client in (cast.owner, cast.stranger):
            headers = client.get(path).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_are_not_kept_by_caches(cast: Cast) -> None:
    assert cast.owner.get("/").headers["Cache-Control"] == "no-store"


def test_no_page_has_inline_script_or_style(cast: Cast, house: House) -> None:
    house.camera()
    house.picture(labels=["person"])
    for path in (
        "/",
        "/login",
        "/pictures",
        "/events",
        "/alerts",
        "/cameras",
        "/cameras/front-door",
        "/health",
        "/account",
    ):
        page = cast.owner.get(path, follow_redirects=True).text
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        assert page.count("<script") == page.count('<script src="/static/')


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask, cast: Cast) -> None:
    cookie = cast.stranger.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert app.config["SESSION_COOKIE_NAME"] == "hearthwatch_8080"
