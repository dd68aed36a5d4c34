"""``layout:`` of a scene: a node for each entity below a parent.

Each entity gets the template of its component type, placed on a grid, a line or a circle, or by a CSV file.
"""

from __future__ import annotations

import math
import os
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from twin_stack.definition.cell_numbers import number_literal, number_remedy
from twin_stack.definition.checks.references import unknown_component_type, unknown_parent
from twin_stack.definition.csv_rows import read_table
from twin_stack.definition.document_builder import MAX_VALUES
from twin_stack.definition.findings import Finding, Location
from twin_stack.definition.model_files import file_refusal
from twin_stack.definition.rules.members import WRONG_TYPE
from twin_stack.definition.rules.reading import MISSING_FILE
from twin_stack.definition.rules.templates import EMPTY_LAYOUT, INVALID_CSV, INVALID_LAYOUT, UNKNOWN_VARIABLE
from twin_stack.definition.schema.layout import Layout, Place
from twin_stack.definition.source import LocatedList, LocatedMap, at
from twin_stack.definition.validation import validate
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.twinmaker.builtin_types import BUILTIN_TYPES
from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from twin_stack.definition.rule import Rule
    from twin_stack.definition.schema.csv_format import CsvFormat
    from twin_stack.definition.schema.layout import Vector
    from twin_stack.definition.source import Cell
    from twin_stack.definition.unchecked import Declarations

_REQUIRED = ("entityId", "x", "y", "z")
_OPTIONAL = ("rotationX", "rotationY", "rotationZ", "scaleX", "scaleY", "scaleZ")
_NODE_VALUES = 20  # of any node: name, transform and components
_ORIGIN: Vector = (0.0, 0.0, 0.0)
_VARIABLE = re.compile(r"\$\{entity\.([^{}]*)\}")
_VARIABLES = ("entityId", "entityName", "componentName")


class _Match(NamedTuple):
    """An entity and its template."""

    entity_id: str
    entity_name: str
    component_name: str
    template: LocatedMap

    @property
    def variables(self) -> dict[str, str]:
        return dict(zip(_VARIABLES, (self.entity_id, self.entity_name, self.component_name), strict=True))


