"""A detector process of its own for tests: `python -m tests.detector.worker_process hang|work`."""

import sys

from services.core.service import main
from services.detector.serving import serve
from tests.detector.fakes import Scripted, hang

DETECTORS = {"hang": Scripted(hang), "work": Scripted()}

if __name__ == "__main__":
    detector = DETECTORS[sys.argv[1]]
    sys.exit(main("detector", lambda service: serve(service, lambda _: detector)))
