"""The agent as a process: its command line, its signals, its exit code."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from types import FrameType

import structlog

from node_agent import log
from node_agent.agent import Agent
from node_agent.config_file import ConfigError, load
from node_agent.curve import load_keys
from node_agent.mqtt import load_password
from node_agent.spool import SpoolError

EXIT_FAILED = 1
EXIT_WRONG_SETTINGS = 78  # EX_CONFIG: the systemd unit does not restart the agent after it

_log = structlog.get_logger()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the agent until it is told to stop; the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        settings = load(asked.config)
        keys = load_keys(settings.curve)
        password = load_password(settings.mqtt)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_WRONG_SETTINGS
    if asked.check:
        sys.stdout.write(f"{asked.config}: valid; node {settings.node.name}, cameras: {', '.join(settings.cameras)}\n")
        return 0
    log.set_up()
    try:
        return _run(Agent(settings, keys, password))
    except SpoolError as error:
        sys.stderr.write(f"{asked.config}: {error}\n")
        return EXIT_FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m node_agent", description="Watches cameras and tells the hub.")
    parser.add_argument("--config", type=Path, required=True, metavar="agent.yaml", help="the settings file")
    parser.add_argument("--check", action="store_true", help="only say whether the settings file is right")
    return parser


def _run(agent: Agent) -> int:
    reasons = _reasons_to_stop()
    agent.start()
    reason = reasons.get()
    _log.info("agent_stopping", reason=reason)
    left_behind = agent.stop()
    code = EXIT_FAILED if reason == "thread_died" else 0
    if left_behind:
        # A thread that hangs in a camera driver would hang, or crash, the interpreter's own way out.
        sys.stdout.flush()
        os._exit(code)
    return code


def _reasons_to_stop() -> SimpleQueue[str]:
    """A queue that gets an entry for SIGTERM, SIGINT and a thread that died.

    A SimpleQueue, because it alone may be filled from a signal handler that has interrupted its own reader.
    """
    reasons: SimpleQueue[str] = SimpleQueue()

    def on_signal(number: int, _: FrameType | None) -> None:
        reasons.put(signal.Signals(number).name)

    def on_death(death: threading.ExceptHookArgs) -> None:
        error = death.exc_value or death.exc_type()
        _log.error("thread_died", thread=death.thread and death.thread.name, exc_info=error)
        reasons.put("thread_died")

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    threading.excepthook = on_death
    return reasons
