"""Services as processes of their own, in the environment that a stack gives them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.core.settings import Settings
from tests.peers import MariaDb

ROOT = Path(__file__).parents[1]


def environment(house: Settings, **more: str) -> dict[str, str]:
    """The environment of a process that uses a test's servers and folders."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "HEARTHWATCH_DATA_DIR": str(house.data_dir),
        "HEARTHWATCH_DB_PORT": str(house.db_port),
        "HEARTHWATCH_DB_PASSWORD": MariaDb.password,
        "HEARTHWATCH_MQTT_PORT": str(house.mqtt_port),
        "HEARTHWATCH_MQTT_BASE_TOPIC": house.mqtt_base_topic,
        **more,
    }


@contextmanager
def process(house: Settings, *arguments: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`python -m ARGUMENTS`, killed at the end; its output goes to `log` in the data folder."""
    command = [sys.executable, "-m", *arguments]
    with (house.data_dir / "log").open("ab") as log:
        child = subprocess.Popen(command, cwd=ROOT, env=environment(house, **more), stdout=log, stderr=log)
    try:
        yield child
    finally:
        child.kill()
        child.wait(20)
