"""`scripts/doctor`: the keeper's own check of the invariants, with this stack's settings."""

import subprocess
import sys

from services.core.settings import load
from stack import environment
from stack.layout import Layout
from stack.processes import MARK
from stack.state import known


def doctor(layout: Layout, arguments: list[str]) -> int:
    """Runs it and gives its status: 0 when it finds nothing."""
    settings = load(data_dir=layout.data)
    variables = environment.inherited() | environment.common(layout, known(layout).ports, settings)
    del variables[MARK]  # it is no part of the stack: scripts/stop leaves it alone
    command = [sys.executable, "-m", "services.keeper.doctor", *arguments]
    return subprocess.run(command, env=variables, check=False).returncode
