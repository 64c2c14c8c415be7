"""ffmpeg's command lines. None of them holds an address: that comes by standard input."""

from collections.abc import Sequence
from pathlib import Path

from services.recorder.address import PROTOCOLS

# Fragments are written as they are made: what is there plays, also while it grows and after a kill.
FRAGMENTED = "movflags=+frag_keyframe+empty_moov+default_base_moof:flush_packets=1:frag_duration=2000000"
STAMP = "%Y%m%dT%H%M%S"
# The last twelve seconds or so, rewritten again and again; numbered on from the clock, so that no browser takes a piece
# of an earlier run for one of this.
_LIVE = (
    *("-f", "hls", "-hls_time", "2", "-hls_list_size", "6", "-hls_segment_type", "fmp4"),
    *("-hls_start_number_source", "epoch", "-hls_flags", "delete_segments+omit_endlist+temp_file"),
)
# A process whose parent dies is killed: nobody would read what it says, and the next recorder starts another one.
_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL")
# Else ffmpeg fails where a bad line has damaged most of a film, though it has made what can be shown.
_DAMAGED_TOO = ("-max_error_rate", "1")
_QUIET = ("-hide_banner", "-nostdin", "-loglevel", "level+error")
_FROM_LIST = ("-fpsprobesize", "0", "-f", "concat", "-safe", "0", "-protocol_whitelist", PROTOCOLS, "-i", "pipe:0")


def record(folder: Path, segment_s: float, container: str, sound: str, live: Path | None = None) -> list[str]:
    """Segments of the wall clock in `folder`, named by it in UTC (the environment's TZ), and live video in `live`.

    `container` is `mp4` or `mkv`; `sound` is `copy`, or the codec to make of it. Standard output tells how far it is,
    and each segment that is finished: name, begin, end in seconds of the stream.
    """
    form = ("mp4", "-segment_format_options", FRAGMENTED) if container == "mp4" else ("matroska",)
    streams = ("-map", "0:v:0", "-map", "0:a:0?", "-c:v", "copy", "-c:a", sound)
    return [
        *(*_WITH_PARENT, "ffmpeg", *_QUIET, *_FROM_LIST),
        *streams,
        *("-f", "segment", "-segment_time", f"{segment_s:g}", "-segment_atclocktime", "1", "-strftime", "1"),
        *("-reset_timestamps", "1", "-segment_format", *form),
        *("-segment_list", "pipe:1", "-segment_list_type", "csv", "-progress", "pipe:1", "-stats_period", "2"),
        str(folder / f"{STAMP}.{container}"),
        *((*streams, *_LIVE, str(live / "index.m3u8")) if live else ()),
    ]


def watch(key_frames: bool, per_s: float) -> list[str]:
    """JPEGs on standard output: of key frames only, which is cheap, or of so many frames a second."""
    decode = ("-skip_frame", "nokey") if key_frames else ()
    pace = ("-fps_mode", "passthrough") if key_frames else ("-vf", f"fps={per_s:g}")
    return [
        *(*_WITH_PARENT, "ffmpeg", *_QUIET, "-threads", "1", *decode, *_FROM_LIST),
        *("-map", "0:v:0", *pace, "-c:v", "mjpeg", "-q:v", "4", "-threads", "1", "-f", "image2pipe", "pipe:1"),
    ]


def cut(target: Path) -> list[str]:
    """Copies what a list of files with in- and outpoints holds into one that can be played at once."""
    return [
        *(*_WITH_PARENT, "ffmpeg", *_QUIET, "-y", *_FROM_LIST, "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy"),
        *(("-movflags", "+faststart") if target.suffix == ".mp4" else ()),
        str(target),
    ]


def picture(source: Path, target: Path, at_s: float) -> list[str]:
    """One frame as a small JPEG."""
    return [
        *(
            *_WITH_PARENT,
            "ffmpeg",
            *_QUIET,
            *_DAMAGED_TOO,
            "-y",
            "-threads",
            "1",
            "-ss",
            f"{at_s:g}",
            "-i",
            str(source),
        ),
        *("-frames:v", "1", "-vf", "scale=640:360:force_original_aspect_ratio=decrease", "-q:v", "4", str(target)),
    ]


def preview(source: Path, target: Path) -> list[str]:
    """A small copy that every browser plays."""
    small = "scale=640:360:force_original_aspect_ratio=decrease:force_divisible_by=2,fps=10"
    return [
        *(*_WITH_PARENT, "ffmpeg", *_QUIET, *_DAMAGED_TOO, "-y", "-threads", "1", "-i", str(source), "-map", "0:v:0"),
        *("-vf", small, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "30", "-pix_fmt", "yuv420p"),
        *("-threads", "1", "-movflags", "+faststart", "-f", "mp4", str(target)),
    ]


def probe(source: Path) -> list[str]:
    """What is in a file, as JSON."""
    shown = "format=duration,size:stream=codec_type,codec_name,width,height,duration"
    return ["ffprobe", "-v", "error", "-show_entries", shown, "-of", "json", str(source)]


def parts_list(parts: Sequence[tuple[Path, float, float | None]]) -> bytes:
    """The list for `cut`: each file from a second on, up to another one (None: to its end)."""
    lines = ["ffconcat version 1.0"]
    for path, begin, end in parts:
        escaped = str(path).replace("'", r"'\''")
        lines += [f"file 'file:{escaped}'"]
        lines += [f"inpoint {begin:.6f}"] if begin > 0 else []
        lines += [f"outpoint {end:.6f}"] if end is not None else []
    return ("\n".join(lines) + "\n").encode()
