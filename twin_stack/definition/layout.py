"""``layout:`` of a scene: nodes stamped out for the entities below a parent.

Each entity gets the template of its component type, put on a grid, a line or a circle, or where a CSV says.
"""

from __future__ import annotations

import math
import os
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from twin_stack.definition.findings import Code, Finding, Severity, did_you_mean, shown
from twin_stack.definition.schema import ComponentTypeId, ParentEntityId, Shape
from twin_stack.definition.source import MAX_VALUES, LocatedList, LocatedMap, at
from twin_stack.definition.table import rows
from twin_stack.definition.validation import validate
from twin_stack.twinmaker.builtin_types import BUILTIN_TYPES
from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from twin_stack.definition.draft import Draft
    from twin_stack.definition.findings import Location
    from twin_stack.definition.source import Cell

Vector = tuple[float, float, float]
"""Metres (or the scene's unit) along X, Y and Z, radians around them, or factors."""

_Number = Annotated[float, Field(allow_inf_nan=False)]
_NODE_VALUES = 20  # of any node: name, transform and what it holds
_ORIGIN: Vector = (0.0, 0.0, 0.0)
_VARIABLE = re.compile(r"\$\{entity\.([^{}]*)\}")
_VARIABLES = ("entityId", "entityName", "componentName")


class Place(NamedTuple):
    """Where a node stands, relative to the node with the layout.

    Attributes:
        position: In the scene's unit.
        rotation: Radians; None leaves it to the template.
        scale: Factors; None leaves it to the template.
    """

    position: Vector
    rotation: Vector | None = None
    scale: Vector | None = None


