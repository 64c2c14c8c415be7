"""Node-RED's admin API: makes a running Node-RED read its flow file again."""

import json
from enum import Enum, auto
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

TIMEOUT_S = 10
USER = "admin"


class NodeRedAnswer(Enum):
    """What came of a request."""

    RELOADED = auto()
    REFUSED = auto()
    SILENT = auto()


def reload(url: str, password: str) -> NodeRedAnswer:
    """Asks the Node-RED at `url` to read its flow file again, signed in as `admin`."""
    try:
        _post(f"{url}/flows", b"{}", _token(url, password))
    except HTTPError:
        return NodeRedAnswer.REFUSED
    except (URLError, TimeoutError, ConnectionError):
        return NodeRedAnswer.SILENT
    return NodeRedAnswer.RELOADED


def _token(url: str, password: str) -> dict[str, str]:
    form = {
        "client_id": "node-red-admin",
        "grant_type": "password",
        "scope": "*",
        "username": USER,
        "password": password,
    }
    answer = json.loads(_post(f"{url}/auth/token", urlencode(form).encode(), {}))
    return {
        "Authorization": f"Bearer {answer['access_token']}",
        "Content-Type": "application/json",
        "Node-RED-API-Version": "v2",
        "Node-RED-Deployment-Type": "reload",
    }


def _post(url: str, body: bytes, headers: dict[str, str]) -> bytes:
    with urlopen(Request(url, body, headers), timeout=TIMEOUT_S) as answer:
        return bytes(answer.read())
