"""A component type: the properties and functions that components of entities share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import jsii
from aws_cdk import Resource, Validations
from aws_cdk import aws_iottwinmaker as twinmaker
from aws_cdk.interfaces import aws_iottwinmaker as refs

from twin_stack.constructs.argument_checks import (
    check_argument_type,
    check_data_type,
    check_description,
    check_function_name,
    check_same_workspace,
    check_text,
)
from twin_stack.definition.schema import COMPONENT_TYPE_ID, NAME
from twin_stack.twinmaker.names import RESERVED_NAMESPACE
from twin_stack.twinmaker.quotas import MAX_PARENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

    from twin_stack.constructs.interfaces import IDataConnector, IWorkspace


ROLE_UNKNOWN_WARNING: Final = "twin-stack-workspaceRoleUnknown"


@dataclass(frozen=True, kw_only=True)
class FunctionDefinition:
    """A function of a component type, which reads or writes its externally stored properties.

    Args:
        connector: The data connector that implements the function. Default: none; the component type is
            then abstract, unless ``is_native`` is True.
        is_native: Whether the service itself implements the function. Default: not specified.
        required_properties: Names of properties that must have a value before the service calls the
            function. Default: none.
        scope: ENTITY or WORKSPACE. Default: the service's own default, ENTITY.
    """

    connector: IDataConnector | None = None
    is_native: bool | None = None
    required_properties: Sequence[str] = ()
    scope: Literal["ENTITY", "WORKSPACE"] | None = None


@jsii.implements(refs.IComponentTypeRef)
class ComponentType(Resource):
    """A component type of a workspace.

    It is created after the workspace, after the types that it extends or composes, and after its
    connectors. The workspace's role may invoke exactly those connectors before the type is created, because
    the service can call a schema initializer during the creation.

    Example:
        ```python
        sensor = ComponentType(
            self,
            "TemperatureSensor",
            workspace=workspace,
            component_type_id="com.example.TemperatureSensor",
            property_definitions={
                "temperature": CfnComponentType.PropertyDefinitionProperty(
                    data_type=CfnComponentType.DataTypeProperty(type="DOUBLE"),
                    is_time_series=True,
                    is_stored_externally=True,
                )
            },
            functions={"dataReader": FunctionDefinition(connector=telemetry)},
        )
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace: The workspace of the component type.
        component_type_id: The id in the service, up to 256 characters. It cannot be changed later;
            ``com.amazon.`` is reserved for AWS.
        description: Up to 512 characters. Default: none.
        extends_from: The types to inherit from, up to 10; types of AWS by id. Grafana finds alarms only
            if their type extends ``com.amazon.iottwinmaker.alarm.basic`` directly. Default: none.
        is_singleton: Whether an entity may have at most one component of this type. Default: not
            specified, which the service treats as False.
        property_definitions: The property definitions by name. A definition of an inherited property
            contains only what differs. Default: none.
        functions: The functions by the service's names: ``dataReader``, ``dataReaderByEntity``,
            ``dataReaderByComponentType``, ``attributePropertyValueReaderByEntity``, ``dataWriter``,
            ``schemaInitializer``. Default: none.
        property_groups: The property groups by name. Default: none.
        composite_component_types: The types of nested components by component name. Default: none.
        tags: The tags of the component type. Default: none.

    Raises:
        ValueError: An argument violates a rule of the service.
    """

    _workspace: IWorkspace

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        component_type_id: str,
        description: str | None = None,
        extends_from: Sequence[ComponentType | str] = (),
        is_singleton: bool | None = None,
        property_definitions: Mapping[str, twinmaker.CfnComponentType.PropertyDefinitionProperty] = {},
        functions: Mapping[str, FunctionDefinition] = {},
        property_groups: Mapping[str, twinmaker.CfnComponentType.PropertyGroupProperty] = {},
        composite_component_types: Mapping[str, ComponentType | str] = {},
        tags: Mapping[str, str] | None = None,
    ) -> None:
        _check(component_type_id, description, extends_from)
        for argument, names in {
            "property_definitions": property_definitions,
            "functions": functions,
            "property_groups": property_groups,
            "composite_component_types": composite_component_types,
        }.items():
            for name in names:
                check_text(NAME, f"a name in {argument}", name)

        for other in (*extends_from, *composite_component_types.values()):
            if isinstance(other, ComponentType):
                check_same_workspace(
                    workspace, other._workspace, f'component type "{other.component_type_id}"'
                )
        for name, function in functions.items():
            check_function_name(name)
            check_argument_type(f'functions["{name}"]', function, FunctionDefinition)
        for name, definition in property_definitions.items():
            check_data_type(name, definition)
        workspace.claim_id("component_type_id", component_type_id)

        super().__init__(scope, construct_id, physical_name=component_type_id)
        self._component_type_id = component_type_id
        resource = twinmaker.CfnComponentType(
            self,
            "Resource",
            workspace_id=workspace.workspace_id,
            component_type_id=component_type_id,
            description=description,
            extends_from=[_id_of(parent) for parent in extends_from] or None,
            is_singleton=is_singleton,
            property_definitions=property_definitions or None,
            functions={name: _function(f) for name, f in functions.items()} or None,
            property_groups=property_groups or None,
            composite_component_types={
                name: twinmaker.CfnComponentType.CompositeComponentTypeProperty(
                    component_type_id=_id_of(component_type)
                )
                for name, component_type in composite_component_types.items()
            }
            or None,
            tags=tags,
        )
        for other in (*extends_from, *composite_component_types.values()):
            if isinstance(other, ComponentType):
                resource.node.add_dependency(other)

        connectors = dict.fromkeys(f.connector for f in functions.values() if f.connector)
        for connector in connectors:
            permission = workspace.allow_connector(connector.function, consumer=self)
            if permission is not None:
                # Create the type only after the role may invoke its connectors.
                resource.node.add_dependency(permission)
        if connectors and workspace.role is None:
            self._warn_of_unknown_role(workspace)

        self._workspace = workspace
        self._component_type_arn = self._get_resource_arn_attribute(
            resource.attr_arn,
            service="iottwinmaker",
            resource="workspace",
            resource_name=f"{workspace.literal_workspace_id}/component-type/{component_type_id}",
        )

    @property
    def component_type_id(self) -> str:
        """The id in the service, as given."""
        return self._component_type_id

    @property
    def component_type_arn(self) -> str:
        """The ARN of the component type."""
        return self._component_type_arn

    @property
    def component_type_ref(self) -> refs.ComponentTypeReference:
        """The reference to the component type that generated constructs accept."""
        return refs.ComponentTypeReference(
            component_type_arn=self.component_type_arn,
            component_type_id=self.component_type_id,
            workspace_id=self._workspace.workspace_id,
        )

    def _warn_of_unknown_role(self, workspace: IWorkspace) -> None:
        Validations.of(self).add_warning(
            ROLE_UNKNOWN_WARNING,
            f'the role of workspace "{workspace.literal_workspace_id}" is not known, so it was granted no '
            f'permission for component type "{self.component_type_id}"; make sure that it may invoke the '
            "connectors, or import the workspace with from_workspace_attributes(role)",
        )


def _id_of(component_type: ComponentType | str) -> str:
    return component_type if isinstance(component_type, str) else component_type.component_type_id


def _function(definition: FunctionDefinition) -> twinmaker.CfnComponentType.FunctionProperty:
    implemented_by = None
    if definition.connector is not None or definition.is_native is not None:
        implemented_by = twinmaker.CfnComponentType.DataConnectorProperty(
            is_native=definition.is_native,
            lambda_=twinmaker.CfnComponentType.LambdaFunctionProperty(arn=definition.connector.function_arn)
            if definition.connector is not None
            else None,
        )
    return twinmaker.CfnComponentType.FunctionProperty(
        implemented_by=implemented_by,
        required_properties=list(definition.required_properties) or None,
        scope=definition.scope,
    )


def _check(
    component_type_id: str, description: str | None, extends_from: Sequence[ComponentType | str]
) -> None:
    check_text(COMPONENT_TYPE_ID, "component_type_id", component_type_id)
    if component_type_id.startswith(RESERVED_NAMESPACE):
        raise ValueError(
            f'component_type_id must not start with "{RESERVED_NAMESPACE}", which is reserved for AWS, '
            f'got "{component_type_id}"; rename it'
        )
    check_description(description)
    for parent in extends_from:
        if isinstance(parent, str):
            check_text(COMPONENT_TYPE_ID, "extends_from", parent)
    if len(extends_from) > MAX_PARENTS:
        raise ValueError(
            f"extends_from may name at most {MAX_PARENTS} types, got {len(extends_from)}; "
            "combine some of them in an intermediate type"
        )
