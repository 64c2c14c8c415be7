"""Gives templates the words, bound to the request's moment and the house's time zone."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, request
from flask_login import current_user
from markupsafe import Markup

from flaskapp import words
from flaskapp.gallery import gallery
from services.core.clock import to_rfc3339


def install(app: Flask) -> None:
    """Adds filters and globals to the templates."""
    app.jinja_env.filters.update(ago=_ago, when=in_words, exact=_exact, day=_day, colour=words.colour, size=words.size)
    app.jinja_env.globals.update(
        many=words.many, seen=words.seen, about=words.about, span=words.span, lasting=words.lasting
    )
    app.jinja_env.globals.update(person=current_user, clock=_time)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_links)


def _ago(moment: datetime) -> str:
    return words.ago((gallery().now() - moment).total_seconds())


def in_words(moment: datetime) -> str:
    """`08:14`, `yesterday 22:14`: inside a request."""
    return words.when(moment, gallery().now(), gallery().zone)


def _exact(moment: datetime) -> str:
    return words.exact(moment, gallery().zone)


def _day(moment: datetime) -> str:
    return words.day_name(moment, gallery().now(), gallery().zone)


def _hour(moment: datetime) -> str:
    return gallery().zone.clock(moment)


def _second(moment: datetime) -> str:
    return f"{gallery().zone.local(moment):%H:%M:%S}"


_FORMS: dict[str, Callable[[datetime], str]] = {"when": in_words, "ago": _ago, "hour": _hour, "second": _second}


def _time(moment: datetime, form: str = "when") -> Markup:
    """A `<time>`: a person's words to read, the exact time on tap; `form` is when, ago, hour or second."""
    fresh = Markup(" data-ago") if form == "ago" else ""
    shape = Markup('<time datetime="{}" title="{}"{}>{}</time>')
    return shape.format(to_rfc3339(moment), _exact(moment), fresh, _FORMS[form](moment))


def _links() -> dict[str, object]:
    settings = gallery().settings
    return {
        "node_red_url": reachable(settings.node_red_url, request.host),
        "grafana_url": reachable(settings.grafana_url, request.host),
        "part_of_page": bool(request.headers.get("HX-Request")),
    }


def reachable(url: str | None, host: str) -> str | None:
    """The address of a neighbour, or None where it means this machine and the page was opened on another one."""
    if not url or not _is_this_machine(urlsplit(url).netloc) or _is_this_machine(host):
        return url
    return None


def _is_this_machine(netloc: str) -> bool:
    name = urlsplit(f"//{netloc}").hostname or ""
    return name in ("localhost", "::1") or name.startswith("127.")
