"""All of `/api/v1`: importing a module of it enters its routes."""

from flask import Response

from flaskapp.api import answers, devices, happenings, links, modes, openapi, route, settings

blueprint = route.blueprint
PARTS = (devices, links, modes, happenings, settings)


@route.route("GET", "/openapi.json", answers.JSON)
def api_document() -> Response:
    """What the API takes and gives, as OpenAPI 3.1."""
    return Response(openapi.text(), mimetype=answers.JSON)
