"""`/settings`: the settings as a file, for owners: taken away, tried, brought back."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from flaskapp import words
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.setting import file
from flaskapp.setting.file import Report

NO_TEXT = "That file is not text in UTF-8. Export one first: it shows what a file looks like."
NO_FILE = "Which file? Choose one that was exported here."
Answer = str | tuple[str, int] | Response
blueprint = Blueprint("setting", __name__)


@blueprint.get("/settings")
def page() -> str:
    """What can be taken away, and where to bring it back."""
    return _page()


@blueprint.get("/settings/file", endpoint="download")
def download() -> Response:
    """The settings, to be kept."""
    home = gallery()
    with home.engine.connect() as connection:
        made = file.export(connection)
    name = f"hearthwatch-settings-{home.zone.day_of(home.now()).isoformat()}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, content_type="application/yaml; charset=utf-8", headers=headers)


@blueprint.post("/settings/try", endpoint="attempt")
def attempt() -> Answer:
    """What a file would change; nothing is changed yet."""
    try:
        sent = _sent()
        report = file.bring(gallery().engine, current_user, sent, _exact(), dry=True)
    except Mistakes as mistakes:
        return _page(mistakes.by_field), 422
    return _page(sent=sent, report=report)


@blueprint.post("/settings/import", endpoint="bring")
def bring() -> Answer:
    """Makes the house what the file says."""
    try:
        report = file.bring(gallery().engine, current_user, request.form.get("text", ""), _exact(), dry=False)
    except Mistakes as mistakes:
        return _page(mistakes.by_field), 422
    flash(_done(report))
    return redirect(url_for("setting.page"))


def _sent() -> str:
    """The text of the file. Raises `Mistakes`."""
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        raise Mistakes({"": NO_FILE})
    try:
        return str(chosen.read(), "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Mistakes({"": NO_TEXT}) from error


def _exact() -> bool:
    return "exact" in request.form


def _done(report: Report) -> str:
    counts = [(len(report.of(kind)), kind) for kind in ("added", "changed", "removed")]
    told = ", ".join(f"{words.many(count, 'thing')} {kind}" for count, kind in counts if count)
    return f"The settings are imported: {told}." if told else "Nothing was different, so nothing was changed."


def _page(mistakes: Mapping[str, str] | None = None, sent: str = "", report: Report | None = None) -> str:
    return render_template(
        "setting/page.html",
        mistakes=mistakes or {},
        sent=sent,
        report=report,
        exact=_exact(),
        kinds=file.KINDS,
        nouns=file.NAMES,
    )
