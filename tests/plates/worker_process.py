"""A plates process of its own for tests: `python -m tests.plates.worker_process hang|work`."""

import sys

from services.core.service import main
from services.plates.serving import serve
from tests.plates.scripted import Scripted, hang

READERS = {"hang": Scripted(before=hang), "work": Scripted("BAB123")}

if __name__ == "__main__":
    reader = READERS[sys.argv[1]]
    sys.exit(main("plates", lambda service: serve(service, lambda *_: reader)))
