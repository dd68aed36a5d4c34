"""``forEach``: one template that becomes an entity for each row of a CSV."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from twin_stack.definition.csv_rows import csv_rows
from twin_stack.definition.document_builder import MAX_VALUES
from twin_stack.definition.model_files import file_refusal
from twin_stack.definition.rules.members import MISSING_KEY, UNKNOWN_KEY, VALUE_NOT_ALLOWED
from twin_stack.definition.rules.reading import DUPLICATE_KEY, MISSING_FILE
from twin_stack.definition.rules.templates import INVALID_CSV, UNKNOWN_VARIABLE
from twin_stack.definition.source import Cell, LocatedList, LocatedMap, at
from twin_stack.definition.wording import did_you_mean, quote_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin_stack.definition.budget import Budget
    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.unchecked import LostIdsCollector

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_VARIABLE_OR_UNCLOSED = re.compile(r"\$\{[^{}]*\}?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_EXPRESSION = "Parameters."


def expand_for_each(
    root: LocatedMap, folder: Path, findings: list[Finding], lost: LostIdsCollector, budget: Budget
) -> Iterator[tuple[LocatedMap, Location]]:
    """Yield an entity for each row.

    Args:
        root: A mapping with ``forEach`` (``csv``, ``as``) and ``entity``.
        folder: The twin's folder, which holds the CSV.
        findings: Receives every mistake.
        lost: Receives the ids of entities that could not be made.
        budget: What is left of the size that a definition may have.

    Yields:
        The entity with the row's cells filled in, and the place of the row.
    """
    expander = ForEachExpander(root, folder, findings, budget)
    yield from expander.entities()
    template = root.get("entity")
    if expander.has_failed and isinstance(template, LocatedMap):
        lost.patterns += [_VARIABLE.sub("*", template_id) for template_id in _template_ids(template)]


class ForEachExpander:
    """Makes the entities of a ``forEach``.

    Args:
        root: A mapping with ``forEach`` and ``entity``.
        folder: The twin's folder, which holds the CSV.
        findings: Receives every mistake.
        budget: What is left of the size that a definition may have.

    Attributes:
        has_failed: Whether an entity could not be made because of a mistake.
    """

    def __init__(self, root: LocatedMap, folder: Path, findings: list[Finding], budget: Budget) -> None:
        self._root = root
        self._budget = budget
        self._folder = folder
        self._findings = findings
        self.has_failed = False

    def _report(self, finding: Finding) -> None:
        self.has_failed = True
        self._findings.append(finding)

    def entities(self) -> Iterator[tuple[LocatedMap, Location]]:
        """Yield an entity and the place of its row, for each row."""
        template, name = self._template(), self._row_name()
        loop = self._root["forEach"]
        if template is None or name is None:
            return
        file = self._root.file.parent / loop["csv"]
        label, place = f"CSV file {quote_value(loop['csv'])}", at(loop, "csv")
        if (refusal := file_refusal(file, self._folder, label, place)) is not None:
            self._report(refusal)
            return
        if not os.path.isfile(file):  # noqa: PTH113 (Path.is_file raises where a name is too long)
            message = f"{label} does not exist"
            self._report(MISSING_FILE.finding(place, message, "create it, or correct its name"))
            return
        self._budget.spend_file(file)
        for count, row in enumerate(csv_rows(file, self._report), start=1):
            if count == 1 and (unknown := list(_unknown_variables(template, name, set(row)))):
                for finding in unknown:
                    self._report(finding)
                return
            if count * template.size > MAX_VALUES:
                message = f"{count:,} rows of {template.size} values are more than {MAX_VALUES:,} values"
                self._report(INVALID_CSV.finding(place, message, "split the CSV file"))
                return
            self._budget.spend_values(template.size)
            yield self._fill(template, name, row), next(iter(row.values())).location

    def _template(self) -> LocatedMap | None:
        template = self._root.get("entity")
        if isinstance(template, LocatedMap):
            return template
        what = "missing" if template is None else quote_value(template)
        place = at(self._root, "entity")
        self._report(MISSING_KEY.finding(place, f'"entity" is {what}', "add the template of the entities"))
        return None

    def _row_name(self) -> str | None:
        """Return the name of the row's variable, None where rows cannot be read."""
        loop = self._root["forEach"]
        self._check_keys(self._root, ("forEach", "entity"))
        if not isinstance(loop, LocatedMap) or not isinstance(loop.get("csv"), str):
            place = at(self._root, "forEach")
            message = '"csv" is missing'
            self._report(MISSING_KEY.finding(place, message, "name the CSV file of the rows"))
            return None
        self._check_keys(loop, ("csv", "as"))
        name = loop.get("as", "row")
        if isinstance(name, str) and _NAME.fullmatch(name) and f"{name}." != _EXPRESSION:
            return name
        message = f'"as" is {quote_value(name)}'
        self._report(VALUE_NOT_ALLOWED.finding(at(loop, "as"), message, "write a word such as row"))
        return None

    def _check_keys(self, container: LocatedMap, allowed: tuple[str, ...]) -> None:
        for key in container.keys() - set(allowed):
            place = at(container, key, of_key=True)
            message = f"{quote_value(key)} is not a known key"
            self._report(UNKNOWN_KEY.finding(place, message, did_you_mean(key, allowed)))

    def _fill(self, value: Any, name: str, row: dict[str, Cell]) -> Any:
        """Return a copy of a template with the row's cells filled in; an empty cell drops its key."""
        if isinstance(value, LocatedMap):
            result = LocatedMap(value.file, value.mark)
            for key, member in value.items():
                new_key, new = self._fill(key, name, row), self._fill(member, name, row)
                if _is_empty_cell(new_key) or _is_empty_cell(new):
                    continue
                if new_key in result:
                    place = at(value, key, of_key=True)
                    message = f"key {quote_value(new_key)} is duplicated, here by {quote_value(key)}"
                    self._report(DUPLICATE_KEY.finding(place, message, "use columns that differ"))
                    continue
                result[str(new_key)] = new
                result.key_marks[new_key] = value.key_marks[key]
                result.value_marks[new_key] = value.value_marks[key]
            return result
        if isinstance(value, LocatedList):
            items = LocatedList(value.file, value.mark)
            items.value_marks = value.value_marks
            items.extend(self._fill(member, name, row) for member in value)
            return items
        return _fill_text(value, name, row) if isinstance(value, str) else value


