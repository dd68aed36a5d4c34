"""A component type: the properties and functions that components of entities share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import jsii
from aws_cdk import Resource, Validations
from aws_cdk import aws_iottwinmaker as twinmaker
from aws_cdk.interfaces import aws_iottwinmaker as refs

from twin_stack.constructs import ids
from twin_stack.twinmaker.names import RESERVED_NAMESPACE
from twin_stack.twinmaker.quotas import MAX_PARENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

    from twin_stack.constructs.data_connector import IDataConnector
    from twin_stack.constructs.workspace_base import IWorkspace

ROLE_UNKNOWN_WARNING: Final = "twin-stack-workspaceRoleUnknown"


@dataclass(frozen=True, kw_only=True)
class FunctionDefinition:
    """A function of a component type: who answers for its externally stored properties.

    Args:
        connector: the data connector that implements the function. Default: none, which makes the
            type abstract (or, with `is_native`, leaves it to the service).
        is_native: the service implements the function itself. Default: not said.
        required_properties: names of properties that must have a value before the function may
            run. Default: none.
        scope: ENTITY or WORKSPACE. Default: the service's own, which is ENTITY.
    """

    connector: IDataConnector | None = None
    is_native: bool | None = None
    required_properties: Sequence[str] = ()
    scope: Literal["ENTITY", "WORKSPACE"] | None = None


@jsii.implements(refs.IComponentTypeRef)
class ComponentType(Resource):
    """A component type of a workspace.

    It is created after the workspace, after the types it extends or is composed of, and after its
    connectors, and the workspace's role is allowed to invoke exactly those connectors: the service
    may call a schema initializer while it creates the type.

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
        scope: parent construct.
        construct_id: id of this construct in its parent.
        workspace: the workspace the type belongs to.
        component_type_id: the id in the service, up to 256 characters. It cannot be changed later,
            and `com.amazon.` is the service's own.
        description: up to 512 characters. Default: none.
        extends_from: types to inherit from, up to 10; those of the service by their id. Grafana
            finds alarms only of types that extend `com.amazon.iottwinmaker.alarm.basic` directly.
            Default: none.
        is_singleton: an entity may have one component of this type at most. Default: not said,
            which the service takes for False.
        property_definitions: by property name. An inherited one may give just what differs.
            Default: none.
        functions: by the service's names: `dataReader`, `dataReaderByEntity`,
            `dataReaderByComponentType`, `attributePropertyValueReaderByEntity`, `dataWriter`,
            `schemaInitializer`. Default: none.
        property_groups: by group name. Default: none.
        composite_component_types: types of nested components, by name. Default: none.
        tags: of the type. Default: none.

    Raises:
        ValueError: an argument breaks a rule of the service.
    """

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
                ids.NAME.check(f"a name in {argument}", name)

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

        connectors = {f.connector.node.path: f.connector for f in functions.values() if f.connector}
        for connector in connectors.values():
            workspace.allow_connector(connector.function)
        if connectors:
            self._await_role(workspace, resource)

        self._workspace_id = workspace.workspace_id
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
        """The type's ARN."""
        return self._component_type_arn

    @property
    def component_type_ref(self) -> refs.ComponentTypeReference:
        """The reference that generated constructs take."""
        return refs.ComponentTypeReference(
            component_type_arn=self.component_type_arn,
            component_type_id=self.component_type_id,
            workspace_id=self._workspace_id,
        )

    def _await_role(self, workspace: IWorkspace, resource: twinmaker.CfnComponentType) -> None:
        """Create the type after the role may invoke its connectors."""
        if workspace.role is not None:
            resource.node.add_dependency(workspace.role)
            return
        Validations.of(self).add_warning(
            ROLE_UNKNOWN_WARNING,
            f'the role of workspace "{workspace.literal_workspace_id}" is not known here, so nothing was '
            f'granted to it for component type "{self.component_type_id}"; make sure that it may '
            "invoke the connectors, or import the workspace with from_workspace_attributes(role)",
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
    ids.COMPONENT_TYPE_ID.check("component_type_id", component_type_id)
    if component_type_id.startswith(RESERVED_NAMESPACE):
        raise ValueError(
            f'component_type_id must not start with "{RESERVED_NAMESPACE}", which is the service\'s own, '
            f'got "{component_type_id}"; rename it'
        )
    ids.check_description(description)
    for parent in extends_from:
        if isinstance(parent, str):
            ids.COMPONENT_TYPE_ID.check("extends_from", parent)
    if len(extends_from) > MAX_PARENTS:
        raise ValueError(
            f"extends_from may name {MAX_PARENTS} types, got {len(extends_from)}; "
            "put some of them into a type in between"
        )
