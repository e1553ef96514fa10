"""A page of YAML that the partnership edits: how it is read, and how its faults are told by file and line.

Each scalar is read as the words that stand there ("101", "no", "09:00" need no quotes); only `null`, `true` and
`false` mean themselves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails


class Document(BaseModel):
    """The base of all content: no unknown field, and nothing changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True)


Kind = TypeVar("Kind", bound=Document)


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong (or, as a warning, old) in a file of content."""

    file: str
    line: int
    rule: str
    words: str
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.words}"


class BrokenContent(Exception):
    """The content cannot be used; `faults` says what to mend, by file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class _Loader(yaml.CSafeLoader):
    """Scalars stay words; a key given twice is a fault, not the last one silently winning."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  (PyYAML's own name)


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])

Place = tuple[str | int, ...]
"""The way to a value: field names and positions, as pydantic gives them."""


class Page:
    """One file of content: its values, and the line each stands on."""

    def __init__(self, path: Path, root: Path) -> None:
        """Read `path`. Raises BrokenContent where it is not YAML or says a key twice."""
        self.name = path.relative_to(root).as_posix()
        try:
            self._node = yaml.compose(path.read_text("utf-8"), Loader=_Loader)
        except (yaml.YAMLError, UnicodeDecodeError) as broken:
            in_quotes = "quoted scalar" in (getattr(broken, "context", None) or "")
            mark = getattr(broken, "context_mark" if in_quotes else "problem_mark", None)
            words = getattr(broken, "problem", None) or "this is not text in UTF-8"
            raise BrokenContent([Fault(self.name, mark.line + 1 if mark else 1, "not YAML", words)]) from None
        if twice := list(_keys_said_twice(self._node)):
            raise BrokenContent(
                [Fault(self.name, line, "key twice", f"'{key}' stands here already") for key, line in twice]
            )
        self.value: Any = _value(self._node)

    def read(self, kind: type[Kind]) -> Kind:
        """The file as one `kind`. Raises BrokenContent with a fault for each thing that does not fit."""
        return self._validated(kind, self.value, ())

    def read_list(self, kind: type[Kind]) -> list[Kind]:
        """The file as a list of `kind`. Raises BrokenContent as above."""
        if not isinstance(self.value, list):
            raise BrokenContent([Fault(self.name, 1, "not a list", "each entry starts with '- id:'")])
        faults: list[Fault] = []
        documents = []
        for position, value in enumerate(self.value):
            try:
                documents.append(self._validated(kind, value, (position,)))
            except BrokenContent as broken:
                faults += broken.faults
        if faults:
            raise BrokenContent(faults)
        return documents

    def line(self, place: Place) -> int:
        """The line (from 1) of the value at `place`, or of the nearest thing round it that is in the file."""
        node = self._node
        for step in place:
            inner = _step(node, step)
            if inner is None:
                break
            node = inner
        return node.start_mark.line + 1 if node else 1

    def _validated(self, kind: type[Kind], value: Any, at: Place) -> Kind:
        try:
            return kind.model_validate(value)
        except ValidationError as wrong:
            raise BrokenContent(
                [
                    Fault(self.name, self.line((*at, *error["loc"])), rule, f"{field or self.name}: {words}")
                    for error, (rule, field, words) in zip(_errors(wrong), in_plain_words(wrong), strict=True)
                ]
            ) from None


def in_plain_words(wrong: ValidationError) -> list[tuple[str, str, str]]:
    """What does not fit: for each fault its rule, its field ("phones.0.value") and what to write there."""
    return [
        (
            _RULES.get(error["type"], "not allowed"),
            ".".join(str(step) for step in error["loc"]),
            _IN_PLAIN_WORDS.get(error["type"], error["msg"].removeprefix("Value error, ")),
        )
        for error in _errors(wrong)
    ]


def _errors(wrong: ValidationError) -> list[ErrorDetails]:
    return wrong.errors(include_url=False, include_input=False)


_IN_PLAIN_WORDS = {
    "missing": "this has to be there",
    "extra_forbidden": "there is no such field here; is it misspelt?",
    "tuple_type": "write a list: each line under it starts with a dash and a space",
    "list_type": "write a list: each line under it starts with a dash and a space",
    "string_type": "write words here, with quotes round a line that has a colon followed by a space",
    "too_short": "at least one is needed",
    "string_too_short": "nothing is written here",
    "model_type": "write fields here, such as 'id: name'",
    "dict_type": "write fields here, such as 'id: name'",
    "mapping_type": "write fields here, such as 'id: name'",
    "model_attributes_type": "write fields here, such as 'id: name'",
    "string_pattern_mismatch": "use small letters, figures and _ only, and start with a letter",
    "date_parsing": "write a date as 2026-12-01",
    "date_from_datetime_parsing": "write a date as 2026-12-01",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
}
_RULES = {"extra_forbidden": "unknown field", "missing": "missing field"}


def _value(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(value) for value in node.value]
    if node is None or node.tag.endswith(":null"):
        return None
    if node.tag.endswith(":bool"):
        return node.value == "true"
    return node.value


def _step(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        inner: yaml.Node = node.value[step]
        return inner
    return None


def _keys_said_twice(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _keys_said_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _keys_said_twice(value)
