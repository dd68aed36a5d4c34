"""Templates of ``forEach``: their variables, and what ``forRows`` repeats in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twin_stack.definition.rules.members import WRONG_TYPE
from twin_stack.definition.rules.templates import UNKNOWN_VARIABLE
from twin_stack.definition.schema.csv_format import RowSelection
from twin_stack.definition.source import LocatedList, LocatedMap, at
from twin_stack.definition.validation import validate
from twin_stack.definition.wording import did_you_mean, quote_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from twin_stack.definition.findings import Finding, Findings, Location

FOR_ROWS: Final = "forRows"
"""Key of a part of a template that is repeated for each row of a group."""

VARIABLE: Final = re.compile(r"\$\{([^{}]*)\}")
_VARIABLE_OR_UNCLOSED = re.compile(r"\$\{[^{}]*\}?")
_SELECTION_KEYS = ("where", "groupBy")
_EXPRESSION = "Parameters."


class Repeated(NamedTuple):
    """What ``forRows`` repeats.

    Attributes:
        selection: The rows it is repeated for.
        source: Where the selection was written.
        body: What is repeated: members of a mapping, or an item of a list.
    """

    selection: RowSelection
    source: LocatedMap | None
    body: Any


@dataclass(slots=True)
class RowTemplate:
    """A template whose variables and repeated parts are known.

    Attributes:
        root: The template of the entity.
        row_name: Name of the row in variables.
        variables: Each variable with its place, as it was written.
        repeated: What each ``forRows`` repeats, by the identity of its value.
        columns: Columns that a container uses once for all rows of a group, by its identity.
    """

    root: LocatedMap
    row_name: str
    variables: list[tuple[Location, str]] = field(default_factory=list)
    repeated: dict[int, Repeated] = field(default_factory=dict)
    columns: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def parse(cls, root: LocatedMap, row_name: str, findings: Findings) -> RowTemplate:
        """Return a template with its variables and repeated parts.

        Args:
            root: The template of the entity.
            row_name: Name of the row in variables.
            findings: Receives every mistake of ``forRows``.
        """
        template = cls(root, row_name)
        template._add_level(root, findings)
        return template

    def used_columns(self) -> set[str]:
        """Return the columns that the template names, known or not."""
        used = {name for _, written in self.variables if (name := self._column(written)) is not None}
        for part in self.repeated.values():
            used |= {*part.selection.where, *(part.selection.group_by or ())}
        return used

    def unknown_variables(self, columns: Collection[str]) -> Iterator[Finding]:
        """Yield a finding for each variable that is no column or is not closed.

        Args:
            columns: Names of all columns.
        """
        placeholders = {f"{self.row_name}.{column}" for column in columns}
        for place, written in self.variables:
            variable = written[2:].removesuffix("}")
            if not written.endswith("}"):
                message = f"{quote_value(written)} is not closed"
                yield UNKNOWN_VARIABLE.finding(place, message, 'add "}"')
            elif variable not in placeholders and not variable.startswith(_EXPRESSION):
                message = f"{quote_value(written)} is not a column"
                yield UNKNOWN_VARIABLE.finding(place, message, did_you_mean(variable, placeholders))
        for part in self.repeated.values():
            if part.source is not None:
                yield from unknown_columns(part.selection, part.source, columns)

    def _column(self, written: str) -> str | None:
        owner, _, column = written[2:].removesuffix("}").partition(".")
        return column if owner == self.row_name and written.endswith("}") else None

    def _add_level(self, root: Any, findings: Findings) -> None:
        """Add a part of the template that is filled once for a group of rows."""
        used: dict[str, None] = {}
        self._walk(root, at(root) if isinstance(root, LocatedMap | LocatedList) else None, used, findings)
        self.columns[id(root)] = tuple(used)

    def _walk(
        self,
        value: Any,
        place: Location | None,
        used: dict[str, None],
        findings: Findings,
        *,
        is_item: bool = False,
    ) -> None:
        if isinstance(value, LocatedMap):
            for key, member in value.items():
                if key == FOR_ROWS:
                    self._add_repeated(value, is_item=is_item and stands_for_items(value), findings=findings)
                    continue
                self._walk(key, at(value, key, of_key=True), used, findings)
                self._walk(member, at(value, key), used, findings)
        elif isinstance(value, LocatedList):
            for index, member in enumerate(value):
                self._walk(member, at(value, index), used, findings, is_item=True)
        elif isinstance(value, str) and place is not None:
            for written in _VARIABLE_OR_UNCLOSED.findall(value):
                self.variables.append((place, written))
                if (column := self._column(written)) is not None:
                    used[column] = None

    def _add_repeated(self, owner: LocatedMap, *, is_item: bool, findings: Findings) -> None:
        body = owner[FOR_ROWS]
        selection, source = RowSelection(), None
        if isinstance(body, LocatedMap):
            source = body
            written = {key: body[key] for key in _SELECTION_KEYS if key in body}
            selection = validate(RowSelection, written, body, at(body), findings) or selection
            rest = LocatedMap(body.file, body.mark)
            rest.update({key: member for key, member in body.items() if key not in _SELECTION_KEYS})
            rest.key_marks, rest.value_marks = body.key_marks, body.value_marks
            body = rest
        elif is_item:
            body = LocatedList(owner.file, owner.mark)
            body.append(owner[FOR_ROWS])
            body.value_marks.append(owner.value_marks[FOR_ROWS])
        else:
            message = f'"{FOR_ROWS}" is {quote_value(body)}'
            remedy = "write a mapping of the members that are repeated for each row"
            findings.append(WRONG_TYPE.finding(at(owner, FOR_ROWS), message, remedy))
            body = LocatedMap(owner.file, owner.mark)
        self.repeated[id(owner)] = Repeated(selection, source, body)
        self._add_level(body, findings)


def stands_for_items(item: Any) -> bool:
    """Return whether an item of a list becomes an item for each row: it consists of ``forRows``.

    Args:
        item: An item of a list.
    """
    return isinstance(item, LocatedMap) and item.keys() == {FOR_ROWS}


def unknown_columns(
    selection: RowSelection, source: LocatedMap, columns: Collection[str]
) -> Iterator[Finding]:
    """Yield a finding for each column of a selection that the CSV file does not have.

    Args:
        selection: The selection.
        source: Where it was written.
        columns: Names of all columns.
    """
    places = [(column, at(source["where"], column, of_key=True)) for column in selection.where]
    group_by = source.get("groupBy")
    for index, column in enumerate(selection.group_by or ()):
        place = at(group_by, index) if isinstance(group_by, LocatedList) else at(source, "groupBy")
        places.append((column, place))
    for column, place in places:
        if column not in columns:
            message = f"{quote_value(column)} is not a column"
            yield UNKNOWN_VARIABLE.finding(place, message, did_you_mean(column, columns))
