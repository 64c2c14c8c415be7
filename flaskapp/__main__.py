"""The gallery's server: `python -m flaskapp`."""

import sys

from flaskapp.server import run
from services.core import logging
from services.core.settings import SettingError, load


def main() -> int:
    """Serves until SIGTERM: 0; 2 when a setting is wrong, which is said on standard error."""
    try:
        settings = load()
        logging.start(settings.log_level, "gallery", settings.instance)
        run(settings)
    except SettingError as error:
        print(f"gallery cannot start:\n{error}", file=sys.stderr)  # noqa: T201 (logs may not be up yet)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
