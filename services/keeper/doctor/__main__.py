"""`python -m services.keeper.doctor`: 0 when all is well, 1 with findings, 2 when it cannot check."""

import sys

from services.keeper.doctor.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
