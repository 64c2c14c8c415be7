"""Errors for people: what happened, what was kept, what to do. Never a stack trace."""

import json

from flask import Flask, Response, make_response, render_template, request
from flask_login import current_user
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from flaskapp.api import answers
from flaskapp.guard import API, PROGRAMS
from services.core.logging import get
from services.store.engine import Away

log = get(__name__)

WORDS = {
    400: (
        "That request was not understood",
        "Go back and try again; a form may have been open since before the gallery was restarted.",
    ),
    401: ("Please sign in", "This needs a session."),
    403: ("Only an owner may do that", "You may look at everything. Ask an owner of this house to make the change."),
    404: ("There is nothing here", "The picture or page may have been deleted since, or the link is incomplete."),
    405: ("That does not work this way", "Open the page from the menu instead."),
    410: ("This link shows nothing any more", "It has expired, was ended, or what it showed was deleted."),
    413: ("That is too much", "A form here holds at most 64 kB, a file of settings 400 kB."),
    429: ("Too many tries", "Wait a few minutes, then try again. Nothing was changed."),
    500: (
        "Something went wrong in the gallery",
        "Pictures are still being taken in and looked at. The log has the details.",
    ),
    503: (
        "The database is away",
        "Pictures are still being taken in; they will be here when it is back. This page tries again by itself.",
    ),
}


def install(app: Flask) -> None:
    """Gives each error its page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(500, _http)


def _http(error: HTTPException) -> Response:
    return _page(error.code or 500)


def _database(error: DBAPIError) -> Response:
    away = isinstance(error, Away)
    log.error("database_error", error=type(error.orig).__name__, away=away, exc_info=None if away else error)
    return _page(503 if away else 500)


def _page(code: int) -> Response:
    if request.path.startswith(API):
        return answers.problem(code)
    if request.path.startswith(PROGRAMS):
        return _to_program(code)
    title, advice = WORDS.get(code, WORDS[500 if code >= 500 else 400])
    if "text/html" not in request.headers.get("Accept", "text/html") and request.endpoint != "static":
        return make_response((f"{title}. {advice}\n", code, {"Content-Type": "text/plain; charset=utf-8"}))
    known = code != 503 and current_user and current_user.is_authenticated
    return make_response(render_template("error.html", title=title, advice=advice, code=code, bare=not known), code)


def _to_program(code: int) -> Response:
    """As eds-cctv says it."""
    reasons = {405: f"Method {request.method} not allowed", 401: answers.WORDS[401]}
    told = {"status_code": code, "reason": reasons.get(code) or WORDS.get(code, WORDS[500])[0]}
    return make_response((json.dumps(told), code, {"Content-Type": "application/json"}))
