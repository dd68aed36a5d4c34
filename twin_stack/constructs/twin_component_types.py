"""The component types that a definition declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk.aws_iottwinmaker import CfnComponentType
from constructs import Construct

from twin_stack.constructs.component_type import ComponentType, FunctionDefinition
from twin_stack.constructs.data_connector import DataConnector
from twin_stack.constructs.type_properties import property_definitions, property_groups
from twin_stack.twinmaker.names import SITEWISE_ASSET_MODEL_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import CfnResource

    from twin_stack.constructs.interfaces import IDataConnector, IWorkspace
    from twin_stack.definition import schema
    from twin_stack.definition.twin_definition import TwinDefinition


class TwinComponentTypes(Construct):
    """The component types of a definition, parents first.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        definition: A checked definition.
        native_types: The types that the service's own SiteWise connector reads, as they are deployed.
        asset_models: The SiteWise asset models of this twin by component type id.
        connectors: The data connectors by the name that functions use.
        workspace: The workspace.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: TwinDefinition,
        native_types: Mapping[str, schema.ComponentType],
        asset_models: Mapping[str, CfnResource],
        connectors: Mapping[str, IDataConnector],
        workspace: IWorkspace,
    ) -> None:
        super().__init__(scope, construct_id)
        self._connectors = connectors
        self._imported_functions: dict[str, IDataConnector] = {}
        self._types: dict[str, ComponentType] = {}
        for type_id, declared in definition.component_types.items():
            is_native = type_id in native_types
            asset_model = asset_models.get(type_id)
            resource = self._build_type(
                type_id,
                native_types.get(type_id, declared),
                asset_model=asset_model if is_native else None,
                workspace=workspace,
            )
            self._types[type_id] = resource
            if asset_model is not None and not is_native:
                resource.node.add_dependency(asset_model)

    @property
    def types(self) -> Mapping[str, ComponentType]:
        """The component types by id."""
        return self._types

    def _build_type(
        self,
        type_id: str,
        declared: schema.ComponentType,
        *,
        asset_model: CfnResource | None,
        workspace: IWorkspace,
    ) -> ComponentType:
        definitions = property_definitions(declared.property_definitions)
        if asset_model is not None:
            definitions[SITEWISE_ASSET_MODEL_ID] = CfnComponentType.PropertyDefinitionProperty(
                default_value=CfnComponentType.DataValueProperty(string_value=asset_model.ref)
            )
        return ComponentType(
            self,
            type_id,
            workspace=workspace,
            component_type_id=type_id,
            description=declared.description,
            extends_from=[self._types.get(parent, parent) for parent in declared.extends_from],
            is_singleton=declared.is_singleton,
            property_definitions=definitions,
            functions={name: self._function(function) for name, function in declared.functions.items()},
            property_groups=property_groups(declared.property_groups),
            composite_component_types={
                name: self._types.get(part.component_type_id, part.component_type_id)
                for name, part in declared.composite_component_types.items()
            },
            tags=declared.tags or None,
        )

    def _function(self, function: schema.Function) -> FunctionDefinition:
        implementation = function.implemented_by
        connector = None
        if function.connector is not None:
            connector = self._connectors[function.connector]
        elif implementation is not None and implementation.lambda_ is not None:
            connector = self._imported_function(implementation.lambda_.arn)
        return FunctionDefinition(
            connector=connector,
            is_native=implementation.is_native if implementation is not None and connector is None else None,
            required_properties=function.required_properties or (),
            scope=function.scope,
        )

    def _imported_function(self, arn: str) -> IDataConnector:
        """Return the connector of an existing function; the same connector for the same ARN."""
        if arn not in self._imported_functions:
            self._imported_functions[arn] = DataConnector.from_function_arn(self, arn, arn)
        return self._imported_functions[arn]
