"""The ``layout`` of a scene's node: where the nodes of entities are placed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import Field, field_validator, model_validator

from twin_stack.definition.rules.templates import INVALID_LAYOUT
from twin_stack.definition.schema.csv_format import CsvFormat
from twin_stack.definition.schema.names import ComponentTypeId, ParentEntityId  # noqa: TC001
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.schema.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

Vector = tuple[float, float, float]
"""Metres (or the scene's unit) along X, Y and Z, radians around them, or factors."""

_Number = Annotated[float, Field(allow_inf_nan=False)]


class Place(NamedTuple):
    """Transform of a node, relative to the node with the layout.

    Attributes:
        position: In the scene's unit.
        rotation: Radians; None leaves it to the template.
        scale: Factors; None leaves it to the template.
    """

    position: Vector
    rotation: Vector | None = None
    scale: Vector | None = None


class Grid(Shape):
    """Rows along X, one behind the other along Z, beginning at the origin.

    Attributes:
        columns: Nodes in a row; by default the grid is as square as possible.
        spacing: Distance of columns and of rows, or both in one number.
    """

    columns: int | None = Field(default=None, ge=1)
    spacing: Annotated[list[_Number], Field(min_length=2, max_length=2)]

    @field_validator("spacing", mode="before", json_schema_input_type=float | list[float])
    @classmethod
    def _from_number(cls, data: Any) -> Any:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        return [data, data] if is_number else data

    def places(self, count: int) -> Iterator[Place]:
        """Yield a place for each node.

        Args:
            count: Number of nodes.
        """
        columns = self.columns or math.isqrt(max(count - 1, 0)) + 1
        across, along = self.spacing
        for index in range(count):
            yield Place((index % columns * across, 0.0, index // columns * along))


class Line(Shape):
    """A line that begins at the origin.

    Attributes:
        spacing: Distance from each node to the next, along X, Y and Z.
    """

    spacing: Annotated[list[_Number], Field(min_length=3, max_length=3)]

    def places(self, count: int) -> Iterator[Place]:
        """Yield a place for each node.

        Args:
            count: Number of nodes.
        """
        x, y, z = self.spacing
        for index in range(count):
            yield Place((index * x, index * y, index * z))


class Circle(Shape):
    """A circle around the origin, the first node on the Z axis, the next towards X.

    Attributes:
        radius: In the scene's unit.
        facing: Whether nodes turn with the circle, so that their front (+Z in glTF) faces outward.
    """

    radius: Annotated[_Number, Field(gt=0)]
    facing: bool = False

    def places(self, count: int) -> Iterator[Place]:
        """Yield a place for each node.

        Args:
            count: Number of nodes.
        """
        for index in range(count):
            turn = 2 * math.pi * index / count
            position = (self.radius * math.sin(turn), 0.0, self.radius * math.cos(turn))
            yield Place(position, (0.0, turn, 0.0) if self.facing else None)


class Layout(CsvFormat):
    """How the entities below a parent are placed: by one of ``grid``, ``line``, ``circle`` and ``csv``.

    Attributes:
        parent_entity_id: The entities below it are placed, in the order of the definition.
        grid: Rows and columns.
        line: Equal distances.
        circle: Around the origin.
        csv: A file with the columns ``entityId``, ``x``, ``y``, ``z`` and optionally ``rotationX`` to
            ``rotationZ`` and ``scaleX`` to ``scaleZ``. Other columns are ignored.
        templates: A node by component type; an entity with none of these types gets no node.
    """

    parent_entity_id: ParentEntityId
    grid: Grid | None = None
    line: Line | None = None
    circle: Circle | None = None
    csv: str | None = None
    templates: Annotated[dict[ComponentTypeId, dict[str, Any]], Field(min_length=1)]

    @model_validator(mode="after")
    def _check_single_arrangement(self) -> Layout:
        arrangements = [name for name in ("grid", "line", "circle", "csv") if getattr(self, name) is not None]
        if len(arrangements) == 1:
            return self
        problem = (
            f"{' and '.join(arrangements)} are both given"
            if arrangements
            else "the nodes have no arrangement"
        )
        raise refusal(INVALID_LAYOUT, "{problem}", problem=problem)
