"""Component types."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from twin_stack.definition.schema.alarm import Alarm  # noqa: TC001
from twin_stack.definition.schema.function import Function  # noqa: TC001
from twin_stack.definition.schema.names import ComponentTypeId, Description, DisplayName, Name  # noqa: TC001
from twin_stack.definition.schema.property import PropertyDefinition, PropertyGroup  # noqa: TC001
from twin_stack.definition.schema.shape import READ_ONLY_MEMBERS, ResponseShape, Shape, Unique
from twin_stack.definition.schema.tags import Tags  # noqa: TC001
from twin_stack.twinmaker.quotas import MAX_PARENTS, MAX_TAGS


class CompositeComponentType(Shape):
    """A component type inside of another.

    Attributes:
        component_type_id: Id of the inner type.
        is_inherited: Returned by the service: such a part is never deployed.
    """

    component_type_id: ComponentTypeId
    is_inherited: bool = False


class ComponentType(ResponseShape):
    """A component type.

    Attributes:
        component_type_id: Its id.
        component_type_name: At most 256 characters. CloudFormation has no such member: never deployed.
        description: At most 512 characters (CloudFormation).
        extends_from: At most 10 parents (TwinMaker guide), each once.
        is_singleton: An entity has at most one component of the type.
        property_definitions: By name.
        functions: By the service's name for them (``dataReader``, ...).
        property_groups: By name.
        composite_component_types: By name.
        alarms: By a name of your own. They are none of the service: a function of the stack evaluates them.
        tags: At most 50.
    """

    read_only_members: ClassVar[frozenset[str]] = READ_ONLY_MEMBERS | {
        "isAbstract",
        "isSchemaInitialized",
        "componentTypeExternalId",
    }

    component_type_id: ComponentTypeId
    component_type_name: DisplayName | None = None
    description: Description | None = None
    extends_from: Annotated[list[ComponentTypeId], Field(max_length=MAX_PARENTS), Unique] = Field(default=[])
    is_singleton: bool | None = None
    property_definitions: dict[Name, PropertyDefinition] = Field(default={})
    functions: dict[Name, Function] = Field(default={})
    property_groups: dict[Name, PropertyGroup] = Field(default={})
    composite_component_types: dict[Name, CompositeComponentType] = Field(default={})
    alarms: dict[Name, Alarm] = Field(default={})
    tags: Tags = Field(default={}, max_length=MAX_TAGS)

    @property
    def needs(self) -> list[str]:
        """Ids of the types that have to exist before this one: its parents and its parts."""
        parts = [part.component_type_id for part in self.composite_component_types.values()]
        return [*self.extends_from, *parts]
