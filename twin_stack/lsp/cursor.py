"""What is written at a place of a YAML file, from its lines alone: text that is typed is incomplete."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KEY = re.compile(
    r"""(?P<dashes>(?:-\s+)*)(?:"(?P<quoted>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^\s#'"{\[][^#]*?))\s*:(?:\s+(?P<value>.*))?$"""
)
_MAX_LINES = 30
"""Lines that brackets are looked for above the cursor."""
_ROOT_KEYS = ("forEach", "entities", "componentTypes", "entityId", "entityName", "componentTypeId", "nodes")

Path = tuple[str | None, ...]


@dataclass(slots=True)
class Cursor:
    """A place in a document.

    Attributes:
        path: Keys from the document to the mapping that holds the place, None for an item of a list.
        key: Key whose value is typed; None where a key or an item of a list is typed.
        prefix: What is typed so far.
        is_item: Whether an item of a list is typed.
        siblings: Texts of the scalar members of the same mapping, as far as they are in lines around.
    """

    path: Path
    key: str | None
    prefix: str
    is_item: bool = False
    siblings: dict[str, str] = field(default_factory=dict)

    def skeleton(self, lines: Sequence[str]) -> Any:
        """Return a value with the path and the members beside the cursor, for their schema.

        Args:
            lines: Lines of the document.
        """
        value: Any = dict(self.siblings)
        for key in reversed(self.path):
            value = [value] if key is None else {key: value}
        if isinstance(value, dict):
            for name in _ROOT_KEYS:
                if name not in value and any(line.startswith(f"{name}:") for line in lines):
                    value[name] = {} if name == "forEach" else [] if name in ("entities", "nodes") else ""
        return value


@dataclass(slots=True)
class _Frame:
    """An open mapping or list of a line."""

    is_list: bool
    key: str | None = None
    text: str = ""
    members: dict[str, str] = field(default_factory=dict)

    def close_member(self) -> None:
        if self.key is not None:
            self.members[self.key] = self.text.strip().strip("'\"")
        self.key, self.text = None, ""


def cursor_at(lines: Sequence[str], line: int, column: int) -> Cursor:
    """Return what is written at a place.

    Args:
        lines: Lines of the document.
        line: Line, counted from 0.
        column: Characters before the place.
    """
    first = _first_line_of_brackets(lines, line)
    indent = len(lines[first]) - len(lines[first].lstrip(" "))
    text = "\n".join([*lines[first:line], lines[line][:column] if line < len(lines) else ""])[indent:]
    dashes = re.match(r"(?:-(?: +|$))*", text)
    start = dashes.end() if dashes else 0
    frames = _frames(text[start:])
    above = _above(lines, first, indent, text[:start])
    block = frames[0]
    key_column = indent + start
    path: list[str | None] = [*above]
    if len(frames) == 1:
        # An item of a list has no key yet, and may become one.
        is_item = start > 0 and block.key is None
        siblings = dict(_block_siblings(lines, line, key_column))
        if (
            block.key is not None
            and not block.text.strip()
            and not lines[line][:column].rstrip(" ").endswith(":")
        ):
            siblings.pop(block.key, None)
        return Cursor(tuple(path), block.key, block.text.strip(" \"'"), is_item, siblings)
    for position, frame in enumerate(frames[:-1]):
        if position or frame.key is not None:
            path.append(None if frame.is_list else frame.key)
    last = frames[-1]
    if last.is_list:
        path.append(None)
    return Cursor(tuple(path), last.key, last.text.strip(" \"'\n"), last.is_list, last.members)


def _frames(text: str) -> list[_Frame]:
    """Return the mappings and lists that are open at the end of a text."""
    frames = [_Frame(is_list=False)]
    quote = ""
    for position, character in enumerate(text):
        frame = frames[-1]
        following = text[position + 1 : position + 2]
        if quote:
            quote = "" if character == quote else quote
            frame.text += character
        elif character in "\"'" and not frame.text.strip():
            quote = character
            frame.text += character
        elif character in "{[" and not frame.text.strip():
            frames.append(_Frame(is_list=character == "["))
        elif character in "}]" and len(frames) > 1:
            frames.pop()
        elif character == "," and len(frames) > 1:
            frame.close_member()
        elif character == ":" and frame.key is None and following in ("", " ", "\n"):
            frame.key, frame.text = frame.text.strip(" \"'\n"), ""
        elif character == "\n" and len(frames) == 1:
            frames[0] = _Frame(is_list=False)
        else:
            frame.text += character
    return frames


def _first_line_of_brackets(lines: Sequence[str], line: int) -> int:
    """Return the line in which the brackets that are open at the beginning of a line begin."""
    depth, first = 0, line
    for number in range(line - 1, max(-1, line - _MAX_LINES), -1):
        text = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", lines[number])
        depth += sum(text.count(opening) for opening in "{[") - sum(text.count(closing) for closing in "}]")
        if depth > 0:
            first, depth = number, 0
        elif not depth and not text.strip():
            break
    return first


def _above(lines: Sequence[str], line: int, indent: int, dashes: str) -> list[str | None]:
    """Return the keys above a line, None for items of lists; the dashes of the line itself are given."""
    path: list[str | None] = [None for _ in re.findall("-", dashes)]
    below, dash = (indent + 1, indent) if dashes else (indent, -1)
    for number in range(line - 1, -1, -1):
        content = lines[number].lstrip(" ")
        column = len(lines[number]) - len(content)
        is_sibling_item = column == dash and content.startswith("-")
        match = _KEY.match(content)
        if match is None or content.startswith("#") or column >= below or is_sibling_item:
            continue
        key_column = column + len(match["dashes"])
        if key_column < below and not _without_comment(match["value"] or ""):
            path.insert(0, match["quoted"] or match["single"] or match["plain"] or "")
            below, dash = key_column, -1
        if match["dashes"]:  # the item that holds the key, or a key of the same item
            path[0:0] = [None for _ in re.findall("-", match["dashes"])]
            below, dash = column + 1, column
        if below <= 0:
            break
    return path


def _without_comment(text: str) -> str:
    return "" if text.startswith("#") else text.partition(" #")[0].strip()


def _block_siblings(lines: Sequence[str], line: int, column: int) -> Iterator[tuple[str, str]]:
    """Yield the scalar members of the block around a line."""
    for step in (-1, 1):
        number = line if step < 0 else line + 1
        while 0 <= number < len(lines):
            text = lines[number]
            content = text.lstrip(" ")
            own = len(text) - len(content)
            match = _KEY.match(content)
            key_column = own + len(match["dashes"]) if match else own
            if content and not content.startswith("#"):
                if key_column < column or (step > 0 and own < column):
                    break
                if match and key_column == column and number != line and (value := match["value"]):
                    yield match["plain"] or match["quoted"] or match["single"] or "", value.strip("'\" ")
                if step < 0 and match and match["dashes"] and key_column == column:
                    break
            number += step
