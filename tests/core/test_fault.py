"""Half a process must not look like a whole one."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICE = """
import sys, threading
from services.core import fault
from services.core.service import main

def work(service):
    raise RuntimeError("no way on")

def run(service):
    threading.Thread(target=work, args=(service,), name="worker", daemon=True).start()
    {then}

fault.LAST_WORDS_S = {patience}
sys.exit(main("victim", run))
"""


def ended(then: str, patience: float) -> "subprocess.CompletedProcess[str]":
    code = SERVICE.format(then=then, patience=patience)
    environment = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_service_whose_thread_dies_ends_in_order_but_not_well() -> None:
    done = ended("service.stopping.wait()", 50)
    assert done.returncode == 1
    lines = {line["event"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert lines["thread_died"]["thread"] == "worker"
    assert "no way on" in lines["thread_died"]["exception"]
    assert "stopped" in lines


def test_a_service_that_cannot_stop_any_more_ends_all_the_same() -> None:
    assert ended("threading.Event().wait()", 0.2).returncode == 1
