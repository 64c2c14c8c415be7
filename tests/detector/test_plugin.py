from datetime import datetime

import numpy as np
import pytest

from services.detector.plugin import Frame


def test_a_frame_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Frame(np.zeros((2, 2, 3), np.uint8), "porch", datetime(2026, 5, 1))  # noqa: DTZ001
