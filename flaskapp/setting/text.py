"""The file as YAML: of version 1.2's words (`on` and `22:00` are texts), without tags and aliases."""

import re
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

import yaml

from flaskapp.mistakes import Mistakes

BYTES = 400_000
TOO_LARGE = f"The file has more than {BYTES // 1000} kB, which no settings need."
TOO_DEEP = "The file is nested too deeply."
ALIAS = "The file has an alias (*), which settings do not know: write it out."
MARKED = "The file has a tag (!) or an anchor (&) in line {}, which settings do not know: leave it out."
UNREADABLE = "The file has a sign or a number that is none."
TWICE = "{} is there twice."
_BREAKS = frozenset("\r\x85\u2028\u2029")
_WORDS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+", "-+0123456789."),
)


class _Loader(yaml.SafeLoader):
    """Reads what `_Dumper` writes, and what people make of it."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (the library's own attribute)

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError(ALIAS)
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if event.tag or event.anchor:
            raise yaml.YAMLError(MARKED.format(event.start_mark.line + 1))
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        made = super().construct_mapping(node, deep)
        if len(made) < len(node.value):
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            raise yaml.YAMLError(TWICE.format(keys[next(repeated(keys))]))
        return made

    def construct_decimal(self, node: Any) -> int:
        """A number as people write it: 0123 is no octal."""
        return int(self.construct_scalar(node), 10)


class _Dumper(yaml.SafeDumper):
    """Writes without aliases, lists indented below their name."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (the library's own attribute)

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _line(dumper: yaml.SafeDumper, words: str) -> yaml.Node:
    """A text; one with a rare end of a line in quotes that keep it."""
    style = '"' if _BREAKS & set(words) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style)


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_decimal)
_Dumper.add_representer(str, _line)
for _kind, _pattern, _firsts in _WORDS:
    for _class in (_Loader, _Dumper):
        firsts = ["" if first == "\0" else first for first in _firsts]
        _class.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), firsts)


def write(tree: Any) -> str:
    """The text of plain lists, objects, texts and numbers."""
    return yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)


def read(text: str) -> Any:
    """What a text says. Raises `Mistakes`, under the name of nothing."""
    if len(text.encode()) > BYTES:
        raise Mistakes({"": TOO_LARGE})
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (it is a SafeLoader)
    except RecursionError as error:
        raise Mistakes({"": TOO_DEEP}) from error
    except yaml.YAMLError as error:
        raise Mistakes({"": _where(error)}) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Mistakes({"": UNREADABLE}) from error


def repeated(some: Iterable[Hashable]) -> Iterator[int]:
    """The places of those that were there before."""
    seen: set[Hashable] = set()
    for place, one in enumerate(some):
        if one in seen:
            yield place
        seen.add(one)


def _where(error: yaml.YAMLError) -> str:
    """The line, and what is wrong there, without a piece of the text."""
    mark = getattr(error, "problem_mark", None)
    words = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"Line {mark.line + 1}: {words}." if mark else words
