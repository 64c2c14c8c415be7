"""`python -m tests.ftp.dying FOLDER STEP WHEN`: an FTP intake that kills itself before or after a step of its work.

It writes its port into `FOLDER/port`.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from services.core.media import FileSystemFlush, Media
from services.core.spool import SpoolWriter
from services.ftp.session import Session
from services.ftp.taking import Taking
from tests.ftp.rig import Rig

STEPS: dict[str, tuple[type[Any], str]] = {
    "take": (Taking, "take"),
    "append": (SpoolWriter, "append"),
    "place": (Media, "place"),
    "adopt": (Media, "adopt"),
    "flush": (FileSystemFlush, "__call__"),
    "close": (SpoolWriter, "close_group"),
    "answer": (Session, "_go_on"),
}


def arm(step: str, when: str) -> None:
    """From now on the step is the last that this process does, or the first that it does not."""
    owner, name = STEPS[step]
    real = getattr(owner, name)

    def last(*given: Any) -> None:
        if when == "after":
            real(*given)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, last)


def main(folder: str, step: str, when: str) -> None:
    arm(step, when)
    rig = Rig(Path(folder))
    part = Path(folder) / "port.part"
    part.write_text(str(rig.door.port))
    part.rename(Path(folder) / "port")
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
