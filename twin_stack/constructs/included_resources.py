"""Hundreds of L1s by a handful of calls into jsii.

Each construct that Python creates takes a call into the jsii runtime, 1 ms with typed properties.
``CfnInclude`` creates every resource of a template file within one call, as the L1 of its type: Aspects visit
it, tags and dependencies reach it, ``get_resource`` returns it. Reading the file is slow, because the CDK
parses it as YAML. Therefore the file holds types and dependencies only, and properties are passed as
parameters, which also keeps them from being read as intrinsic functions.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aws_cdk.cloudformation_include import CfnInclude
from constructs import Construct, Dependable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import CfnResource

_PLACEHOLDER_TYPE: Final = "AWS::CloudFormation::WaitConditionHandle"
"""A type without properties."""


@dataclass(frozen=True, slots=True)
class IncludedResource:
    """A resource in CloudFormation's spelling.

    Attributes:
        type: The type, such as ``AWS::IoTTwinMaker::Entity``.
        properties: The properties, which may contain tokens but no intrinsic functions as mappings.
        depends_on: The logical ids of other resources that are included together, and constructs.
        attributes: Other attributes of the resource, such as ``DeletionPolicy``.
    """

    type: str
    properties: Mapping[str, Any]
    depends_on: Sequence[str | Construct] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


class IncludedResources(Construct):
    """Resources that are created together.

    Example:
        ```python
        included = IncludedResources(
            self,
            "Entities",
            {"EntityA": IncludedResource("AWS::IoTTwinMaker::Entity", properties, [component_type])},
        )
        included.resource("EntityA").node.add_dependency(topic)
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        resources: The resources by logical id.
    """

    def __init__(
        self, scope: Construct, construct_id: str, resources: Mapping[str, IncludedResource]
    ) -> None:
        super().__init__(scope, construct_id)
        placeholders: dict[Construct, str] = {}
        template: dict[str, dict[str, Any]] = {"Parameters": {}, "Resources": {}}
        parameters: dict[str, Any] = {}
        for number, (logical_id, resource) in enumerate(resources.items()):
            name = f"P{number}"
            template["Parameters"][name] = 0
            parameters[name] = resource.properties
            template["Resources"][logical_id] = {
                **resource.attributes,
                "Type": resource.type,
                "Properties": {"Ref": name},
                "DependsOn": [
                    item
                    if isinstance(item, str)
                    else placeholders.setdefault(item, f"Placeholder{len(placeholders)}")
                    for item in resource.depends_on
                ],
            }
        for name in placeholders.values():
            template["Resources"][name] = {"Type": _PLACEHOLDER_TYPE}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "resources.json")
            file.write_text(json.dumps(template), encoding="utf-8")
            self._include = CfnInclude(self, "Resources", template_file=str(file), parameters=parameters)
        included = self._include.node
        for construct, name in placeholders.items():
            # What depends on the placeholder now depends on the construct, which the file cannot name.
            Dependable.implement(self._include.get_resource(name), Dependable.of(construct))
            included.try_remove_child(name)

    def resource(self, logical_id: str) -> CfnResource:
        """Return a resource as the L1 of its type.

        Args:
            logical_id: The logical id of the resource.
        """
        return self._include.get_resource(logical_id)
