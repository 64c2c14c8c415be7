"""What became of a picture, in a sentence."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flaskapp import words
from services.store.album import Box


def state(row: Any, boxes: list[Box], when: Callable[[datetime], str]) -> str:
    """The picture's state in plain words; `when` puts a moment into words."""
    kept = [box.label for box in boxes if box.dropped_because is None]
    sentences: dict[str, Callable[[], str]] = {
        "new": lambda: f"Waiting for Node-RED since {when(row.stored_at)}: it has not said what is to be done with it.",
        "pending": lambda: f"Waiting for a detector since {when(row.decided_at or row.stored_at)}.",
        "detecting": lambda: "Being looked at right now.",
        "detected": lambda: f"Looked at: {words.seen(kept)}." if kept else "Looked at: nothing found in it.",
        "failed": lambda: f"Could not be looked at: {row.error}",
        "kept": lambda: "Kept without a look, as its camera's plan says.",
    }
    return sentences[row.state]()
