"""What is wrong with what somebody typed."""

from collections.abc import Mapping


class Mistakes(Exception):
    """What is wrong, in words, by field."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__(", ".join(by_field.values()))
        self.by_field = by_field
