"""YAML as it is written: values with their text, comments and blank lines.

PyYAML's events carry places; between two of them are indicators, comments and white space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = re.compile(r"[|>][-+0-9]*")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Line(NamedTuple):
    """A line between values: a comment, or a blank line where the text is empty.

    Attributes:
        text: The comment from ``#`` on.
        column: Column of the ``#``, counted from 0.
    """

    text: str
    column: int


@dataclass(slots=True)
class Entry:
    """A member of a mapping or an item of a list.

    Attributes:
        key: Text of the key as it is written; None for an item.
        name: The key; empty for an item.
        value: The value.
        before: Comments and blank lines before it.
        heading: Comment behind the key of a block.
        after: Comment behind the value.
        begins_line: Whether it is the first of its line, inside of brackets.
        is_below: Whether a value that is no block is in the line below its key.
    """

    key: str | None
    name: str
    value: Node
    before: list[Line] = field(default_factory=list)
    heading: str = ""
    after: str = ""
    begins_line: bool = False
    is_below: bool = False


@dataclass(slots=True)
class Node:
    """A value.

    Attributes:
        kind: ``text`` is written as it is: a scalar, an alias, or brackets with comments inside.
        text: What is written, for ``text``.
        value: The value of a scalar as a string; None for others.
        is_block: Whether a mapping or list has no brackets.
        is_open: Whether the closing bracket has a line of its own.
        anchor: Anchor of a mapping or list.
        entries: Members or items.
        after: Comments behind the last of them.
        column: Column where a block, or the content of a literal or folded text begins.
    """

    kind: Literal["map", "list", "text"]
    text: str = ""
    value: str | None = None
    is_block: bool = False
    is_open: bool = False
    anchor: str = ""
    entries: list[Entry] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)
    column: int = 0


@dataclass(slots=True)
class Tree:
    """A document.

    Attributes:
        root: Its value; None where the file holds none.
        marker: ``---`` with what comes before it, empty where there is none.
        before: Comments before the value.
        comments: All comments, in the order written.
        has_anchors: Whether an anchor is defined.
    """

    root: Node | None
    marker: str
    before: list[Line]
    comments: list[str]
    has_anchors: bool


def parse_tree(text: str) -> Tree:
    r"""Return a document as it is written.

    Args:
        text: A document that ``YamlReader`` accepts, with ``\\n`` as line ends.
    """
    return _TreeParser(text).parse()


class _TreeParser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._events: Iterator[Any] = self._read_events()
        self._cursor = 0
        self._comments: list[str] = []
        self._has_anchors = False
        self._closed: list[Node] = []
        self._last: Entry | None = None
        self._pending: list[Line] = []

    def _read_events(self) -> Iterator[Any]:
        parser = _LOADER(self._text)
        try:
            while (event := parser.get_event()) is not None:
                yield event
        finally:
            parser.dispose()

    def parse(self) -> Tree:
        marker, root = "", None
        before: list[Line] = []
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if event.explicit:
                    end = _index(event.end_mark)
                    marker, self._cursor = self._text[:end].rstrip(), end
            elif isinstance(event, yaml.NodeEvent):
                inline, lines = self._gap(_index(event.start_mark))
                before = self._lines(inline, lines)
                root = self._node(event)
        inline, lines = self._gap(len(self._text))
        rest = self._lines(self._put_behind(inline), self._give_to_closed(lines))
        if root is None:
            before += rest
        else:
            root.after += rest
        return Tree(root, marker, before, self._comments, self._has_anchors)

    def _gap(self, position: int) -> tuple[str, list[Line]]:
        """Return what is written up to a position: the comment of the present line, and lines below."""
        first, *rest = self._text[self._cursor : position].split("\n")
        self._cursor = max(self._cursor, position)
        comment = self._comment(first)
        lines: list[Line] = []
        for index, written in enumerate(rest):
            text = self._comment(written)
            if text:
                lines.append(Line(text, written.index("#")))
            elif index + 1 < len(rest) and not written.strip():
                lines.append(Line("", 0))
        return comment, lines

    def _comment(self, written: str) -> str:
        position = written.find("#")
        if position < 0:
            return ""
        comment = written[position:].rstrip()
        self._comments.append(comment)
        return comment

    @staticmethod
    def _lines(inline: str, lines: list[Line]) -> list[Line]:
        return [Line(inline, 0), *lines] if inline else lines

    def _put_behind(self, comment: str) -> str:
        """Put a comment behind the last value, where there is one without a comment; else return it."""
        if comment and self._last is not None and not self._last.after:
            self._last.after = comment
            return ""
        return comment

    def _give_to_closed(self, lines: list[Line]) -> list[Line]:
        """Give comments to the blocks that ended before them, by their columns; return the rest."""
        for node in self._closed:
            taken = 0
            for count, line in enumerate(lines, start=1):
                if line.text and line.column < node.column:
                    break
                taken = count if line.text else taken
            node.after += lines[:taken]
            lines = lines[taken:]
        self._closed = []
        return lines

    def _before_entry(self, position: int) -> list[Line]:
        inline, lines = self._gap(position)
        pending, self._pending = self._pending, []
        return [*pending, *self._lines(self._put_behind(inline), self._give_to_closed(lines))]

    def _node(self, event: Any) -> Node:
        start = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            self._cursor = _index(event.end_mark)
            return Node("text", self._text[_index(start) : self._cursor])
        self._has_anchors |= event.anchor is not None
        if isinstance(event, yaml.ScalarEvent):
            written = self._text[_index(start) : _index(event.end_mark)]
            if event.style in ("|", ">"):
                depth = _depth(written, event.value)
                written = _without_lines_behind(written, depth)
                self._cursor = _index(start) + len(written)
                return Node("text", _with_end(written, event.value), value=event.value, column=depth)
            self._cursor = _index(event.end_mark)
            return Node("text", written, value=event.value)
        node = Node(
            "map" if isinstance(event, yaml.MappingStartEvent) else "list",
            is_block=not event.flow_style,
            anchor=f"&{event.anchor}" if event.anchor else "",
            column=start.column,
        )
        if node.is_block:
            self._block(node)
        else:
            self._flow(node, _index(start))
        return node

    def _block(self, node: Node) -> None:
        for event in self._events:
            if isinstance(event, yaml.CollectionEndEvent):
                break
            before = self._before_entry(_index(event.start_mark))
            if node.kind == "list":
                entry = Entry(None, "", self._item(event), before)
                if not _is_block(entry.value):
                    self._last = entry
            else:
                if not node.entries:
                    node.column = event.start_mark.column
                entry = self._member(event, before)
            node.entries.append(entry)
        self._closed.append(node)

    def _item(self, event: Any) -> Node:
        self._last = None
        return self._node(event)

    def _member(self, event: Any, before: list[Line]) -> Entry:
        key = self._node(event)
        value_event = next(self._events)
        inline, lines = self._gap(_index(value_event.start_mark))
        entry = Entry(key.text, key.value or "", Node("text"), before)
        between = self._text[_index(event.end_mark) : _index(value_event.start_mark)]
        colon = between.find(":")
        is_below = "\n" in between[colon:]
        self._last = None
        is_block = isinstance(value_event, yaml.CollectionStartEvent) and not value_event.flow_style
        if is_block and "\n" not in between[:colon]:
            entry.heading = inline
            self._pending = lines
        else:  # behind a long key, or above a value that is no block
            entry.before += [line for line in self._lines(inline, lines) if line.text]
        entry.value = self._node(value_event)
        if is_block and entry.value.column == event.start_mark.column:
            entry.value.column += 1  # a list below its key: a comment in that column belongs to the next key
        if not is_block:
            entry.is_below = is_below
            self._last = entry
        return entry

    def _flow(self, node: Node, start: int) -> None:
        """Read a mapping or list in brackets; one with comments inside is kept as it is written."""
        count = len(self._comments)
        end = self._flow_entries(node)
        if len(self._comments) > count:
            node.kind, node.text, node.entries = "text", self._text[start:end], []

    def _flow_entries(self, node: Node) -> int:
        for event in self._events:
            position = _index(event.start_mark)
            written = self._text[self._cursor : position]
            if isinstance(event, yaml.CollectionEndEvent):
                end = _index(event.end_mark)
                self._gap(position)
                node.is_open = "\n" in written
                self._cursor = end
                return end
            self._gap(position)
            entry = Entry(None, "", Node("text"), begins_line="\n" in written)
            value_event = event
            if node.kind == "map":
                key = self._node(event)
                entry.key, entry.name = key.text, key.value or ""
                value_event = next(self._events)
                self._gap(_index(value_event.start_mark))
            entry.value = self._node(value_event)
            node.entries.append(entry)
        raise AssertionError("the reader accepts no open brackets")


def _depth(written: str, value: str) -> int:
    """Return the indent of a literal or folded text."""
    lines = (line for line in written.split("\n")[1:] if line.strip(" "))
    contents = (line for line in value.split("\n") if line.strip(" "))
    line, content = next(lines, ""), next(contents, "")
    return len(line) - len(line.lstrip(" ")) - (len(content) - len(content.lstrip(" ")))


def _index(mark: Any) -> int:
    """Return the position of a mark in the text."""
    return int(mark.index)


def _without_lines_behind(written: str, depth: int) -> str:
    """Return a literal or folded text without the blank lines behind it that do not belong to it."""
    written = written.removesuffix("\n")
    header, *lines = written.split("\n")
    if "+" in header.partition("#")[0]:
        return written
    while lines and not lines[-1].strip(" ") and len(lines[-1]) <= depth:
        lines.pop()
    return "\n".join([header, *lines])


def _with_end(written: str, value: str) -> str:
    """Return a literal or folded text that says so where no line break ends it, as at the end of a file."""
    header, separator, lines = written.partition("\n")
    marks = _MARKS.search(header)
    if marks is None or "-" in marks[0] or not value or value.endswith("\n"):
        return written
    return f"{header[: marks.start()]}{marks[0].replace('+', '')}-{header[marks.end() :]}{separator}{lines}"


def _is_block(node: Node) -> bool:
    return node.kind != "text" and node.is_block
