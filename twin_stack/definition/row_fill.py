"""Fill the templates of ``forEach``: cells in place of variables, and ``forRows`` for each row."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.findings import Location
from twin_stack.definition.row_template import FOR_ROWS, stands_for_items
from twin_stack.definition.rules.reading import DUPLICATE_KEY
from twin_stack.definition.rules.registers import NO_MATCHING_ROW, ROWS_DISAGREE
from twin_stack.definition.source import Cell, LocatedList, LocatedMap, at
from twin_stack.definition.transliteration import without_accents
from twin_stack.definition.wording import did_you_mean, list_some, quote_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from twin_stack.definition.csv_rows import CsvRow
    from twin_stack.definition.findings import Finding
    from twin_stack.definition.row_template import RowTemplate
    from twin_stack.definition.schema.csv_format import RowSelection
    from twin_stack.definition.source import Mark

_NAME_KEYS: Final = frozenset(
    {"entityId", "entityName", "parentEntityId", "targetEntityId", "targetComponentName", "componentTypeId"}
)
"""Members whose text is an id or a name."""

_FREE_KEYS: Final = frozenset({"tags"})
"""Members whose keys may be any text."""

_NOTHING: Final = object()
"""In place of what an empty cell, or ``forRows`` without rows, leaves out."""


class RowFiller:
    """Fills a template with the cells of rows.

    Args:
        template: The template.
        report: Receives every mistake.
        transliterates: Whether letters in ids and names lose their accents.
    """

    def __init__(
        self, template: RowTemplate, report: Callable[[Finding], None], *, transliterates: bool
    ) -> None:
        self._template = template
        self._report = report
        self._transliterates = transliterates
        self._variable = re.compile(rf"\$\{{{re.escape(template.row_name)}\.([^{{}}]*)\}}")
        self._members: dict[int, Sequence[tuple[str, Any]] | None] = {}
        self._only_columns: dict[str, str | None] = {}
        self._disagreeing: dict[tuple[int, str], list[tuple[Cell, Cell]]] = defaultdict(list)
        self._without_key: dict[str, list[CsvRow]] = defaultdict(list)

    def fill(self, rows: Sequence[CsvRow]) -> Any:
        """Return the template with the cells of a group of rows filled in.

        Args:
            rows: At least one row.
        """
        return self._fill_once(self._template.root, rows, "")

    def check_selections(self, rows: Sequence[CsvRow]) -> None:
        """Warn of each text of a ``where`` of ``forRows`` that no row has.

        Args:
            rows: The rows that become entities.
        """
        for part in self._template.repeated.values():
            if part.source is not None and rows:
                for finding in unmatched_texts(rows, part.selection, part.source):
                    self._report(finding)

    def groups(self, rows: Sequence[CsvRow], selection: RowSelection) -> Iterator[Sequence[CsvRow]]:
        """Yield the rows of each group, in the order of their first rows; each row alone without groups.

        Args:
            rows: The rows that were selected.
            selection: The columns by which they are grouped.
        """
        if selection.group_by is None:
            yield from ([row] for row in rows)
            return
        groups: dict[tuple[str, ...], list[CsvRow]] = {}
        for row in rows:
            key = tuple(row.cells[column] for column in selection.group_by)
            if any(key):
                groups.setdefault(key, []).append(row)
            else:
                self._without_key[selection.group_by[0]].append(row)
        yield from groups.values()

    def report_gathered(self) -> None:
        """Report the columns in which rows of one group disagree, and rows without a group."""
        for column, rows in self._without_key.items():
            lines = list_some([str(row.place.line) for row in rows], 4)
            message = f"column {quote_value(column)} is empty in line {lines}, and rows are grouped by it"
            remedy = "write it in each row, also where the spreadsheet has merged cells, or filter with where"
            self._report(ROWS_DISAGREE.finding(rows[0].cells[column].location, message, remedy))
        for (_, column), pairs in self._disagreeing.items():
            cell, first = pairs[0]
            message = (
                f"column {quote_value(column)} is {quote_value(str(cell))}, and {quote_value(str(first))} "
                f"in line {first.location.line} of the same group"
            )
            if len(pairs) > 1:
                lines = list_some([str(other.location.line) for other, _ in pairs[1:]], 3)
                message += f"; so it is in line {lines}"
            remedy = "write the same in each row of the group, or use the column in forRows"
            self._report(ROWS_DISAGREE.finding(cell.location, message, remedy))

    def _fill_once(self, part: Any, rows: Sequence[CsvRow], key: str) -> Any:
        """Fill a part that a group of rows has once."""
        return self._fill(part, self._shared_cells(part, rows), rows, key)

    def _shared_cells(self, part: Any, rows: Sequence[CsvRow]) -> Mapping[str, Cell]:
        """Return the cells that stand for a group: the first in each column that is not empty."""
        if len(rows) == 1:
            return rows[0].cells
        shared = {}
        for column in self._template.columns[id(part)]:
            cells = [row.cells[column] for row in rows]
            first = shared[column] = next((cell for cell in cells if cell), cells[0])
            other = next((cell for cell in cells if cell and cell != first), None)
            if other is not None:
                self._disagreeing[id(part), column].append((other, first))
        return shared

    def _fill(self, value: Any, cells: Mapping[str, Cell], rows: Sequence[CsvRow], key: str) -> Any:
        """Return a copy of a part of the template; an empty cell leaves its key out."""
        if isinstance(value, LocatedMap):
            return self._fill_map(value, cells, rows, key)
        if isinstance(value, LocatedList):
            return self._fill_list(value, cells, rows, key)
        if isinstance(value, str) and "${" in value:
            return self._fill_text(value, cells, is_name=key in _NAME_KEYS)
        return value

    def _fill_map(
        self, value: LocatedMap, cells: Mapping[str, Cell], rows: Sequence[CsvRow], key: str
    ) -> Any:
        if (members := self._members_of(value)) is not None:
            return self._fill_members(value, members, cells, rows)
        result = LocatedMap(value.file, value.mark)
        keys_are_names = key not in _FREE_KEYS
        for name, member in value.items():
            if name == FOR_ROWS:
                for filled in self._repeat(value, rows, key):
                    for new_name, new in filled.items():
                        marks = (filled.key_marks[new_name], filled.value_marks[new_name])
                        self._put(result, new_name, new, *marks)
                continue
            new_name, key_mark = name, value.key_marks[name]
            if "${" in name:
                new_name = self._fill_text(name, cells, is_name=keys_are_names)
                key_mark = new_name.location if isinstance(new_name, Cell) else key_mark
            new = self._fill(member, cells, rows, name)
            if new is not _NOTHING and not (_is_empty_cell(new_name) or _is_empty_cell(new)):
                self._put(result, str(new_name), new, key_mark, value.value_marks[name])
        return _NOTHING if not result and value.keys() == {FOR_ROWS} else result

    def _members_of(self, value: LocatedMap) -> Sequence[tuple[str, Any]] | None:
        """Return the members of a mapping that has the same keys in each row; None of another one."""
        if id(value) not in self._members:
            is_fixed = not any(name == FOR_ROWS or "${" in name for name in value)
            self._members[id(value)] = tuple(value.items()) if is_fixed else None
        return self._members[id(value)]

    def _fill_members(
        self,
        value: LocatedMap,
        members: Sequence[tuple[str, Any]],
        cells: Mapping[str, Cell],
        rows: Sequence[CsvRow],
    ) -> LocatedMap:
        """Fill a mapping that has the same keys in each row; they share their places."""
        result = LocatedMap(value.file, value.mark)
        for name, member in members:
            new = self._fill(member, cells, rows, name)
            if new is not _NOTHING and not _is_empty_cell(new):
                result[name] = new
        result.key_marks, result.value_marks = value.key_marks, value.value_marks
        if len(result) < len(members):
            result.key_marks = {name: value.key_marks[name] for name in result}
            result.value_marks = {name: value.value_marks[name] for name in result}
        return result

    def _put(
        self, target: LocatedMap, name: str, value: Any, key_mark: Mark | Location, value_mark: Mark
    ) -> None:
        """Add a member with its places; report a duplicate."""
        if name in target:
            place = key_mark if isinstance(key_mark, Location) else Location(target.file, *key_mark)
            if isinstance(value, Cell) and place.file != value.location.file:
                place = value.location
            message = f"key {quote_value(name)} is duplicated"
            self._report(DUPLICATE_KEY.finding(place, message, "use columns or rows that differ"))
            return
        target[name] = value
        target.key_marks[name] = key_mark
        target.value_marks[name] = value_mark

    def _repeat(self, owner: LocatedMap, rows: Sequence[CsvRow], key: str) -> Iterator[Any]:
        """Yield what ``forRows`` of a container repeats, for each row or group of rows that it takes."""
        part = self._template.repeated[id(owner)]
        for group in self.groups(select_rows(rows, part.selection), part.selection):
            yield self._fill_once(part.body, group, key)

    def _fill_list(
        self, value: LocatedList, cells: Mapping[str, Cell], rows: Sequence[CsvRow], key: str
    ) -> Any:
        items = LocatedList(value.file, value.mark)
        for index, member in enumerate(value):
            if stands_for_items(member):
                filled = list(self._repeat(member, rows, key))
                filled = [item[0] if isinstance(item, LocatedList) else item for item in filled if item]
            else:
                filled = [self._fill(member, cells, rows, key)]
            for item in filled:
                if item is not _NOTHING and not _is_empty_cell(item):
                    items.append(item)
                    items.value_marks.append(value.value_marks[index])
        is_repeated = all(stands_for_items(member) for member in value)
        return _NOTHING if value and is_repeated and not items else items

    def _only_column(self, text: str) -> str | None:
        """Return the column that a text consists of, None where it holds anything else."""
        if text not in self._only_columns:
            match = self._variable.fullmatch(text)
            self._only_columns[text] = match[1] if match is not None else None
        return self._only_columns[text]

    def _fill_text(self, text: str, cells: Mapping[str, Cell], *, is_name: bool) -> str:
        if not self._transliterates and (column := self._only_column(text)) is not None:
            return cells[column]
        used: list[Cell] = []

        def cell_text(match: re.Match[str]) -> str:
            cell = cells[match[1]]
            used.append(cell)
            return without_accents(cell) if is_name and self._transliterates else cell

        filled = self._variable.sub(cell_text, text)
        if not used:
            return text
        cell = Cell(filled, used[0].location, used[0].column, used[0].decimal)
        if self._transliterates and not is_name:
            cell.without_accents = without_accents(filled)
        return cell


def _is_empty_cell(value: Any) -> bool:
    return isinstance(value, Cell) and value == ""


def select_rows(rows: Sequence[CsvRow], selection: RowSelection) -> Sequence[CsvRow]:
    """Return the rows that a selection takes.

    Args:
        rows: Rows of the file.
        selection: The selection.
    """
    if not selection.where:
        return rows
    allowed = {column: frozenset(texts) for column, texts in selection.where.items()}
    return [row for row in rows if all(row.cells[column] in texts for column, texts in allowed.items())]


def unmatched_texts(rows: Sequence[CsvRow], selection: RowSelection, source: LocatedMap) -> Iterator[Finding]:
    """Yield a warning for each text of ``where`` that no row has.

    Args:
        rows: Rows of the file, at least one.
        selection: The selection.
        source: Where it was written.
    """
    for column, texts in selection.where.items():
        present = {str(row.cells[column]) for row in rows}
        written = source["where"][column]
        for index, text in enumerate(texts):
            if text not in present:
                place = (
                    at(written, index) if isinstance(written, LocatedList) else at(source["where"], column)
                )
                message = f"no row has {quote_value(text)} in column {quote_value(column)}"
                yield NO_MATCHING_ROW.finding(place, message, did_you_mean(text, present - {""}))
