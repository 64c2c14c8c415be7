import json
import threading

import pytest

from services.core import logging


def test_a_line_of_any_thread_says_whose_it_is(capfd: pytest.CaptureFixture[str]) -> None:
    logging.start("info", "hub", "2")
    thread = threading.Thread(target=lambda: logging.get("test").info("picture_stored", image_id="x"))
    thread.start()
    thread.join()
    [line] = [json.loads(text) for text in capfd.readouterr().out.splitlines()]
    assert line.pop("ts").endswith("Z")
    assert line == {"event": "picture_stored", "image_id": "x", "level": "info", "service": "hub", "instance": "2"}


def test_a_library_s_own_line_is_json_too(capfd: pytest.CaptureFixture[str]) -> None:
    import logging as standard  # noqa: PLC0415 (named so to tell it from ours)

    logging.start("info", "hub", "1")
    standard.getLogger("paho").warning("beware %s", "it")
    [line] = [json.loads(text) for text in capfd.readouterr().out.splitlines()]
    assert (line["event"], line["level"], line["service"]) == ("beware it", "warning", "hub")
