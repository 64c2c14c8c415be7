"""What other commands must know of a stack: which ports it was given and what it was asked for."""

import json
from dataclasses import asdict, dataclass

from pydantic import SecretStr

from services.core.settings import Settings, load
from stack.addresses import LOOPBACK
from stack.choice import Choice
from stack.layout import Layout
from stack.mosquitto import write_private
from stack.ports import Ports
from stack.problem import StackError
from stack.secrets import read

FILE = "stack.json"


@dataclass(frozen=True)
class State:
    """The last run of a data folder."""

    ports: Ports
    choice: Choice


def save(layout: Layout, state: State) -> None:
    """Writes it beside the generated configuration."""
    write_private(layout.run / FILE, json.dumps(asdict(state), indent=2) + "\n")


def read_state(layout: Layout) -> State | None:
    """The last run, or None when there was none. Raises `StackError` when the file is damaged."""
    path = layout.run / FILE
    try:
        found = json.loads(path.read_text())
        return State(Ports(**found["ports"]), Choice(**found["choice"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        cure = "run scripts/stop, then scripts/run; it is written anew"
        raise StackError(f"{path} is damaged, or of another version: {cure}") from error


def known(layout: Layout) -> State:
    """The last run. Raises `StackError` when this data folder has never been run."""
    state = read_state(layout)
    if state is None:
        raise StackError(
            f"nothing has been run in {layout.data}: start it with scripts/run, or name another with --data"
        )
    return state


def settings_of(layout: Layout, ports: Ports) -> Settings:
    """Settings that lead to this stack's own database and broker."""
    return load(
        data_dir=layout.data,
        db_host=LOOPBACK,
        db_port=ports.mariadb,
        db_password=SecretStr(read(layout.secrets, "db_password")),
        mqtt_host=LOOPBACK,
        mqtt_port=ports.mosquitto,
    )
