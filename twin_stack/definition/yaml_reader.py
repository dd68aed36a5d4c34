"""Read YAML into plain values with places.

Plain scalars follow the YAML 1.2 core schema, which is also what JSON means: `no`, `on` and `2025-06-15`
stay text, so that a country code or an install date is not converted to another value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import yaml

from twin_stack.definition.document_builder import (
    CONSTANTS,
    LONG_TEXT,
    DocumentBuilder,
    integer_or_float,
    mark_after,
    value_size,
)
from twin_stack.definition.rules.reading import SYNTAX_ERROR, UNSUPPORTED_YAML
from twin_stack.definition.source import Located, LocatedList, LocatedMap, Mark
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin_stack.definition.findings import DefinitionError, Finding

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def plain_value(text: str) -> Any:
    """Return what a scalar without quotes means.

    Args:
        text: The scalar.

    Raises:
        OverflowError: It is a number that is too large.
    """
    if text in CONSTANTS:
        return CONSTANTS[text]
    if not text[-1:].isdigit() and text[-1:] != ".":  # most text: no need to look closer
        return text
    if _INTEGER.fullmatch(text):
        return integer_or_float(text, is_integer=True)
    if _FLOAT.fullmatch(text):
        return integer_or_float(text, is_integer=False)
    return text


class YamlReader(DocumentBuilder):
    """Builds values from libyaml's events: no recursion, no Python objects, no implicit conversions."""

    def __init__(self, file: Path, text: str, findings: list[Finding] | None) -> None:
        super().__init__(file, text, findings)
        self.root: Any = None
        self.documents = 0
        self.anchors: dict[str, Any] = {}
        self.open: list[_OpenContainer] = []

    def read(self) -> Any:
        """Return the content of the file."""
        parser = _LOADER(self.text)
        try:
            while (event := parser.get_event()) is not None:
                if (handle := self._HANDLERS.get(type(event))) is not None:
                    start = event.start_mark
                    handle(self, event, (start.line + 1, start.column + 1))
        except yaml.YAMLError as error:
            raise self._syntax(error) from None
        finally:
            parser.dispose()
        return self.root

    def _syntax(self, error: yaml.YAMLError) -> DefinitionError:
        remedy = "check indentation, quotes and brackets here"
        if isinstance(error, yaml.reader.ReaderError):
            before = self.text.encode()[: error.position].decode(errors="ignore")
            place = mark_after(before)
            remedy = "remove it, or escape it in double quotes"
        else:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            lines = self.text.split("\n", place[0])
            if len(lines) >= place[0] and lines[place[0] - 1][: place[1]].lstrip(" ").startswith("\t"):
                remedy = "indent with spaces, not tabs"
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
        return self.refuse(place, SYNTAX_ERROR, f"is not valid YAML: {problem}", remedy)

    def _document(self, _event: Any, mark: Mark) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self.refuse(
                mark, UNSUPPORTED_YAML, "holds a second document", "put it in a file of its own"
            )

    def _start(self, event: Any, mark: Mark) -> None:
        self._no_tag(event.tag, mark)
        self.count(mark)
        self.check_depth(mark, len(self.open) + 1)
        container = LocatedMap if isinstance(event, yaml.MappingStartEvent) else LocatedList
        self.open.append(_OpenContainer(container(self.file, mark), event.anchor))

    def _end(self, _event: Any, _mark: Mark) -> None:
        closed = self.open.pop()
        value = closed.value
        self._finish(value, value.mark, closed.anchor, value.size, value.depth)

    def _alias(self, event: Any, mark: Mark) -> None:
        name = event.anchor
        if name not in self.anchors:
            message = f"alias {quote_value(f'*{name}')} has no finished anchor before it"
            remedy = f"define {quote_value(f'&{name}')} first, outside of itself"
            raise self.refuse(mark, SYNTAX_ERROR, message, remedy)
        value = self.anchors[name]
        size, depth = value_size(value), getattr(value, "depth", 0)
        self.count(mark, size)
        self.check_depth(mark, len(self.open) + depth)
        self._finish(value, mark, None, size, depth)

    def _scalar(self, event: Any, mark: Mark) -> None:
        self._no_tag(event.tag, mark)
        value: Any = event.value
        size = 1 + len(value) // LONG_TEXT
        self.count(mark, size)
        if event.implicit[0]:  # what is quoted or a block is text, and so are keys
            parent = self.open[-1] if self.open else None
            if parent is None or parent.key is not None or isinstance(parent.value, LocatedList):
                try:
                    value = plain_value(value)
                except OverflowError:
                    raise self.refuse_number(value, mark) from None
            elif value == "<<":
                message = 'holds the merge key "<<", which YAML 1.2 does not have'
                raise self.refuse(mark, UNSUPPORTED_YAML, message, "write the members out")
        self._finish(value, mark, event.anchor, size, 0)

    def _no_tag(self, tag: str | None, mark: Mark) -> None:
        if tag is not None:
            message = f"holds the tag {quote_value(tag)}"
            raise self.refuse(mark, UNSUPPORTED_YAML, message, "remove it; quote a value to make it text")

    def _finish(self, value: Any, mark: Mark, anchor: str | None, size: int, depth: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = value
        if not self.open:
            self.root = value
            return
        parent = self.open[-1]
        container = parent.value
        container.size += size
        if depth >= container.depth:
            container.depth = depth + 1
        if isinstance(container, LocatedList):
            container.append(value)
            container.value_marks.append(mark)
        elif parent.key is None:
            parent.key = (value, mark)
        else:
            key, key_mark = parent.key
            parent.key = None
            self.put(container, key, key_mark, value, mark)

    _HANDLERS: ClassVar[dict[type, Callable[[YamlReader, Any, Mark], None]]] = {
        yaml.DocumentStartEvent: _document,
        yaml.MappingStartEvent: _start,
        yaml.SequenceStartEvent: _start,
        yaml.MappingEndEvent: _end,
        yaml.SequenceEndEvent: _end,
        yaml.AliasEvent: _alias,
        yaml.ScalarEvent: _scalar,
    }


class _OpenContainer:
    """A container that is not closed yet, its anchor, and for a mapping the key that has no value yet."""

    __slots__ = ("anchor", "key", "value")

    def __init__(self, value: Located, anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: tuple[Any, Mark] | None = None
