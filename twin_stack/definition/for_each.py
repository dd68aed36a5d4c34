"""``forEach``: one template, stamped out as an entity for each row of a CSV."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from twin_stack.definition.findings import Code, Finding, Location, did_you_mean, shown
from twin_stack.definition.source import MAX_VALUES, Cell, LocatedList, LocatedMap, at
from twin_stack.definition.table import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.draft import Draft

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_WRITTEN = re.compile(r"\$\{[^{}]*\}?")  # also one that is not closed
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_EXPRESSION = "Parameters."


def stamped_entities(draft: Draft, root: LocatedMap) -> Iterator[tuple[LocatedMap, Location]]:
    """Yield an entity for each row.

    Args:
        draft: It takes every mistake, and the ids of the entities lost by them.
        root: A mapping with ``forEach`` (``csv``, ``as``) and ``entity``.

    Yields:
        The entity with the row's cells put in, and the place of the row.
    """
    stamp = _Stamp(draft, root)
    yield from stamp.entities()
    template = root.get("entity")
    if stamp.has_failed and isinstance(template, LocatedMap):
        draft.lost_patterns += [_VARIABLE.sub("*", written) for written in _ids(template)]


class _Stamp:
    def __init__(self, draft: Draft, root: LocatedMap) -> None:
        self.draft = draft
        self.root = root
        self.has_failed = False

    def report(self, finding: Finding) -> None:
        self.has_failed = True
        self.draft.findings.append(finding)

    def entities(self) -> Iterator[tuple[LocatedMap, Location]]:
        template, name = self.template(), self.row_name()
        loop = self.root["forEach"]
        if template is None or name is None:
            return
        file = self.root.file.parent / loop["csv"]
        if not os.path.isfile(file):  # noqa: PTH113 (Path.is_file raises where a name is too long)
            message = f"CSV file {shown(loop['csv'])} does not exist"
            place = at(loop, "csv")
            self.report(Finding(place, Code.MISSING_FILE, message, "create it, or correct its name"))
            return
        for count, row in enumerate(rows(file, self.report), start=1):
            if count == 1 and (unknown := list(_unknown_variables(template, name, set(row)))):
                for finding in unknown:
                    self.report(finding)
                return
            if count * template.size > MAX_VALUES:
                message = f"{count:,} rows of {template.size} values are more than {MAX_VALUES:,} values"
                self.report(Finding(at(loop, "csv"), Code.BAD_CSV, message, "split the CSV file"))
                return
            yield self.stamped(template, name, row), next(iter(row.values())).location

    def template(self) -> LocatedMap | None:
        template = self.root.get("entity")
        if isinstance(template, LocatedMap):
            return template
        what = "missing" if template is None else shown(template)
        place = at(self.root, "entity")
        self.report(Finding(place, Code.MISSING_KEY, f'"entity" is {what}', "add the entity to stamp out"))
        return None

    def row_name(self) -> str | None:
        """Return the name of the row's variable, None where rows cannot be read."""
        loop = self.root["forEach"]
        self.known_keys(self.root, ("forEach", "entity"))
        if not isinstance(loop, LocatedMap) or not isinstance(loop.get("csv"), str):
            place = at(self.root, "forEach")
            message = '"csv" is missing'
            self.report(Finding(place, Code.MISSING_KEY, message, "name the CSV file of the rows"))
            return None
        self.known_keys(loop, ("csv", "as"))
        name = loop.get("as", "row")
        if isinstance(name, str) and _NAME.fullmatch(name) and f"{name}." != _EXPRESSION:
            return name
        message = f'"as" is {shown(name)}'
        self.report(Finding(at(loop, "as"), Code.VALUE_NOT_ALLOWED, message, "write a word such as row"))
        return None

    def known_keys(self, container: LocatedMap, known: tuple[str, ...]) -> None:
        for key in container.keys() - set(known):
            place = at(container, key, of_key=True)
            message = f"{shown(key)} is not a known key"
            self.report(Finding(place, Code.UNKNOWN_KEY, message, did_you_mean(key, known)))

    def stamped(self, value: Any, name: str, row: dict[str, Cell]) -> Any:
        """Return a copy of a template with the row's cells put in; empty cells leave their key out."""
        if isinstance(value, LocatedMap):
            result = LocatedMap(value.file, value.mark)
            for key, member in value.items():
                new_key, new = self.stamped(key, name, row), self.stamped(member, name, row)
                if _is_empty_cell(new_key) or _is_empty_cell(new):
                    continue
                if new_key in result:
                    place = at(value, key, of_key=True)
                    message = f"key {shown(new_key)} stands twice, here from {shown(key)}"
                    self.report(Finding(place, Code.DUPLICATE_KEY, message, "use columns that differ"))
                    continue
                result[str(new_key)] = new
                result.key_marks[new_key] = value.key_marks[key]
                result.value_marks[new_key] = value.value_marks[key]
            return result
        if isinstance(value, LocatedList):
            items = LocatedList(value.file, value.mark)
            items.value_marks = value.value_marks
            items.extend(self.stamped(member, name, row) for member in value)
            return items
        return _filled(value, name, row) if isinstance(value, str) else value


def _is_empty_cell(value: Any) -> bool:
    return isinstance(value, Cell) and value == ""


def _filled(text: str, name: str, row: dict[str, Cell]) -> str:
    used: list[Cell] = []

    def cell(match: re.Match[str]) -> str:
        owner, _, column = match[1].partition(".")
        if owner != name:
            return match[0]
        used.append(row[column])
        return row[column]

    filled = _VARIABLE.sub(cell, text) if "${" in text else text
    return Cell(filled, used[0].location) if used else text


def _ids(template: LocatedMap) -> Iterator[str]:
    """Yield the entity ids of a template, as they are written."""
    if isinstance(written := template.get("entityId"), str):
        yield written
    children = template.get("children")
    if isinstance(children, LocatedMap):
        yield from children
        children = list(children.values())
    for child in children if isinstance(children, list) else ():
        if isinstance(child, LocatedMap):
            yield from _ids(child)


def _unknown_variables(template: LocatedMap, name: str, columns: set[str]) -> Iterator[Finding]:
    known = {f"{name}.{column}" for column in columns}

    def walk(value: Any, place: Location) -> Iterator[Finding]:
        if isinstance(value, LocatedMap):
            for key, member in value.items():
                yield from walk(key, at(value, key, of_key=True))
                yield from walk(member, at(value, key))
        elif isinstance(value, LocatedList):
            for index, member in enumerate(value):
                yield from walk(member, at(value, index))
        elif isinstance(value, str):
            for written in _WRITTEN.findall(value):
                variable = written[2:].removesuffix("}")
                is_closed = written.endswith("}")
                if not is_closed or (variable not in known and not variable.startswith(_EXPRESSION)):
                    message = f"{shown(written)} is not {'a column' if is_closed else 'closed'}"
                    remedy = did_you_mean(variable, known) if is_closed else 'add "}"'
                    yield Finding(place, Code.UNKNOWN_VARIABLE, message, remedy)

    return walk(template, at(template))