def _is_empty_cell(value: Any) -> bool:
    return isinstance(value, Cell) and value == ""


def _fill_text(text: str, name: str, row: dict[str, Cell]) -> str:
    used: list[Cell] = []

    def cell(match: re.Match[str]) -> str:
        owner, _, column = match[1].partition(".")
        if owner != name:
            return match[0]
        used.append(row[column])
        return row[column]

    filled = _VARIABLE.sub(cell, text) if "${" in text else text
    return Cell(filled, used[0].location) if used else text


def _template_ids(template: LocatedMap) -> Iterator[str]:
    """Yield the entity ids of a template, with variables."""
    if isinstance(written := template.get("entityId"), str):
        yield written
    children = template.get("children")
    if isinstance(children, LocatedMap):
        yield from children
        children = list(children.values())
    for child in children if isinstance(children, list) else ():
        if isinstance(child, LocatedMap):
            yield from _template_ids(child)


def _unknown_variables(template: LocatedMap, name: str, columns: set[str]) -> Iterator[Finding]:
    variables = {f"{name}.{column}" for column in columns}

    def walk(value: Any, place: Location) -> Iterator[Finding]:
        if isinstance(value, LocatedMap):
            for key, member in value.items():
                yield from walk(key, at(value, key, of_key=True))
                yield from walk(member, at(value, key))
        elif isinstance(value, LocatedList):
            for index, member in enumerate(value):
                yield from walk(member, at(value, index))
        elif isinstance(value, str):
            for written in _VARIABLE_OR_UNCLOSED.findall(value):
                variable = written[2:].removesuffix("}")
                is_closed = written.endswith("}")
                if not is_closed or (variable not in variables and not variable.startswith(_EXPRESSION)):
                    message = f"{quote_value(written)} is not {'a column' if is_closed else 'closed'}"
                    remedy = did_you_mean(variable, variables) if is_closed else 'add "}"'
                    yield UNKNOWN_VARIABLE.finding(place, message, remedy)

    return walk(template, at(template))
