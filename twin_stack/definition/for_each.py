"""``forEach``: one template that becomes an entity for each row, or each group of rows, of a CSV file."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Final

from twin_stack.definition.csv_rows import read_table
from twin_stack.definition.document_builder import MAX_VALUES
from twin_stack.definition.findings import Cause, Severity
from twin_stack.definition.model_files import file_refusal
from twin_stack.definition.row_fill import RowFiller, select_rows, unmatched_texts
from twin_stack.definition.row_template import VARIABLE, RowTemplate, unknown_columns
from twin_stack.definition.rules.members import DUPLICATE_ID, MISSING_KEY, UNKNOWN_KEY
from twin_stack.definition.rules.reading import MISSING_FILE
from twin_stack.definition.rules.templates import INVALID_CSV
from twin_stack.definition.schema.csv_format import ForEach
from twin_stack.definition.source import LocatedMap, at
from twin_stack.definition.spreadsheet import artefacts, refused_characters
from twin_stack.definition.validation import validate
from twin_stack.definition.wording import did_you_mean, list_some, quote_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from twin_stack.definition.budget import Budget
    from twin_stack.definition.csv_rows import CsvRow, CsvTable
    from twin_stack.definition.findings import Finding, Findings, Location
    from twin_stack.definition.unchecked import LostIdsCollector

_KEYS: Final = ("forEach", "entity")


def expand_for_each(
    root: LocatedMap, folder: Path, findings: Findings, lost: LostIdsCollector, budget: Budget
) -> Iterator[tuple[LocatedMap, Location]]:
    """Yield an entity for each row or group of rows.

    Args:
        root: A mapping with ``forEach`` and ``entity``.
        folder: The twin's folder, which holds the CSV.
        findings: Receives every mistake.
        lost: Receives the ids of entities that could not be made.
        budget: What is left of the size that a definition may have.

    Yields:
        The entity with the cells filled in, and the place of its first row.
    """
    expander = ForEachExpander(root, folder, findings, budget)
    yield from expander.entities()
    template = root.get("entity")
    if expander.has_failed and isinstance(template, LocatedMap):
        lost.patterns += [VARIABLE.sub("*", template_id) for template_id in _template_ids(template)]


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

    def __init__(self, root: LocatedMap, folder: Path, findings: Findings, budget: Budget) -> None:
        self._root = root
        self._budget = budget
        self._folder = folder
        self._findings = findings
        self.has_failed = False

    def _report(self, finding: Finding) -> None:
        self.has_failed |= finding.severity is Severity.ERROR
        self._findings.append(finding)

    def entities(self) -> Iterator[tuple[LocatedMap, Location]]:
        """Yield an entity and the place of its first row, for each group of rows."""
        loop, root = self._loop(), self._template()
        file = self._file(loop) if loop is not None else None
        if loop is None or root is None or file is None:
            return
        source: LocatedMap = self._root["forEach"]
        template = RowTemplate.parse(root, loop.row_name, self._findings)
        used = template.used_columns() | {*loop.where, *(loop.group_by or ())}
        table = read_table(file, self._report, csv_format=loop, columns=used)
        if table is None:
            return
        unknown = [
            *template.unknown_variables(table.columns),
            *unknown_columns(loop, source, table.columns),
        ]
        for finding in unknown:
            self._report(finding)
        if unknown:
            return
        if len(table.rows) * root.size > MAX_VALUES:
            message = f"{len(table.rows):,} rows of {root.size} values are more than {MAX_VALUES:,} values"
            self._report(INVALID_CSV.finding(at(source, "csv"), message, "split the CSV file"))
            return
        filler = RowFiller(template, self._report, transliterates=loop.transliterate)
        for finding in unmatched_texts(table.rows, loop, source) if table.rows else ():
            self._report(finding)
        rows = select_rows(table.rows, loop)
        filler.check_selections(rows)
        self._explain_cells(table, rows)
        if loop.group_by is None and isinstance(entity_id := root.get("entityId"), str):
            self._explain_repeated_ids(entity_id, loop.row_name, rows)
        for group in filler.groups(rows, loop):
            self._budget.spend_values(root.size * len(group))
            yield filler.fill(group), group[0].place
        filler.report_gathered()

    def _template(self) -> LocatedMap | None:
        template = self._root.get("entity")
        if isinstance(template, LocatedMap):
            return template
        what = "missing" if template is None else quote_value(template)
        place = at(self._root, "entity")
        self._report(MISSING_KEY.finding(place, f'"entity" is {what}', "add the template of the entities"))
        return None

    def _loop(self) -> ForEach | None:
        """Return ``forEach``, None where it has mistakes."""
        for key in self._root.keys() - {*_KEYS}:
            place = at(self._root, key, of_key=True)
            message = f"{quote_value(key)} is not a known key"
            self._report(UNKNOWN_KEY.finding(place, message, did_you_mean(key, _KEYS)))
        source = self._root["forEach"]
        if not isinstance(source, LocatedMap) or not isinstance(source.get("csv"), str):
            place = at(self._root, "forEach")
            message = '"csv" is missing'
            self._report(MISSING_KEY.finding(place, message, "name the CSV file of the rows"))
            return None
        loop = validate(ForEach, source, source, at(source), self._findings)
        self.has_failed |= loop is None
        return loop

    def _file(self, loop: ForEach) -> Path | None:
        """Return the CSV file, None where it cannot be read."""
        file = self._root.file.parent / loop.csv
        label, place = f"CSV file {quote_value(loop.csv)}", at(self._root["forEach"], "csv")
        if (refusal := file_refusal(file, self._folder, label, place)) is not None:
            self._report(refusal)
            return None
        if not os.path.isfile(file):  # noqa: PTH113 (Path.is_file raises where a name is too long)
            message = f"{label} does not exist"
            self._report(MISSING_FILE.finding(place, message, "create it, or correct its name"))
            return None
        self._budget.spend_file(file)
        return file

    def _explain_cells(self, table: CsvTable, rows: Sequence[CsvRow]) -> None:
        """Report what a spreadsheet made of cells, in place of what the service says about them."""
        for column in table.columns if rows else ():
            if column in rows[0].cells:
                cells = [row.cells[column] for row in rows]
                for cause in artefacts(cells):
                    self._findings.explain(cause)
                for cause in refused_characters(cells):
                    self._findings.explain(cause)

    def _explain_repeated_ids(self, entity_id: str, row_name: str, rows: Sequence[CsvRow]) -> None:
        """Say how rows are gathered, once for all rows with the id of an earlier one."""
        prefix = f"{row_name}."
        columns = [
            name.removeprefix(prefix) for name in VARIABLE.findall(entity_id) if name.startswith(prefix)
        ]
        keys = [tuple(row.cells[column] for column in columns) for row in rows]
        counts = Counter(keys)
        repeated = [key for key, count in counts.items() if count > 1]
        if not columns or not repeated:
            return
        same = [row for row, key in zip(rows, keys, strict=True) if key == repeated[0]]
        lines = list_some([str(row.place.line) for row in same], 4)
        values = " and ".join(quote_value(str(value)) for value in repeated[0])
        message = f"each row makes an entity, and {len(same)} rows have {values}, in line {lines}"
        if len(repeated) > 1:
            message += f"; {len(repeated) - 1:,} more ids are repeated"
        written = columns[0] if len(columns) == 1 else f"[{', '.join(columns)}]"
        remedy = f"add groupBy: {written} to make one entity of these rows, or make the ids differ"
        finding = DUPLICATE_ID.finding(same[1].place, message, remedy)
        seen: set[tuple[str, ...]] = set()
        later = set()
        for row, key in zip(rows, keys, strict=True):
            if key in seen:
                later.add(row.place)
            seen.add(key)
        self._findings.explain(Cause(finding, frozenset(later), frozenset({DUPLICATE_ID.code})))


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
