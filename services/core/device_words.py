"""A person's words for what a device reports."""

SPEAKER = "speaker"
"""The kind of an output that says a text; all others are switched on and off."""
_WORDS = {
    "contact": ("open", "closed"),
    "motion": ("motion", "still"),
    "button": ("pressed", "released"),
    "presence": ("there", "away"),
}


def state_word(kind: str, active: bool) -> str:
    """`open` for an active contact, `still` for a quiet motion sensor; else `active` or `quiet`."""
    when_active, when_quiet = _WORDS.get(kind, ("active", "quiet"))
    return when_active if active else when_quiet
