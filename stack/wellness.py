"""Whether a process can do its work: its ready page, or at least its port."""

import http.client
import socket
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from stack.addresses import LOOPBACK
from stack.programs import Program

PATIENCE_S = 3
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy cannot reach our loopback


def healthy(programs: list[Program], states: Mapping[str, Mapping[str, Any]]) -> dict[str, bool]:
    """Each program's name and whether it runs and answers; all are asked at the same time."""

    def well(program: Program) -> bool:
        running = states.get(program.name, {}).get("statename") == "RUNNING"
        return running and answers(program)

    with ThreadPoolExecutor(len(programs)) as pool:
        return dict(zip((program.name for program in programs), pool.map(well, programs), strict=True))


def answers(program: Program) -> bool:
    """Whether its ready page says yes, or its port is open when it has no page; true when it has neither."""
    if program.ready:
        return page_is_good(program.ready)
    return program.port is None or port_is_open(program.port)


def page_is_good(url: str) -> bool:
    """Whether a page answers with a status below 400."""
    try:
        with DIRECT.open(url, timeout=PATIENCE_S):
            return True
    except (OSError, http.client.HTTPException):
        return False


def port_is_open(port: int) -> bool:
    """Whether something listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(PATIENCE_S)
        return probe.connect_ex((LOOPBACK, port)) == 0
