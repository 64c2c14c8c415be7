"""Where everything of one native stack is: its data folder, its secrets and its short-lived sockets."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from stack.problem import StackError

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
CACHE = Path("~/.cache/hearthwatch")
FOLDERS = ("media", "spool", "mariadb", "mosquitto", "nodered", "run", "log", "demo")


@dataclass(frozen=True)
class Layout:
    """The paths of one stack; `data` is absolute."""

    data: Path

    @classmethod
    def of(cls, data: Path) -> "Layout":
        """The lay-out of a data folder that may be written with `~` or relative to the current folder."""
        return cls(data.expanduser().resolve())

    @property
    def secrets(self) -> Path:
        """Beside the default data folder; inside any other, so that two stacks share nothing."""
        return ROOT / "secrets" if self.data == ROOT / "data" else self.data / "secrets"

    @property
    def run(self) -> Path:
        """What is true of the running stack only: generated configuration, state, process ids."""
        return self.data / "run"

    @property
    def log(self) -> Path:
        """One log file per process, rotated."""
        return self.data / "log"

    @property
    def runtime(self) -> Path:
        """Folder of Unix sockets: their path may be 107 characters long at most, a data folder's may be longer."""
        name = hashlib.sha256(str(self.data).encode()).hexdigest()[:16]
        return Path(f"/tmp/hearthwatch-{os.getuid()}") / name

    @property
    def supervisor_socket(self) -> Path:
        """Where supervisord listens."""
        return self.runtime / "supervisor.sock"

    @property
    def mariadb_socket(self) -> Path:
        """Where MariaDB listens besides its port."""
        return self.runtime / "mariadb.sock"

    def make(self) -> None:
        """Makes all folders; only this user may look into them."""
        for folder in (self.data, *(self.data / name for name in FOLDERS)):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private(self.runtime.parent)
        make_private(self.runtime)


def make_private(folder: Path) -> None:
    """Makes a folder that only this user may use. Raises `StackError` when it is somebody else's."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or folder.is_symlink():
        raise StackError(f"{folder} belongs to another user: remove it, or run as the user that it belongs to")
    folder.chmod(0o700)
