"""Cuts a message into the pieces that Telegram takes. Pure.

Telegram counts UTF-16 code units: most letters are one, many emoji two.
"""

CAPTION_MAX = 1024
TEXT_MAX = 4096


def under_picture(subject: str, body: str) -> tuple[str, list[str]]:
    """What stands under the picture (at most 1024), and the messages that follow it."""
    whole = joined(subject, body)
    caption, rest = _cut(whole, CAPTION_MAX)
    return caption, texts(rest)


def texts(text: str) -> list[str]:
    """The text in messages of at most 4096; none for nothing."""
    pieces = []
    while text:
        piece, text = _cut(text, TEXT_MAX)
        pieces.append(piece)
    return pieces


def joined(subject: str, body: str) -> str:
    """Subject and body as one text."""
    return f"{subject}\n\n{body}".strip()


def _cut(text: str, most: int) -> tuple[str, str]:
    """The beginning, up to a line's end where there is one, and the rest."""
    if _length(text) <= most:
        return text, ""
    room = _room(text, most)
    end = text.rfind("\n", 1, room + 1)
    at = end if end > 0 else room
    return text[:at].rstrip(), text[at:].strip()


def _room(text: str, most: int) -> int:
    """How many letters take up at most so many units."""
    count = 0
    for at, letter in enumerate(text):
        count += _length(letter)
        if count > most:
            return at
    return len(text)


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