class Grid(Shape):
    """Rows along X, one behind the other along Z, from the origin on.

    Attributes:
        spacing: Distance of columns and of rows, or both in one number.
        columns: Nodes in a row; by default the grid is as square as it gets.
    """

    spacing: Annotated[list[_Number], Field(min_length=2, max_length=2)]
    columns: int | None = Field(default=None, ge=1)

    @field_validator("spacing", mode="before")
    @classmethod
    def _from_number(cls, data: Any) -> Any:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        return [data, data] if is_number else data

    def places(self, count: int) -> Iterator[Place]:
        """Yield a place for each node.

        Args:
            count: How many there are.
        """
        columns = self.columns or math.isqrt(max(count - 1, 0)) + 1
        across, along = self.spacing
        for index in range(count):
            yield Place((index % columns * across, 0.0, index // columns * along))


class Line(Shape):
    """A line from the origin on.

    Attributes:
        spacing: From each node to the next, along X, Y and Z.
    """

    spacing: Annotated[list[_Number], Field(min_length=3, max_length=3)]

    def places(self, count: int) -> Iterator[Place]:
        """Yield a place for each node.

        Args:
            count: How many there are.
        """
        x, y, z = self.spacing
        for index in range(count):
            yield Place((index * x, index * y, index * z))


class Circle(Shape):
    """A circle around the origin, the first node on the Z axis, the next towards X.

    Attributes:
        radius: In the scene's unit.
        facing: Whether nodes turn with the circle, so that their front (+Z, as glTF has it) looks outward.
    """

    radius: Annotated[_Number, Field(gt=0)]
    facing: bool = False

    def places(self, count: int) -> Iterator[Place]:
        """Yield a place for each node.

        Args:
            count: How many there are.
        """
        for index in range(count):
            turn = 2 * math.pi * index / count
            position = (self.radius * math.sin(turn), 0.0, self.radius * math.cos(turn))
            yield Place(position, (0.0, turn, 0.0) if self.facing else None)


class Layout(Shape):
    """How the entities below a parent are laid out: by one of ``grid``, ``line``, ``circle`` and ``csv``.

    Attributes:
        parent_entity_id: The entities below it are laid out, in the order of the definition.
        grid: Rows and columns.
        line: One after the other.
        circle: Around the origin.
        csv: A file with the columns ``entityId``, ``x``, ``y``, ``z`` and, at will, ``rotationX`` to
            ``rotationZ`` and ``scaleX`` to ``scaleZ``. Others are passed over.
        templates: A node by component type; an entity with none of these types is not laid out.
    """

    parent_entity_id: ParentEntityId
    grid: Grid | None = None
    line: Line | None = None
    circle: Circle | None = None
    csv: str | None = None
    templates: Annotated[dict[ComponentTypeId, dict[str, Any]], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_arrangement(self) -> Layout:
        given = [name for name in ("grid", "line", "circle", "csv") if getattr(self, name) is not None]
        if len(given) == 1:
            return self
        what = f"{' and '.join(given)} are both given" if given else "nothing says where nodes stand"
        raise PydanticCustomError(Code.BAD_LAYOUT.name, "{what}", {"what": what})


class _Match(NamedTuple):
    """An entity with a template."""

    entity_id: str
    entity_name: str
    component_name: str
    template: LocatedMap

    @property
    def words(self) -> dict[str, str]:
        return dict(zip(_VARIABLES, (self.entity_id, self.entity_name, self.component_name), strict=True))


class Layouts:
    """Lays out the entities of a definition in one scene.

    Args:
        draft: Entities and component types, read; it takes every mistake.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._values = 0
        self._has_failed = False
        self._stamped: dict[Location, int] = {}
        self._tables: dict[Path, dict[str, Place] | None] = {}
        self._below: dict[str, list[str]] | None = None
        self._kinds: dict[str, list[str]] = {}

    def nodes(self, node: LocatedMap) -> LocatedList:
        """Return the nodes that a node's layout stamps out, nested and not numbered.

        Args:
            node: A node with ``layout``.
        """
        source = node["layout"]
        result = LocatedList(node.file, node.value_marks["layout"])
        if not isinstance(source, LocatedMap):
            message = f'"layout" is {shown(source)}'
            remedy = "write a mapping of parentEntityId, templates and an arrangement"
            self._report(at(node, "layout"), Code.WRONG_TYPE, message, remedy)
            return result
        layout = validate(Layout, source, source, at(source), self._draft.findings)
        if layout is None or not self._names_are_known(layout, source):
            return result
        matches = list(self._matches(layout, source["templates"]))
        self._stamped[at(source)] = self._stamped.get(at(source), 0) + len(matches)
        if self._are_too_many(matches, at(source)):
            return result
        for match, place in zip(matches, self._places(layout, source, matches), strict=True):
            if place is not None:
                result.append(self._node(match, place))
                result.value_marks.append(match.template.mark)
        return result

    def empty(self) -> Iterator[Finding]:
        """Yield a warning for each layout that stamped out nothing."""
        for place, count in self._stamped.items():
            if count == 0:
                message = "no entity below parentEntityId has a component of these types"
                remedy = "correct parentEntityId or templates"
                yield Finding(place, Code.EMPTY_LAYOUT, message, remedy, Severity.WARNING)

    def _report(self, place: Location, code: Code, message: str, remedy: str) -> None:
        self._has_failed = True
        self._draft.findings.append(Finding(place, code, message, remedy))

    def _names_are_known(self, layout: Layout, source: LocatedMap) -> bool:
        draft, parent = self._draft, layout.parent_entity_id
        self._has_failed = False
        entities = draft.declared("entities") | {ROOT}
        if parent not in entities and not draft.is_lost(parent):
            message = f'parent entity "{parent}" is not defined'
            remedy = did_you_mean(parent, entities)
            self._report(at(source, "parentEntityId"), Code.UNKNOWN_PARENT, message, remedy)
        types = draft.declared("component_types") | BUILTIN_TYPES.keys()
        for type_id in layout.templates:
            if type_id not in types and not draft.is_lost(type_id):
                place = at(source["templates"], type_id, of_key=True)
                message = f'component type "{type_id}" is not defined'
                self._report(place, Code.UNKNOWN_COMPONENT_TYPE, message, did_you_mean(type_id, types))
            for place, variable in _variables(source["templates"][type_id]):
                if variable not in _VARIABLES:
                    message = f'"${{entity.{variable}}}" is not known'
                    remedy = did_you_mean(variable, _VARIABLES)
                    self._report(place, Code.UNKNOWN_VARIABLE, message, remedy)
        return not self._has_failed

    def _matches(self, layout: Layout, templates: LocatedMap) -> Iterator[_Match]:
        for entity_id in self._children(layout.parent_entity_id):
            entity = self._draft.entities[entity_id]
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
            for entity_id, entity in self._draft.entities.items():
                self._below[entity.parent_entity_id].append(entity_id)
        return self._below.get(parent, [])

    def _with_ancestors(self, type_id: str) -> list[str]:
        if type_id not in self._kinds:
            kinds = [type_id]
            for kind in kinds:
                known = self._draft.component_types.get(kind)
                kinds += [base for base in (known.extends_from if known else ()) if base not in kinds]
            self._kinds[type_id] = kinds
        return self._kinds[type_id]

    def _are_too_many(self, matches: Sequence[_Match], place: Location) -> bool:
        if self._values > MAX_VALUES:
            return True  # reported
        self._values += sum(_NODE_VALUES + match.template.size for match in matches)
        if self._values <= MAX_VALUES:
            return False
        message = f"the layouts of this scene make more than {MAX_VALUES:,} values"
        self._report(place, Code.BAD_LAYOUT, message, "lay out fewer entities, or make templates smaller")
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
            self._tables[file] = self._table(file, at(source, "csv"))
        table = self._tables[file]
        for match in matches:
            if table is not None and match.entity_id not in table:
                message = f'entity "{match.entity_id}" has no row in {shown(layout.csv)}'
                self._report(at(source, "csv"), Code.BAD_LAYOUT, message, "add the row")
            yield (table or {}).get(match.entity_id)

    def _table(self, file: Path, place: Location) -> dict[str, Place] | None:
        """Return the places in a CSV by entity; None when it cannot be read."""
        if not os.path.isfile(file):  # noqa: PTH113 (Path.is_file raises where a name is too long)
            message = f"CSV file {shown(file.name)} does not exist"
            self._report(place, Code.MISSING_FILE, message, "create it, or correct its name")
            return None
        found: dict[str, Place] = {}
        known = self._draft.declared("entities")
        before, self._has_failed = len(self._draft.findings), False
        for row in rows(file, self._draft.findings.append):
            missing = [name for name in ("entityId", "x", "y", "z") if name not in row]
            if missing:
                where = next(iter(row.values())).location
                message = f"the CSV file lacks the column {', '.join(missing)}"
                self._report(where, Code.BAD_CSV, message, "add it to the header")
                return None
            entity_id = row["entityId"]
            where = entity_id.location
            if entity_id not in known and not self._draft.is_lost(entity_id):
                message = f"entity {shown(entity_id)} is not defined"
                self._report(where, Code.BAD_LAYOUT, message, did_you_mean(entity_id, known))
            if entity_id in found:
                message = f"entity {shown(entity_id)} has a row already"
                self._report(where, Code.BAD_LAYOUT, message, "keep one of them")
            position = self._vector(row, ("x", "y", "z"), 0.0)
            rotation = self._vector(row, ("rotationX", "rotationY", "rotationZ"), 0.0)
            scale = self._vector(row, ("scaleX", "scaleY", "scaleZ"), 1.0)
            found[entity_id] = Place(position or _ORIGIN, rotation, scale)
        return None if self._has_failed or len(self._draft.findings) > before else found

    def _vector(self, row: dict[str, Cell], columns: Sequence[str], default: float) -> Vector | None:
        """Return three cells as numbers; None where the file has none of the columns."""
        if not any(row.get(column) for column in columns):
            return None
        numbers = []
        for column in columns:
            cell = row.get(column)
            try:
                number = float(cell) if cell else default
            except ValueError:
                number = math.nan
            if cell and not math.isfinite(number):
                message = f"{column} is {shown(str(cell))}, not a number"
                self._report(cell.location, Code.BAD_CSV, message, "write a number such as 1.5")
                number = default
            numbers.append(number)
        x, y, z = numbers
        return (x, y, z)

    def _node(self, match: _Match, place: Place) -> LocatedMap:
        """Return a template's copy for an entity, put in its place."""
        node: LocatedMap = _stamped(match.template, match)
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
            self._report(where, Code.WRONG_TYPE, f'"position" is {shown(offset)}', "write three numbers")
            return node
        transform["position"] = _written(
            [one + other for one, other in zip(place.position, offset, strict=True)]
        )
        for key, value in (("rotation", place.rotation), ("scale", place.scale)):
            if value is not None:
                transform[key] = _written(value)
        node["transform"] = transform
        node.value_marks.setdefault("transform", node.mark)
        return node


def _is_vector(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
    )


def _written(numbers: Sequence[float]) -> list[float]:
    """Return numbers without the last digits, in which machines may differ; whole ones as integers."""
    rounded = [round(number, 6) for number in numbers]
    return [int(number) if number == int(number) else number for number in rounded]


def _variables(template: Any) -> Iterator[tuple[Location, str]]:
    """Yield the variables of a template with their places; a layout inside has its own."""
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


def _stamped(value: Any, match: _Match) -> Any:
    """Return a copy with the entity put in: variables, and what bindings leave out.

    A layout inside of the template has templates for other entities: they stay as they are.
    """
    if isinstance(value, LocatedMap):
        copy = LocatedMap(value.file, value.mark)
        copy.size, copy.key_marks, copy.value_marks = value.size, value.key_marks, dict(value.value_marks)
        copy.update({key: one if key == "templates" else _stamped(one, match) for key, one in value.items()})
        context = copy.get("dataBindingContext")
        if isinstance(context, LocatedMap):
            is_own = context.setdefault("entityId", match.entity_id) == match.entity_id
            if is_own and "propertyName" in context:
                context.setdefault("componentName", match.component_name)
        return copy
    if isinstance(value, LocatedList):
        items = LocatedList(value.file, value.mark)
        items.value_marks = value.value_marks
        items.extend(_stamped(one, match) for one in value)
        return items
    if isinstance(value, str) and "${entity." in value:
        return _VARIABLE.sub(lambda found: match.words[found[1]], value)
    return value
