"""Grafana, when the machine has it; the stack works without."""

import os
import shutil
from pathlib import Path

HOW_TO_GET = (
    "Charts: Grafana is not on this machine, so it was left out. To have it, install the package `grafana` from "
    "https://grafana.com/docs/grafana/latest/setup-grafana/installation/ and start again."
)
HOMES = (Path("/usr/share/grafana"), Path("/usr/local/share/grafana"))


def found() -> bool:
    """Whether there is a Grafana to start."""
    return _binary() is not None


def command() -> list[str]:
    """How it is started. Only for a machine on which `found` is true."""
    name, path = _binary() or ("grafana-server", "grafana-server")
    home = next((["--homepath", str(home)] for home in HOMES if home.is_dir()), [])
    return [path, *(["server"] if name == "grafana" else []), *home]


def _binary() -> tuple[str, str] | None:
    where = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/share/grafana/bin"
    paths = ((name, shutil.which(name, path=where)) for name in ("grafana-server", "grafana"))
    return next(((name, path) for name, path in paths if path), None)
