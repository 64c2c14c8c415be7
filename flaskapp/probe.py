"""`/healthz`, `/readyz` and `/metrics`, as every service has them; metrics only for this machine."""

from ipaddress import ip_address

from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from flaskapp.gallery import gallery

blueprint = Blueprint("probe", __name__)


@blueprint.get("/healthz")
def alive() -> tuple[Response, int]:
    """Whether the process's loops go round."""
    return _answer(gallery().health.alive())


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether database and broker are there too."""
    return _answer(gallery().health.ready())


def _answer(checks: dict[str, bool]) -> tuple[Response, int]:
    return jsonify(checks), 200 if all(checks.values()) else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus figures; refused to other machines, also to those behind a proxy on this one."""
    if "X-Forwarded-For" in request.headers or not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 (an address to compare)
        abort(404)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
