"""The commands of `scripts/`: `python -m stack run|stop|status|sql|doctor|test …`."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from services.core import logging
from services.core.settings import PREFIX, SettingError
from services.store.migrate import MigrationError
from stack import checking, examination, query, report, running, stopping
from stack.choice import Choice
from stack.layout import ROOT, Layout
from stack.problem import StackError

Command = Callable[[argparse.Namespace], int]
DOCTOR = {
    "repair": "mend what can be mended",
    "settled": "nothing may be under way: any waiting picture counts",
    "hash": "read every file and compare its hash (slow)",
    "json": "for programs",
}


def main(arguments: list[str]) -> int:
    """Runs one command: 0 when all went well, 1 when not, 2 when it was asked or set up wrongly."""
    given = parser().parse_args(arguments)
    if getattr(given, "data", None):
        given.data = given.data.expanduser().absolute()
    os.chdir(ROOT)
    logging.start("warning", "stack", "1")
    command: Command = given.command
    try:
        status = command(given)
        sys.stdout.flush()
        return status
    except SettingError as error:
        print(f"A setting is wrong:\n{error}", file=sys.stderr)
        return 2
    except (StackError, MigrationError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # `scripts/sql … | head`: nobody reads on, and Python would complain once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def parser() -> argparse.ArgumentParser:
    """The command line of all commands."""
    top = argparse.ArgumentParser(prog="scripts/", description="Hearthwatch without containers.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    _add(commands, "stop", "stop the stack", lambda given: _stop(_layout(given)))
    _add(commands, "invite", "a one-time link for another owner", lambda given: running.invite(_layout(given)))
    status = _add(
        commands, "status", "processes, ports, health", lambda given: report.status(_layout(given), given.json)
    )
    status.add_argument("--json", action="store_true", help="for programs")
    sql = _add(commands, "sql", "one query", lambda given: query.query(_layout(given), given.statement, given.header))
    sql.add_argument("statement")
    sql.add_argument("--header", action="store_true", help="print the columns' names first")
    doctor = _add(commands, "doctor", "check the invariants", _doctor)
    for name, words in DOCTOR.items():
        doctor.add_argument(f"--{name}", action="store_true", help=words)
    test = commands.add_parser("test", prog="scripts/test", help="run every check")
    test.add_argument("which", nargs="?", choices=("fast", "all"), default="all")
    test.set_defaults(command=lambda given: checking.check(given.which))
    return top


def _add_run(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    run = _add(commands, "run", "set up what is missing and run the stack", _run)
    run.add_argument("--detach", action="store_true", help="return once everything is healthy")
    run.add_argument("--port-offset", type=int, default=0, metavar="N", help="added to every port")
    run.add_argument("--no-demo", action="store_true", help="without the demo camera")
    run.add_argument("--lan", action="store_true", help="open the gallery to the network, not to this machine only")


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, words: str, command: Command
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, prog=f"scripts/{name}", help=words, description=words)
    made.add_argument("--data", type=Path, metavar="DIR", help="data folder; default: data/")
    made.set_defaults(command=command)
    return made


def _run(given: argparse.Namespace) -> int:
    choice = Choice(offset=given.port_offset, lan=given.lan, demo=not given.no_demo)
    return running.run(_layout(given), choice, given.detach)


def _stop(layout: Layout) -> int:
    count = stopping.stop(layout)
    print(f"Stopped {count} processes." if count else f"Nothing runs in {layout.data}.")
    return 0


def _doctor(given: argparse.Namespace) -> int:
    return examination.doctor(_layout(given), [f"--{name}" for name in DOCTOR if getattr(given, name)])


class Place(BaseSettings):
    """The data folder alone: whatever else is wrong in `.env`, a running stack can be stopped."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")
    data_dir: Path = Path("data")


def _layout(given: argparse.Namespace) -> Layout:
    return Layout.of(given.data or Place().data_dir)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