class LayoutExpander:
    """Makes the nodes of the layouts of one scene.

    Args:
        declarations: Entities and component types.
        findings: Receives every mistake.
    """

    def __init__(self, declarations: Declarations, findings: list[Finding]) -> None:
        self._declarations = declarations
        self._findings = findings
        self._values = 0
        self._has_failed = False
        self._node_counts: dict[Location, int] = {}
        self._tables: dict[Path, dict[str, Place] | None] = {}
        self._below: dict[str, list[str]] | None = None
        self._kinds: dict[str, list[str]] = {}

    def nodes(self, node: LocatedMap) -> LocatedList:
        """Return the nodes that a node's layout makes, nested and not numbered.

        Args:
            node: A node with ``layout``.
        """
        source = node["layout"]
        result = LocatedList(node.file, node.value_marks["layout"])
        if not isinstance(source, LocatedMap):
            message = f'"layout" is {quote_value(source)}'
            remedy = "write a mapping of parentEntityId, templates and an arrangement"
            self._report(at(node, "layout"), WRONG_TYPE, message, remedy)
            return result
        layout = validate(Layout, source, source, at(source), self._findings)
        if layout is None or not self._names_are_known(layout, source):
            return result
        matches = list(self._matches(layout, source["templates"]))
        self._node_counts[at(source)] = self._node_counts.get(at(source), 0) + len(matches)
        if self._are_too_many(matches, at(source)):
            return result
        for match, place in zip(matches, self._places(layout, source, matches), strict=True):
            if place is not None:
                result.append(self._node(match, place))
                result.value_marks.append(match.template.mark)
        return result

    def empty_layouts(self) -> Iterator[Finding]:
        """Yield a warning for each layout that makes no node."""
        for place, count in self._node_counts.items():
            if count == 0:
                message = "no entity below parentEntityId has a component of these types"
                remedy = "correct parentEntityId or templates"
                yield EMPTY_LAYOUT.finding(place, message, remedy)

    def _report(self, place: Location, rule: Rule, message: str, remedy: str) -> None:
        self._has_failed = True
        self._findings.append(rule.finding(place, message, remedy))

    def _names_are_known(self, layout: Layout, source: LocatedMap) -> bool:
        declarations, parent = self._declarations, layout.parent_entity_id
        self._has_failed = False
        entities = declarations.declared("entities") | {ROOT}
        if parent not in entities and parent not in declarations.lost:
            message = f'parent entity "{parent}" is not defined'
            remedy = did_you_mean(parent, entities)
            self._report(at(source, "parentEntityId"), unknown_parent, message, remedy)
        types = declarations.declared("component_types") | BUILTIN_TYPES.keys()
        for type_id in layout.templates:
            if type_id not in types and type_id not in declarations.lost:
                place = at(source["templates"], type_id, of_key=True)
                message = f'component type "{type_id}" is not defined'
                self._report(place, unknown_component_type, message, did_you_mean(type_id, types))
            for place, variable in _variables(source["templates"][type_id]):
                if variable not in _VARIABLES:
                    message = f'"${{entity.{variable}}}" is not known'
                    remedy = did_you_mean(variable, _VARIABLES)
                    self._report(place, UNKNOWN_VARIABLE, message, remedy)
        return not self._has_failed

    def _matches(self, layout: Layout, templates: LocatedMap) -> Iterator[_Match]:
        for entity_id in self._children(layout.parent_entity_id):
            entity = self._declarations.entities[entity_id]
            for type_id in templates:
                name = next(
                    (
                        name
                        for name, component in entity.components.items()
                        if type_id in self._with_ancestors(component.component_type_id)
                    ),
                    None,
                )
                if name is not None:
                    yield _Match(entity_id, entity.entity_name, name, templates[type_id])
                    break

    def _children(self, parent: str) -> list[str]:
        if self._below is None:
            self._below = defaultdict(list)
            for entity_id, entity in self._declarations.entities.items():
                self._below[entity.parent_entity_id].append(entity_id)
        return self._below.get(parent, [])

    def _with_ancestors(self, type_id: str) -> list[str]:
        if type_id not in self._kinds:
            kinds = [type_id]
            for kind in kinds:
                own = self._declarations.component_types.get(kind)
                kinds += [base for base in (own.extends_from if own else ()) if base not in kinds]
            self._kinds[type_id] = kinds
        return self._kinds[type_id]

    def _are_too_many(self, matches: Sequence[_Match], place: Location) -> bool:
        if self._values > MAX_VALUES:
            return True  # reported
        count = sum(_NODE_VALUES + match.template.size for match in matches)
        self._values += count
        if self._values <= MAX_VALUES:
            self._declarations.budget.spend_values(count)
            return False
        message = f"the layouts of this scene make more than {MAX_VALUES:,} values"
        self._report(place, INVALID_LAYOUT, message, "place fewer entities, or make templates smaller")
        return True

    def _places(
        self, layout: Layout, source: LocatedMap, matches: Sequence[_Match]
    ) -> Iterator[Place | None]:
        arrangement = layout.grid or layout.line or layout.circle
        if arrangement is not None:
            yield from arrangement.places(len(matches))
            return
        file = source.file.parent / str(layout.csv)
        if file not in self._tables:
            label = f"CSV file {quote_value(layout.csv)}"
            self._tables[file] = self._table(file, label, at(source, "csv"), layout)
        table = self._tables[file]
        for match in matches:
            if table is not None and match.entity_id not in table:
                message = f'entity "{match.entity_id}" has no row in {quote_value(layout.csv)}'
                self._report(at(source, "csv"), INVALID_LAYOUT, message, "add the row")
            yield (table or {}).get(match.entity_id)

    def _table(
        self, file: Path, label: str, place: Location, csv_format: CsvFormat
    ) -> dict[str, Place] | None:
        """Return the places in a CSV by entity; None when it cannot be read."""
        if (refusal := file_refusal(file, self._declarations.folder, label, place)) is not None:
            self._has_failed = True
            self._findings.append(refusal)
            return None
        if not os.path.isfile(file):  # noqa: PTH113 (Path.is_file raises where a name is too long)
            self._report(place, MISSING_FILE, f"{label} does not exist", "create it, or correct its name")
            return None
        places: dict[str, Place] = {}
        declared = self._declarations.declared("entities")
        before, self._has_failed = len(self._findings), False
        self._declarations.budget.spend_file(file)
        table = read_table(
            file, self._findings.append, csv_format=csv_format, columns=(*_REQUIRED, *_OPTIONAL)
        )
        missing = [name for name in _REQUIRED if table is not None and name not in table.columns]
        if missing:
            message = f"the CSV file lacks the column {', '.join(missing)}"
            self._report(Location(file, 1, 1), INVALID_CSV, message, "add it to the header")
            return None
        for row in (row.cells for row in (table.rows if table is not None else ())):
            entity_id = row["entityId"]
            where = entity_id.location
            if entity_id not in declared and entity_id not in self._declarations.lost:
                message = f"entity {quote_value(entity_id)} is not defined"
                self._report(where, INVALID_LAYOUT, message, did_you_mean(entity_id, declared))
            if entity_id in places:
                message = f"entity {quote_value(entity_id)} has a row already"
                self._report(where, INVALID_LAYOUT, message, "keep one of them")
            position = self._vector(row, ("x", "y", "z"), 0.0)
            rotation = self._vector(row, ("rotationX", "rotationY", "rotationZ"), 0.0)
            scale = self._vector(row, ("scaleX", "scaleY", "scaleZ"), 1.0)
            places[entity_id] = Place(position or _ORIGIN, rotation, scale)
        return None if self._has_failed or len(self._findings) > before else places

    def _vector(self, row: dict[str, Cell], columns: Sequence[str], default: float) -> Vector | None:
        """Return three cells as numbers; None where all of them are empty."""
        if not any(row.get(column) for column in columns):
            return None
        numbers = []
        for column in columns:
            cell = row.get(column)
            literal = number_literal(str(cell), cell.decimal) if cell else None
            number = float(literal) if literal is not None else default
            if cell and (literal is None or not math.isfinite(number)):
                message = f"{column} is {quote_value(str(cell))}, not a number"
                self._report(cell.location, INVALID_CSV, message, number_remedy(str(cell), cell.decimal).text)
                number = default
            numbers.append(number)
        x, y, z = numbers
        return (x, y, z)

    def _node(self, match: _Match, place: Place) -> LocatedMap:
        """Return a copy of a template for an entity, with its transform."""
        node: LocatedMap = _fill(match.template, match)
        if "name" not in node:
            node["name"] = match.entity_name
        written = node.get("transform")
        if written is not None and not isinstance(written, LocatedMap):
            return node  # reported when the node is numbered
        transform = LocatedMap(node.file, node.mark)
        if isinstance(written, LocatedMap):
            transform.update(written)
            transform.key_marks, transform.value_marks = written.key_marks, written.value_marks
        offset = transform.get("position", [0, 0, 0])
        if not _is_vector(offset):
            where = at(transform, "position")
            self._report(where, WRONG_TYPE, f'"position" is {quote_value(offset)}', "write three numbers")
            offset = [0, 0, 0]
        transform["position"] = _rounded(
            [number + shift for number, shift in zip(place.position, offset, strict=True)]
        )
        for key, value in (("rotation", place.rotation), ("scale", place.scale)):
            if value is not None:
                transform[key] = _rounded(value)
        node["transform"] = transform
        node.value_marks.setdefault("transform", node.mark)
        return node


