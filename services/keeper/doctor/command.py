"""The command line of the doctor."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from services.core import logging
from services.core.clock import SystemClock
from services.core.media import Media
from services.core.settings import SettingError, Settings, load
from services.keeper.doctor.progress import Progress
from services.keeper.doctor.repair import repair
from services.keeper.doctor.report import Report, examine, in_json, in_words
from services.keeper.doctor.subject import CannotCheck, Subject
from services.store.engine import Away, connect


def main(argv: Sequence[str], settings: Settings | None = None) -> int:
    """Examines, repairs if asked, examines again, and prints; the exit code."""
    options = _parser().parse_args(argv)
    try:
        settings = settings or load()
        logging.start("error", "doctor", settings.instance)
        report = _examine(settings, options)
    except (SettingError, CannotCheck) as problem:
        return _cannot(str(problem))
    except Away as problem:
        return _cannot(f"the database does not answer ({type(problem).__name__}): start it, then try again")
    print(in_json(report) if options.json else in_words(report))  # noqa: T201 (a command)
    return 0 if report.clean else 1


def _examine(settings: Settings, options: argparse.Namespace) -> Report:
    engine = connect(settings, pool_size=1)
    subject = Subject(
        engine,
        Media(settings.media),
        settings.spool,
        SystemClock(),
        settled=options.settled,
        hash_files=options.hash,
        patience=timedelta(seconds=options.patience),
        progress=Progress(_say),
    )
    try:
        report = examine(subject)
        if options.repair:
            done = repair(subject)
            report = replace(examine(subject), repaired=done) if done else report
    finally:
        engine.dispose()
    return report


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201 (a command)


def _cannot(why: str) -> int:
    _say(f"doctor cannot check: {why}")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/doctor", description="Checks every invariant of the design. It may run beside the stack."
    )
    parser.add_argument("--repair", action="store_true", help="put right what is safe to, then check again")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--hash", action="store_true", help="read every file and compare its hash (slow)")
    parser.add_argument("--settled", action="store_true", help="nothing may be under way: any waiting picture counts")
    parser.add_argument(
        "--patience", type=float, default=300, metavar="SECONDS", help="how long a picture may wait (default: 300)"
    )
    return parser
