"""Each in a process of its own: where a log goes is a process' own affair."""

import json
import subprocess
import sys

BEGIN = "import logging, threading; from services.core import logging as ours; ours.start('info', 'hub', '2'); "


def line_of(program: str) -> dict[str, str]:
    run = subprocess.run([sys.executable, "-c", BEGIN + program], capture_output=True, text=True, check=True)
    [line] = [json.loads(text) for text in run.stdout.splitlines()]
    assert line.pop("ts").endswith("Z")
    return dict(line)


def test_a_line_of_any_thread_says_whose_it_is() -> None:
    line = line_of("threading.Thread(target=lambda: ours.get('test').info('picture_stored', image_id='x')).start()")
    assert line == {"event": "picture_stored", "image_id": "x", "level": "info", "service": "hub", "instance": "2"}


def test_a_library_s_own_line_is_json_too() -> None:
    line = line_of("logging.getLogger('paho').warning('beware %s', 'it')")
    assert (line["event"], line["level"], line["service"]) == ("beware it", "warning", "hub")
