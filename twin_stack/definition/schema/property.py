"""Properties: how a component type defines them, and the values that components give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.schema.data_type import DataType
from twin_stack.definition.schema.names import (
    IN_ONE_LINE,
    ComponentTypeId,
    ConfigurationValue,
    DisplayName,
    Name,
)
from twin_stack.definition.schema.shape import Shape, Unique
from twin_stack.definition.schema.string_rule import StringRule
from twin_stack.twinmaker import patterns
from twin_stack.twinmaker.data_types import PROPERTY_MEMBERS
from twin_stack.twinmaker.quotas import MAX_FORMULA_LENGTH, MAX_GROUP_PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPRESSION = StringRule(VALUE_NOT_ALLOWED, "expression", 1, MAX_FORMULA_LENGTH, r".*", IN_ONE_LINE)
WINDOW = StringRule(
    VALUE_NOT_ALLOWED, "window", *patterns.METRIC_WINDOW, "minutes, hours, days or weeks such as 5m"
)


class Variable(Shape):
    """A property that an expression refers to by a variable.

    Attributes:
        component_type_id: Component type of the components of child entities whose property it is; None
            means a property of the same component.
        property_name: Name of the property.
    """

    component_type_id: ComponentTypeId | None = None
    property_name: Name


class PropertyDefinition(Shape):
    """A property of a component type. ``sensorModel: STRING`` is short for its data type alone.

    A property that overrides an inherited one may give only what differs.

    Attributes:
        data_type: Type, unit and allowed values.
        is_time_series: Values have a time.
        is_stored_externally: A connector returns its values. If absent, a time series of a type with a
            connector is stored externally.
        is_external_id: Its value identifies the device in another system.
        is_required_in_entity: An entity must give a value.
        default_value: Value where the entity gives none, bare or in the service's form.
        configuration: Settings for the connector; letters, digits, "-" and "_" only (CloudFormation).
        expression: Formula by which IoT SiteWise computes the values, where the twin manages the assets: for
            each value of the properties it uses, or over a window. Such a property is a time series of type
            DOUBLE unless stated otherwise.
        window: Time over which an expression is computed, such as ``5m``: 1 minute to 1 week.
        variables: Variables of the expression that differ from the property's name, or that refer to
            properties of child entities.
        display_name: At most 256 characters. CloudFormation has no such member: never deployed.
        is_inherited: Returned by the service: only the default value and configuration are deployed.
        is_imported: Returned by the service for a property that a schema initializer created: never deployed.
        is_final: Returned by the service: never deployed.
    """

    short_form: ClassVar[Mapping[str, Any]] = DataType.short_form

    data_type: DataType | None = None
    is_time_series: bool | None = None
    is_stored_externally: bool | None = None
    is_external_id: bool | None = None
    is_required_in_entity: bool | None = None
    default_value: Any = None
    configuration: dict[Name, ConfigurationValue] | None = None
    expression: Annotated[str, EXPRESSION] | None = None
    window: Annotated[str, WINDOW] | None = None
    variables: dict[Name, Variable] | None = None
    display_name: DisplayName | None = None
    is_inherited: bool = False
    is_imported: bool = False
    is_final: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, data: Any) -> Any:
        if isinstance(data, dict) and "expression" in data:
            return {"isTimeSeries": True, "dataType": "DOUBLE", **data}
        return {"dataType": data} if isinstance(data, str) else data

    @property
    def declared_variables(self) -> Mapping[str, Variable]:
        """Properties that the expression refers to by another name, by that name."""
        return self.variables or {}


class PropertyValue(Shape):
    """The value that a component gives a property.

    Attributes:
        value: Bare, or in the service's form; after loading always the latter, or None.
        definition: For a property that the component type does not have.
    """

    short_form: ClassVar[Mapping[str, Any]] = {
        "not": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"enum": sorted(PROPERTY_MEMBERS)},
        }
    }
    read_only_members: ClassVar[frozenset[str]] = PROPERTY_MEMBERS - {"value", "definition"}

    value: Any = None
    definition: PropertyDefinition | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_bare_value(cls, data: Any) -> Any:
        if isinstance(data, dict) and data and data.keys() <= PROPERTY_MEMBERS:
            return {key: data[key] for key in ("value", "definition") if key in data}
        return {"value": data}


class PropertyGroup(Shape):
    """Properties that are read together.

    Attributes:
        group_type: TABULAR.
        property_names: 1 to 256 properties.
        is_inherited: Returned by the service: such a group is never deployed.
    """

    group_type: Literal["TABULAR"]
    property_names: Annotated[list[Name], Field(min_length=1, max_length=MAX_GROUP_PROPERTIES), Unique]
    is_inherited: bool = False
