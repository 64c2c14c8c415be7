"""A person at the gallery, with requests in place of a browser."""

from html.parser import HTMLParser
from typing import Self

import requests

PASSWORD = "a lantern in the hall"


class Form(HTMLParser):
    """The fields that a browser would send of a page's largest form, as they stand."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes in a field; of choices only what is chosen."""
        found = {name: value or "" for name, value in attrs}
        chosen = found.get("type") not in ("radio", "checkbox") or "checked" in found
        if tag == "input" and "name" in found and chosen:
            self.fields.append((found["name"], found.get("value", "")))

    def with_values(self, **values: str) -> list[tuple[str, str]]:
        """The fields, some of them set anew."""
        return [(name, value) for name, value in self.fields if name not in values] + list(values.items())


class Visitor:
    """One browser's cookies and its way through the pages of a gallery."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy cannot reach our loopback

    def sign_up(self, link: str, name: str = "Ada") -> requests.Response:
        """Makes an account by a one-time link."""
        page = self._session.get(link, timeout=30)
        if page.status_code != 200:
            return page
        fields = Form(page.text).with_values(name=name, password=PASSWORD)
        return self._session.post(link, data=fields, timeout=30)

    def get(self, path: str) -> requests.Response:
        """Opens a page."""
        return self._session.get(self._url + path, timeout=30)

    def send(self, path: str, **values: str) -> requests.Response:
        """Opens a page, changes fields of its form, and sends it."""
        fields = Form(self.get(path).text).with_values(**values)
        return self._session.post(self._url + path, data=fields, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()