def _is_vector(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and all(isinstance(number, int | float) and not isinstance(number, bool) for number in value)
    )


def _rounded(numbers: Sequence[float]) -> list[float]:
    """Return numbers rounded to six digits, so that all machines agree; whole numbers as integers."""
    rounded = [round(number, 6) for number in numbers]
    return [int(number) if number == int(number) else number for number in rounded]


def _variables(template: Any) -> Iterator[tuple[Location, str]]:
    """Yield the variables of a template with their places, without those of a layout inside of it."""
    keys: Sequence[Any] = ()
    if isinstance(template, LocatedMap):
        keys = [key for key in template if key != "templates"]
    elif isinstance(template, LocatedList):
        keys = range(len(template))
    for key in keys:
        value = template[key]
        if isinstance(value, str):
            for variable in _VARIABLE.findall(value):
                yield at(template, key), variable
        else:
            yield from _variables(value)


def _fill(value: Any, match: _Match) -> Any:
    """Return a copy for an entity: variables filled in, and the ids that bindings omit.

    Templates of a layout inside of the template are for other entities: they are copied unchanged.
    """
    if isinstance(value, LocatedMap):
        copy = LocatedMap(value.file, value.mark)
        copy.size, copy.key_marks, copy.value_marks = value.size, value.key_marks, dict(value.value_marks)
        copy.update(
            {key: member if key == "templates" else _fill(member, match) for key, member in value.items()}
        )
        context = copy.get("dataBindingContext")
        if isinstance(context, LocatedMap):
            is_own = context.setdefault("entityId", match.entity_id) == match.entity_id
            if is_own and "propertyName" in context:
                context.setdefault("componentName", match.component_name)
        return copy
    if isinstance(value, LocatedList):
        items = LocatedList(value.file, value.mark)
        items.value_marks = value.value_marks
        items.extend(_fill(member, match) for member in value)
        return items
    if isinstance(value, str) and "${entity." in value:
        return _VARIABLE.sub(lambda variable: match.variables[variable[1]], value)
    return value
