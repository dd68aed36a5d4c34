"""Rules of the regions of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.schema import Connector
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

    Finding:
        twin.yaml:4:31 TWIN160 the function of "office" is in us-east-1, but that of "plant" is in eu-west-1;
        deploy both in the region of the twin

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
    if definition.twin is None:
        return
    regions = function_regions(definition.twin.connectors)
    for name, region in regions.items():
        first = next(iter(regions))
        if region != regions[first]:
            yield functions_of_several_regions.finding(
                definition.where("twin", "", "connectors", name, "arn"),
                f'the function of "{name}" is in {region}, but that of "{first}" is in {regions[first]}',
                "deploy both in the region of the twin",
            )


def function_regions(connectors: Mapping[str, Connector]) -> dict[str, str]:
    """Return the regions of existing functions by the names of their connectors.

    Args:
        connectors: Connectors by name.
    """
    return {
        name: connector.arn.split(":")[3]
        for name, connector in connectors.items()
        if connector.kind == "lambda" and connector.arn is not None
    }
