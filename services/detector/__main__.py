"""`python -m services.detector`: looks at pictures. Any number may run; each needs an instance name of its own."""

from __future__ import annotations

import sys

from services.core.service import Service, main
from services.detector.opening import open_detector
from services.detector.plugin import Detector, DetectorError
from services.detector.problem import ModelError
from services.detector.serving import serve


def _open(service: Service) -> Detector:
    settings = service.settings
    return open_detector(settings.model_dir.expanduser(), settings.detector_model, settings.detector_threads)


def _run(service: Service) -> None:
    serve(service, _open, (ModelError, DetectorError))


if __name__ == "__main__":
    sys.exit(main("detector", _run))
