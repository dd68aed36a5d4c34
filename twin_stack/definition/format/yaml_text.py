"""Write a tree of YAML in one form: two spaces, known keys in order, everything else as it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin_stack.definition.format.dump import INDENT, MAX_KEY
from twin_stack.definition.format.tree import Entry, Line, Node, Tree, parse_tree
from twin_stack.definition.json_schemas.navigate import SchemaPart, root_part

if TYPE_CHECKING:
    from collections.abc import Iterable

_BLOCK_HEADER = re.compile(r"(?P<anchor>&\S+\s+)?(?P<style>[|>])(?P<marks>[-+0-9]*)(?P<comment>\s+#.*)?\s*")
_LINE_BREAK = re.compile("[\\n\\x85\\u2028\\u2029]")
_COMMENT_GAP = "  "


def format_yaml(text: str, kind: str, value: Any, *, ordered: bool) -> str:
    r"""Return a document in the form of ``twin fmt``.

    Args:
        text: The document, with ``\\n`` as line ends.
        kind: Kind of the definition file.
        value: What ``YamlReader`` reads from it.
        ordered: Whether to put known keys in order.
    """
    tree = parse_tree(text)
    if tree.root is not None and ordered:
        _order(tree.root, root_part(kind, value), value)
    return _TreeWriter().document(tree)


def comments_of(text: str) -> list[str]:
    r"""Return the comments of a document.

    Args:
        text: The document, with ``\\n`` as line ends.
    """
    return parse_tree(text).comments


def _order(node: Node, part: SchemaPart, value: Any) -> None:
    if node.kind == "map" and isinstance(value, dict):
        order = {name: position for position, name in enumerate(part.members)}
        if order:
            node.entries.sort(key=lambda entry: order.get(entry.name, len(order)))
        for entry in node.entries:
            if entry.value.kind != "text":
                member = value.get(entry.name)
                _order(entry.value, part.member(entry.name, member), member)
    elif node.kind == "list" and isinstance(value, list):
        for entry, item in zip(node.entries, value, strict=True):
            if entry.value.kind != "text":
                _order(entry.value, part.item(item), item)


class _TreeWriter:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._has_blank = False

    def _write(self, line: str) -> None:
        if self._has_blank and self._lines:
            self._lines.append("")
        self._has_blank = False
        self._lines.append(line)

    def document(self, tree: Tree) -> str:
        if tree.marker:
            self._write(tree.marker)
        self._comments(tree.before, "")
        if tree.root is not None:
            self._root(tree.root)
            self._comments(tree.root.after, "")
        return "".join(f"{line}\n" for line in self._lines)

    def _root(self, root: Node) -> None:
        if root.kind != "text" and root.is_block and root.entries:
            if root.anchor:
                self._write(root.anchor)
            # Comments at the beginning of a file are about the file: they stay there.
            after, root.after = root.after, []
            self._block(root, "")
            root.after = after
            return
        self._write(self._value(root, ""))

    def _comments(self, lines: Iterable[Line], indent: str) -> None:
        """Write comments and blank lines, of several blank lines one."""
        for line in lines:
            if line.text:
                self._write(f"{indent}{line.text}")
            else:
                self._has_blank = True

    def _block(self, node: Node, indent: str) -> None:
        for entry in node.entries:
            self._comments(_without_first_blank(entry, node), indent)
            if node.kind == "list":
                self._item(entry, indent)
            else:
                self._member(entry, indent)
        self._comments(node.after, indent)

    def _member(self, entry: Entry, indent: str) -> None:
        key = str(entry.key)
        if _is_long(key):
            self._write(f"{indent}? {self._shift(key, indent + INDENT)}")
            key = ""
        self._write_value(f"{indent}{key}:", entry, indent)

    def _write_value(self, head: str, entry: Entry, indent: str) -> None:
        value = entry.value
        inner = indent + INDENT
        if value.kind != "text" and value.is_block:
            self._write(" ".join(filter(None, (head, value.anchor))) + _behind(entry.heading))
            self._block(value, inner)
        elif not (written := self._value(value, inner)):
            self._write(head + _behind(entry.after))
        elif entry.is_below:
            self._write(head)
            self._write(f"{inner}{written}{_behind(entry.after)}")
        else:
            self._write(f"{head} {written}{_behind(entry.after)}")

    def _item(self, entry: Entry, indent: str) -> None:
        value = entry.value
        if value.kind == "text" or not value.is_block or value.anchor:
            self._write_value(f"{indent}-", entry, indent)
            return
        self._comments(_take_first_comments(value), indent)
        start = len(self._lines) + self._has_blank
        self._block(value, indent + INDENT)
        self._lines[start] = f"{indent}- {self._lines[start][len(indent) + 2 :]}"

    def _value(self, node: Node, indent: str) -> str:
        """Return a value that is no block; further lines begin with the indent."""
        if node.kind == "text":
            return self._scalar(node, indent)
        opening, closing = "{}" if node.kind == "map" else "[]"
        anchor = f"{node.anchor} " if node.anchor else ""
        written = ""
        for position, entry in enumerate(node.entries):
            comma = "," if position else ""
            written += f"{comma}\n{indent}{INDENT}" if entry.begins_line else f"{comma} " if position else ""
            written += self._flow_entry(entry, indent + INDENT)
        end = f"\n{indent}" if node.is_open and node.entries else ""
        return f"{anchor}{opening}{written}{end}{closing}"

    def _flow_entry(self, entry: Entry, indent: str) -> str:
        value = self._value(entry.value, indent)
        if entry.key is None:
            return value or "null"
        if _is_long(entry.key):
            return f"? {self._shift(entry.key, indent)} : {value or 'null'}"
        return f"{entry.key}: {value or 'null'}"

    def _scalar(self, node: Node, indent: str) -> str:
        if "\n" not in node.text:
            return node.text
        if (header := _BLOCK_HEADER.fullmatch(node.text.split("\n", 1)[0])) is not None:
            return _block_scalar(node.text, node.column, header, indent or INDENT)
        return self._shift(node.text, indent)

    @staticmethod
    def _shift(text: str, indent: str) -> str:
        """Return text of several lines; readers leave out the white space where lines begin and end."""
        first, *rest = text.split("\n")
        stripped = (line.strip(" \t") for line in rest)
        lines = [first.rstrip(" \t"), *(f"{indent}{line}" if line else "" for line in stripped)]
        return "\n".join(lines)


def _block_scalar(text: str, depth: int, header: re.Match[str], indent: str) -> str:
    """Return a literal or folded text with another indent."""
    lines = text.split("\n")[1:]
    digits = re.sub(r"\D", "", header["marks"])
    marks = header["marks"].replace(digits, str(len(INDENT))) if digits else header["marks"]
    head = f"{header['anchor'] or ''}{header['style']}{marks}{_behind((header['comment'] or '').strip())}"
    return "\n".join([head, *(f"{indent}{line[depth:]}" if line[depth:] else "" for line in lines)])


def _take_first_comments(node: Node) -> list[Line]:
    """Take what precedes the first entry of a block behind a dash, to write it above the dash."""
    lines: list[Line] = []
    while node.kind != "text" and node.is_block and not node.anchor:
        first = node.entries[0]
        lines += [line for line in first.before if line.text]
        first.before = []
        if node.kind == "map":
            break
        node = first.value
    return lines


def _without_first_blank(entry: Entry, node: Node) -> list[Line]:
    """Return what precedes an entry, without blank lines at the beginning of a block."""
    lines = entry.before
    if entry is not node.entries[0]:
        return lines
    while lines and not lines[0].text:
        lines = lines[1:]
    return lines


def _is_long(key: str) -> bool:
    """Return whether a key has to be written with a question mark."""
    return len(key) > MAX_KEY or _LINE_BREAK.search(key) is not None


def _behind(comment: str) -> str:
    return f"{_COMMENT_GAP}{comment}" if comment else ""
