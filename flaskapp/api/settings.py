"""`/api/v1/settings.yaml`: people's settings as one file, for owners."""

from flask import Response, abort, request

from flaskapp.api.door import caller, owners_only
from flaskapp.api.route import route
from flaskapp.api.shapes import SettingsAsked, SettingsLine, SettingsReport
from flaskapp.gallery import gallery
from flaskapp.setting import file, text

YAML = "application/yaml"


@route("GET", "/settings.yaml", YAML, errors=(403,))
def settings() -> Response:
    """The settings of cameras and devices, rules, modes and schedules as YAML. Only for owners."""
    owners_only()
    with gallery().engine.connect() as connection:
        return Response(file.export(connection), content_type=f"{YAML}; charset=utf-8")


@route("PUT", "/settings.yaml", SettingsReport, takes=YAML, asks=SettingsAsked)
def bring_settings(asked: SettingsAsked) -> SettingsReport:
    """Makes the house what the file says, all of it or nothing, and says what was changed."""
    request.max_content_length = text.BYTES
    try:
        sent = request.get_data().decode()
    except UnicodeDecodeError:
        abort(400)
    report = file.bring(gallery().engine, caller(), sent, asked.exact, asked.dry_run)
    lines = [SettingsLine(**{**vars(line), "fields": list(line.fields)}) for line in report.lines]
    return SettingsReport(dry_run=asked.dry_run, lines=lines, notes=list(report.notes))
