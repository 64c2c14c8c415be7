"""A whole stack of one's own: started by `scripts/run` in a folder of its own, stopped at the end."""

import json
import logging
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from paho.mqtt import subscribe
from sqlalchemy import Engine, Row, text

from services.core.ids import slug
from services.core.settings import PREFIX, Settings
from services.store.engine import Away, connect
from stack import secrets
from stack.layout import ROOT, Layout
from stack.ports import Ports, is_taken
from stack.processes import Process, marked
from stack.report import spool_depth
from stack.state import known, settings_of

COMMAND_S = 300
TICK_S = 0.1
# paho's `subscribe.simple` calls the end of its own connection an error.
logging.getLogger("paho.mqtt.client").setLevel(logging.CRITICAL)
UNSETTLED = """
SELECT (SELECT COUNT(*) FROM image WHERE state IN ('new', 'pending', 'detecting') OR judged_at IS NULL)
     + (SELECT COUNT(*) FROM plate_look WHERE state IN ('pending', 'reading'))
     + (SELECT COUNT(*) FROM sighting WHERE plate_settled_at IS NOT NULL AND plate_judged_at IS NULL)
     + (SELECT COUNT(*) FROM decision WHERE outcome = 'telling')
     + (SELECT COUNT(*) FROM delivery WHERE state IN ('pending', 'sending'))
     + (SELECT COUNT(*) FROM sighting WHERE departed_at IS NOT NULL AND departure_judged_at IS NULL) AS number
"""
LINK = re.compile(r"http://\S+/invite/\S+")


class NotInTime(Exception):
    """Something that should have happened did not; the text says what, and how things stood."""


def wait_until(condition: Callable[[], object], what: str, seconds: float) -> None:
    """Looks ten times a second until a condition of other processes holds. Raises `NotInTime`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise NotInTime(f"waited {seconds:g} s for {what}")
        time.sleep(TICK_S)


def free_offset(first: int, last: int, step: int = 100) -> int:
    """A port offset at which no port of a stack is taken. Raises `NotInTime` when there is none."""
    for offset in range(first, last + 1, step):
        ports = Ports.of(Settings(_env_file=None), offset)
        if not any(is_taken(port) for port in vars(ports).values()):
            return offset
    raise NotInTime(f"no port offset from {first} to {last} has all of its ports free")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process' environment with these `HEARTHWATCH_…` settings (names in lower case) and no others."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return rest | {PREFIX + name.upper(): value for name, value in settings.items()}


def mail_settings(port: int) -> dict[str, str]:
    """Settings that send every alert to a mail server on loopback, without a pause between them."""
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": str(port),
        "smtp_security": "none",
        "smtp_from": "hearthwatch@example.org",
        "alert_email_to": "owner@example.org",
        "alert_cooldown_s": "0",
        "alert_chatter": "0",
    }


class OwnStack:
    """One stack without the demo camera. In a `with` block it starts with it and is gone after it.

    `settings` are machine settings by their names in lower case.
    """

    def __init__(self, offset: int, settings: Mapping[str, str]) -> None:
        # Short, because it is shown in messages; new, because a measurement starts from nothing.
        self.data = Path(tempfile.mkdtemp(prefix="hearthwatch-"))
        self.layout = Layout.of(self.data)
        self.offset = offset
        self.environment = environment(settings)
        self.printed = ""
        self._engine: Engine | None = None

    @property
    def ports(self) -> Ports:
        """Where it listens."""
        return known(self.layout).ports

    @property
    def engine(self) -> Engine:
        """Its database."""
        if self._engine is None:
            self._engine = connect(settings_of(self.layout, self.ports))
        return self._engine

    @property
    def owner_link(self) -> str:
        """The one-time link that `scripts/run` printed last."""
        found = LINK.findall(self.printed)
        if not found:
            raise NotInTime(f"scripts/run printed no one-time link:\n{self.printed}")
        return str(found[-1])

    def command(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs one of `scripts/` on this stack; standard error is in its output."""
        return subprocess.run(
            [str(ROOT / "scripts" / name), *arguments, "--data", str(self.data)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )

    def start(self) -> subprocess.CompletedProcess[str]:
        """Runs `scripts/run --detach` and keeps what it printed."""
        done = self.command("run", "--detach", "--no-demo", "--port-offset", str(self.offset))
        self.printed += done.stdout
        return done

    def stop(self) -> subprocess.CompletedProcess[str]:
        """Runs `scripts/stop`."""
        if self._engine:
            self._engine.dispose()
        self._engine = None
        return self.command("stop")

    def living(self) -> list[Process]:
        """Its processes that run now."""
        return marked(self.layout.data)

    def status(self) -> dict[str, Any]:
        """What `scripts/status --json` says."""
        said: dict[str, Any] = json.loads(self.command("status", "--json").stdout)
        return said

    def rows(self, statement: str, **values: Any) -> list[Row[Any]]:
        """What a query gives; `:name` in it is filled from `values`."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(statement), values))

    def is_settled(self, acknowledged: Collection[str]) -> bool:
        """Whether pictures with these SHA-256 have rows, and nothing of any picture is still to be done."""
        try:
            stored = {row.sha256 for row in self.rows("SELECT sha256 FROM image")}
            waiting = self.rows(UNSETTLED)[0].number
        except Away:
            return False
        return set(acknowledged) <= stored and waiting == 0 and spool_depth(self.ports) == 0

    def flows_know(self, cameras: Collection[str]) -> bool:
        """Whether the broker holds a configuration for flows with all of these cameras, by the names they send."""
        return {slug(name) for name in cameras} <= {one["id"] for one in self.told_cameras()}

    def told_cameras(self) -> list[dict[str, Any]]:
        """The cameras as flows know them."""
        cameras: list[dict[str, Any]] = self.retained("config/cameras")["cameras"]
        return cameras

    def retained(self, topic: str) -> dict[str, Any]:
        """What the broker holds on a topic below the base topic; waits until it holds anything."""
        auth = {"username": "services", "password": secrets.read(self.layout.secrets, "mqtt_services_password")}
        message = subscribe.simple(  # type: ignore[no-untyped-call]
            f"hearthwatch/{topic}", hostname="127.0.0.1", port=self.ports.mosquitto, auth=auth, qos=1
        )
        held: dict[str, Any] = json.loads(message.payload)
        return held

    def remove(self) -> None:
        """Deletes its folder."""
        shutil.rmtree(self.data, ignore_errors=True)

    def __enter__(self) -> Self:
        done = self.start()
        if done.returncode:
            self.stop()
            raise NotInTime(f"scripts/run ended with {done.returncode}:\n{done.stdout}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if kind is None:
            self.remove()
