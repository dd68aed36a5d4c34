"""Rules of the regions of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from twin_stack.definition.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.schema import ComponentType, Connector
    from twin_stack.definition.unchecked import UncheckedDefinition


@rule("TWIN160", "functions-of-several-regions")
def functions_of_several_regions(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the functions of connectors are in one region, which is the twin's.

    That AWS IoT TwinMaker calls functions of another region than the workspace's is not documented. The
    `region` of a stage, in the app's settings, is compared as well.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors:
              plant: {kind: lambda, arn: arn:aws:lambda:eu-west-1:111122223333:function:plant}
              office: {kind: lambda, arn: arn:aws:lambda:us-east-1:111122223333:function:office}
        component_types/t.yaml:
            com.example.Sensor: {functions: {dataReader: plant}}
            com.example.Room: {functions: {dataReader: office}}

    Finding:
        twin.yaml:4:31 TWIN160 the function of connector "office" is in us-east-1, but that of connector
        "plant" is in eu-west-1; deploy both in the region of the twin

    Fix:
        Deploy the function in the region of the twin.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors:
              plant: {kind: lambda, arn: arn:aws:lambda:eu-west-1:111122223333:function:plant}
              office: {kind: lambda, arn: arn:aws:lambda:eu-west-1:111122223333:function:office}

    Args:
        definition: The definition.
    """
    connectors = definition.twin.connectors if definition.twin is not None else {}
    functions = existing_functions(connectors, definition.component_types)
    first = next(functions, None)
    for function in functions:
        if first is not None and function.region != first.region:
            yield functions_of_several_regions.finding(
                definition.where(*function.path),
                f"the function of {function.owner} is in {function.region}, but that of {first.owner} is in "
                f"{first.region}",
                "deploy both in the region of the twin",
            )


class ExistingFunction(NamedTuple):
    """An existing function that a definition names.

    Attributes:
        owner: What names it, for a message.
        region: Its region.
        path: Place of its ARN: kind and id of an item, and keys from there.
    """

    owner: str
    region: str
    path: tuple[str, ...]


def existing_functions(
    connectors: Mapping[str, Connector], component_types: Mapping[str, ComponentType]
) -> Iterator[ExistingFunction]:
    """Return the existing functions that connectors and component types name.

    Args:
        connectors: Connectors by name.
        component_types: Component types by id.
    """
    for name, connector in connectors.items():
        if connector.kind == "lambda" and connector.arn is not None:
            path = ("twin", "", "connectors", name, "arn")
            yield ExistingFunction(f'connector "{name}"', _region(connector.arn), path)
    for type_id, component_type in component_types.items():
        for name, function in component_type.functions.items():
            implementation = function.implemented_by
            if implementation is not None and implementation.lambda_ is not None:
                keys = ("functions", name, "implementedBy", "lambda", "arn")
                yield ExistingFunction(
                    f'"{name}" of "{type_id}"',
                    _region(implementation.lambda_.arn),
                    ("component_types", type_id, *keys),
                )


def _region(arn: str) -> str:
    return arn.split(":")[3]
