"""Films that ffmpeg draws, for tests: a moving test picture with a key frame every second."""

import subprocess
from pathlib import Path


def film(path: Path, seconds: float, size: str = "320x180", sound: bool = True) -> None:
    """Writes one, as the recorder would: fragmented."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beep = ["-f", "lavfi", "-i", f"sine=d={seconds}", "-c:a", "aac"] if sound else []
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc=s={size}:r=10:d={seconds}"),
            *(*beep[:4], "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p", *beep[4:]),
            *("-movflags", "+frag_keyframe+empty_moov+default_base_moof", str(path)),
        ],
        check=True,
    )
