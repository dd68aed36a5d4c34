"""What a CDK user relies on, for every construct: Aspects, tags, dependencies."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsii
import pytest
from aws_cdk import App, Aspects, CfnResource, IAspect, Stack, Tags

from tests.constructs import examples
from tests.support.cfn_lint import resource_schema
from tests.support.models import write_small_building
from tests.support.templates import ROOT, cdk_context
from tests.templates.order import waits_for
from twin_stack import DigitalTwin, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from constructs import IConstruct

pytestmark = pytest.mark.slow

MARKER = "AWS::CloudFormation::WaitConditionHandle"
CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
TAGGED_BY_THEIR_FUNCTION = ("Custom::SiteWiseAssetModel", "Custom::SiteWiseAsset")


def _factory(stack: Stack) -> None:
    DigitalTwin(stack, "Twin", definition=load(ROOT / "models" / "factory"))


def _building(stack: Stack) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Files of the folder are copied before its end.
        DigitalTwin(stack, "Twin", definition=load(write_small_building(Path(folder, "model"))))


EXAMPLES: dict[str, Callable[[Stack], None]] = {
    **examples.ALONE,
    "Everything": examples.everything,
    "DigitalTwin": _factory,
    "DigitalTwinOfABuilding": _building,
}


@jsii.implements(IAspect)
class Visitor:
    """Marks what it visits, and remembers it."""

    def __init__(self) -> None:
        self.paths: set[str] = set()

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, CfnResource):
            self.paths.add(node.node.path)
            node.add_metadata("visited", True)


class Result:
    """A synthesized example, of which all constructs have a tag, an Aspect and dependencies."""

    def __init__(self, build: Callable[[Stack], None]) -> None:
        app = App(context=cdk_context(), builtin_cloud_formation_validation=False)
        stack = Stack(app, "Test")
        build(stack)
        ours = [item for item in stack.node.children if type(item).__module__.startswith("twin_stack.")]
        # Those that are imported have no resources.
        ours = [item for item in ours if _resources(item)]
        assert ours
        self.visitor = Visitor()
        Aspects.of(app).add(self.visitor)
        Tags.of(app).add("plant", "north")
        self.resources_of: dict[str, set[str]] = {}
        for construct in ours:
            before, after = (
                CfnResource(stack, f"{when}{construct.node.id}", type=MARKER) for when in ("Before", "After")
            )
            # Resources that the construct adds later count as well.
            self.resources_of[construct.node.id] = _logical_ids(stack, construct)
            construct.node.add_dependency(before)
            after.node.add_dependency(construct)
        template = app.synth().get_stack_by_name("Test").template
        self.resources: dict[str, dict[str, Any]] = template["Resources"]


def _logical_ids(stack: Stack, construct: IConstruct) -> set[str]:
    return set(stack.resolve([resource.logical_id for resource in _resources(construct)]))


def _resources(construct: IConstruct) -> list[CfnResource]:
    return [item for item in construct.node.find_all() if isinstance(item, CfnResource)]


@cache
def result_of(name: str) -> Result:
    return Result(EXAMPLES[name])


@pytest.mark.parametrize("name", EXAMPLES)
def test_aspect_visits_every_resource(name: str) -> None:
    result = result_of(name)

    unvisited = [
        logical_id
        for logical_id, resource in result.resources.items()
        if not resource.get("Metadata", {}).get("visited")
    ]
    assert unvisited == []
    assert len(result.visitor.paths) == len(result.resources)


@pytest.mark.parametrize("name", EXAMPLES)
def test_tag_reaches_every_resource_that_can_have_one(name: str) -> None:
    result = result_of(name)
    taggable = {
        logical_id: resource["Properties"]
        for logical_id, resource in result.resources.items()
        if resource["Type"] != MARKER and _takes_tags(resource["Type"])
    }

    untagged = [
        logical_id
        for logical_id, properties in taggable.items()
        if ("plant", "north") not in _tags(properties.get("Tags", {}))
    ]
    assert untagged == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_dependency_of_a_construct_is_one_of_each_of_its_resources(name: str) -> None:
    result = result_of(name)

    assert result.resources_of
    for construct_id, logical_ids in result.resources_of.items():
        without = [
            logical_id
            for logical_id in logical_ids
            if f"Before{construct_id}" not in _depends_on(result.resources[logical_id])
        ]
        assert without == [], construct_id


@pytest.mark.parametrize("name", EXAMPLES)
def test_dependency_on_a_construct_is_one_on_each_of_its_resources(name: str) -> None:
    result = result_of(name)

    assert result.resources_of
    for construct_id, logical_ids in result.resources_of.items():
        assert logical_ids <= {*_depends_on(result.resources[f"After{construct_id}"])}, construct_id


@pytest.mark.parametrize("name", EXAMPLES)
def test_dependencies_in_both_directions_make_no_cycle(name: str) -> None:
    template = {"Resources": result_of(name).resources}

    before = waits_for(template)
    assert [logical_id for logical_id, earlier in before.items() if logical_id in earlier] == []


def _takes_tags(type_name: str) -> bool:
    if type_name.startswith(CUSTOM):
        return type_name in TAGGED_BY_THEIR_FUNCTION
    return "Tags" in resource_schema(type_name)["properties"]


def _tags(value: Any) -> set[tuple[str, str]]:
    """Return tags in either form of CloudFormation."""
    if isinstance(value, dict):
        return set(value.items())
    return {(tag["Key"], tag["Value"]) for tag in value}


def _depends_on(resource: dict[str, Any]) -> list[str]:
    value = resource.get("DependsOn", [])
    return [value] if isinstance(value, str) else value
