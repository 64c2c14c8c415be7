"""supervisord: the configuration that it gets, and talking to it over its Unix socket."""

import http.client
import os
import shlex
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ProtocolError, ServerProxy, Transport

from stack.layout import ROOT, Layout
from stack.mosquitto import write_private
from stack.problem import StackError
from stack.processes import PROGRAM
from stack.programs import Program, log_of

LOG_BYTES = "10MB"
LOG_FILES = 3
ANSWER_S = 20
Unreachable = (OSError, http.client.HTTPException, ProtocolError)


def configuration(layout: Layout, programs: list[Program]) -> str:
    """`supervisord.conf`. Nothing starts by itself: the order is the command's."""
    user = ["user = root"] if os.getuid() == 0 else []
    head = [
        "[supervisord]",
        "nodaemon = true",
        "silent = true",
        "umask = 077",
        f"identifier = hearthwatch-{layout.runtime.name}",
        f"directory = {_escaped(ROOT)}",
        f"logfile = {_escaped(layout.log / 'supervisord.log')}",
        f"pidfile = {_escaped(layout.run / 'supervisord.pid')}",
        *user,
        "[unix_http_server]",
        f"file = {layout.supervisor_socket}",
        "chmod = 0700",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
    ]
    return "\n".join([*head, *(line for program in programs for line in _section(layout, program))]) + "\n"


def start(layout: Layout, programs: list[Program], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Starts supervisord in a session of its own, so that Ctrl-C reaches only the command that started it."""
    config = layout.run / "supervisord.conf"
    write_private(config, configuration(layout, programs))
    layout.supervisor_socket.unlink(missing_ok=True)
    with (layout.log / "supervisord-start.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )


class Supervisor:
    """A running supervisord."""

    def __init__(self, layout: Layout) -> None:
        self._socket = layout.supervisor_socket

    def alive(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self._call("getState")["statename"] == "RUNNING")
        except (*Unreachable, Fault):
            return False

    def states(self) -> dict[str, dict[str, Any]]:
        """Each program's `statename`, `pid`, `start` (seconds since 1970) and `spawnerr`; empty when it is away."""
        try:
            return {info["name"]: info for info in self._call("getAllProcessInfo")}
        except Unreachable:
            return {}

    def launch(self, names: list[str]) -> None:
        """Starts programs without waiting. Raises `StackError` for a program that cannot be started at all."""
        for name in names:
            try:
                self._call("startProcess", name, False)
            except Fault as fault:
                raise StackError(f"{name} could not be started: {fault.faultString}") from fault

    def halt(self, names: list[str]) -> None:
        """Asks programs to stop, without waiting; those that are not running do not matter."""
        for name in names:
            with suppress(Fault):
                self._call("stopProcess", name, False)

    def shut_down(self) -> None:
        """Asks supervisord itself to end, with whatever still runs."""
        self._call("shutdown")

    def _call(self, method: str, *arguments: str | bool) -> Any:
        # A new connection for each call, as supervisord may have been started anew since the last one.
        with ServerProxy("http://localhost", transport=_UnixTransport(self._socket)) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)


class _UnixTransport(Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._held: _UnixConnection | None = None

    def make_connection(self, host: object) -> http.client.HTTPConnection:
        self._held = _UnixConnection(self._path)
        return self._held

    def close(self) -> None:
        if self._held:
            self._held.close()
        super().close()


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=ANSWER_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(ANSWER_S)
        self.sock.connect(str(self._path))


def _section(layout: Layout, program: Program) -> list[str]:
    environment = {PROGRAM: program.name} | program.environment
    return [
        f"[program:{program.name}]",
        f"command = {_escaped(shlex.join(program.command))}",
        "autostart = false",
        "autorestart = true",
        "startsecs = 1",
        # Each failed start waits one second longer than the one before; giving up is for people.
        "startretries = 1000000",
        f"stopwaitsecs = {program.stop_s}",
        "killasgroup = true",
        "redirect_stderr = true",
        f"stdout_logfile = {_escaped(log_of(layout, program.name))}",
        f"stdout_logfile_maxbytes = {LOG_BYTES}",
        f"stdout_logfile_backups = {LOG_FILES}",
        "environment = " + ",".join(f'{name}="{_value(name, value)}"' for name, value in environment.items()),
    ]


def _value(name: str, value: str) -> str:
    if '"' in value:
        raise StackError(
            f'the value of {name} for a process holds a double quote ("), which supervisord cannot pass on'
        )
    return _escaped(value)


def _escaped(value: object) -> str:
    # supervisord fills in %(…)s, and takes what follows " ;" for a remark.
    text = str(value).replace("%", "%%")
    if "\n" in text or " ;" in text or " #" in text:
        raise StackError(f"supervisord cannot take {value!r}: it holds a line end, or ; or # after a space")
    return text
