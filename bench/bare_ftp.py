"""A bare pyftpdlib: it writes what comes into a folder, and answers. With `fsync` each file is on the disk before that.

`python -m bench.bare_ftp PORT FOLDER [fsync]`
"""

import logging
import os
import sys
from pathlib import Path

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import DTPHandler, FTPHandler
from pyftpdlib.servers import FTPServer

USER, PASSWORD = "bench", "bench"


class Flushing(DTPHandler):  # type: ignore[misc]
    """The least that makes a file durable before its sender is answered."""

    def close(self) -> None:
        """The file is complete here, and nothing is said yet."""
        if self.file_obj is not None and not self.file_obj.closed:
            self.file_obj.flush()
            os.fsync(self.file_obj.fileno())
        super().close()


def main(port: int, folder: Path, flushes: bool) -> None:
    """Serves until it is killed."""
    folder.mkdir(parents=True)
    logging.getLogger("pyftpdlib").setLevel(logging.ERROR)
    authorizer = DummyAuthorizer()
    authorizer.add_user(USER, PASSWORD, str(folder), perm="elw")
    fields = {"authorizer": authorizer, "dtp_handler": Flushing if flushes else DTPHandler}
    FTPServer(("127.0.0.1", port), type("Handler", (FTPHandler,), fields)).serve_forever(handle_exit=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), "fsync" in sys.argv[3:])
