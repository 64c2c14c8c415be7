"""Addresses as they may be logged."""

from urllib.parse import urlsplit


def without_secrets(url: str) -> str:
    """The URL without user, password and query: cameras take passwords in all three places."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
