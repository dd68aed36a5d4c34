"""Data types of properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from pydantic import Field, model_validator

from twin_stack.definition.schema.names import ComponentTypeId, ShortText  # noqa: TC001
from twin_stack.definition.schema.shape import Shape
from twin_stack.twinmaker.data_types import MAX_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Mapping

DataValue = dict[str, Any]
"""A value in the service's own form: a mapping with one member, such as ``{"doubleValue": 1.5}``."""

PropertyType = Literal["RELATIONSHIP", "STRING", "LONG", "BOOLEAN", "INTEGER", "DOUBLE", "LIST", "MAP"]


class Relationship(Shape):
    """What a property of type RELATIONSHIP may refer to.

    Attributes:
        target_component_type_id: Component type that the target has.
        relationship_type: Name of the relationship, such as ``feeds``.
    """

    target_component_type_id: ComponentTypeId | None = None
    relationship_type: ShortText | None = None


class DataType(Shape):
    """The type of a property. ``dataType: DOUBLE`` is short for ``dataType: {type: DOUBLE}``.

    Attributes:
        type: One of RELATIONSHIP, STRING, LONG, BOOLEAN, INTEGER, DOUBLE, LIST, MAP.
        nested_type: Type of the members of a LIST or MAP.
        allowed_values: At most 50 values, bare or in the service's form.
        unit_of_measure: Unit, 1 to 256 characters.
        relationship: Target of a RELATIONSHIP.
    """

    short_form: ClassVar[Mapping[str, Any]] = {"enum": list(get_args(PropertyType))}

    type: PropertyType
    nested_type: DataType | None = None
    allowed_values: list[Any] | None = Field(default=None, max_length=MAX_MEMBERS)
    unit_of_measure: ShortText | None = None
    relationship: Relationship | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, data: Any) -> Any:
        return {"type": data} if isinstance(data, str) else data
