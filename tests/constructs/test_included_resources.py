"""L1s that are created together."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

import jsii
import pytest
from aws_cdk import App, Aspects, CfnParameter, CfnResource, IAspect, Stack, Tags
from aws_cdk import aws_sns as sns
from aws_cdk.aws_iottwinmaker import CfnEntity
from constructs import Construct, IConstruct

from tests.support.templates import synthesize
from twin_stack.constructs.included_resources import IncludedResource, IncludedResources

if TYPE_CHECKING:
    from pathlib import Path

ENTITY = "AWS::IoTTwinMaker::Entity"


def entity(entity_id: str, *depends_on: str | Construct, **properties: Any) -> IncludedResource:
    return IncludedResource(
        ENTITY,
        {"WorkspaceId": "plant", "EntityId": entity_id, "EntityName": entity_id, **properties},
        depends_on,
    )


@jsii.implements(IAspect)
class Describing:
    """Sets the description of each entity."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, CfnEntity):
            node.description = f"described {node.entity_id}"


def test_resources_have_their_logical_ids_properties_and_dependencies() -> None:
    result = synthesize(
        lambda stack: IncludedResources(stack, "All", {"One": entity("one"), "Two": entity("two", "One")})
    )

    assert result.resources == {
        "One": {
            "Type": ENTITY,
            "Properties": {"EntityId": "one", "EntityName": "one", "WorkspaceId": "plant"},
        },
        "Two": {
            "Type": ENTITY,
            "Properties": {"EntityId": "two", "EntityName": "two", "WorkspaceId": "plant"},
            "DependsOn": ["One"],
        },
    }


def test_resource_depends_on_the_resources_of_a_construct_outside() -> None:
    def build(stack: Stack) -> None:
        outside = Construct(stack, "Outside")
        first, second = (CfnResource(outside, name, type="A::B::C") for name in ("First", "Second"))
        first.override_logical_id("FirstRenamed")
        IncludedResources(stack, "All", {"One": entity("one", outside), "Two": entity("two", "One", second)})
        second.override_logical_id("SecondRenamed")

    result = synthesize(build)

    assert set(result.resources) == {"FirstRenamed", "SecondRenamed", "One", "Two"}
    assert sorted(result.resources["One"]["DependsOn"]) == ["FirstRenamed", "SecondRenamed"]
    assert sorted(result.resources["Two"]["DependsOn"]) == ["One", "SecondRenamed"]


def test_resource_of_another_stack_orders_the_stacks() -> None:
    app = App()
    producer, consumer = Stack(app, "Producer"), Stack(app, "Consumer")
    topic = sns.Topic(producer, "Topic")
    IncludedResources(consumer, "All", {"One": entity("one", topic)})

    template = app.synth().get_stack_by_name("Consumer").template

    assert "DependsOn" not in template["Resources"]["One"]
    assert [stack.stack_name for stack in consumer.dependencies] == ["Producer"]


def test_tokens_are_resolved_and_values_kept() -> None:
    texts = {
        "quotes": "\"'`\\",
        "yaml": "yes: [no, {a: 1}] # & * ! | > % @ -",
        "lines": "a\nb\r\nc\td",
        "unicode": "\u0085\u2028\ufeffü\U0001f600",
        "date": "2025-06-15",
        "number": "0123",
        "Ref": "stays",
    }

    def build(stack: Stack) -> None:
        workspace = CfnParameter(stack, "Workspace").value_as_string
        properties = {"WorkspaceId": workspace, "Tags": texts}
        IncludedResources(stack, "All", {"One": entity("one", **properties)})

    properties = synthesize(build).resources["One"]["Properties"]

    assert properties["WorkspaceId"] == {"Ref": "Workspace"}
    assert properties["Tags"] == texts


def test_aspects_tags_and_dependencies_reach_each_resource() -> None:
    def build(stack: Stack) -> None:
        included = IncludedResources(stack, "All", {"One": entity("one"), "Two": entity("two")})
        before, after = (CfnResource(stack, name, type="A::B::C") for name in ("Before", "After"))
        Aspects.of(stack).add(Describing())
        Tags.of(stack).add("plant", "north")
        included.node.add_dependency(before)
        after.node.add_dependency(included.resource("Two"))

    result = synthesize(build)

    entities = result.all_of(ENTITY)
    assert [
        (item["Properties"]["Description"], item["Properties"]["Tags"], item["DependsOn"])
        for item in entities.values()
    ] == [(f"described {name}", {"plant": "north"}, ["Before"]) for name in ("one", "two")]
    assert result.resources["After"]["DependsOn"] == ["Two"]


def test_resource_is_the_l1_of_its_type() -> None:
    stack = Stack(App(), "Plant")
    resource = IncludedResources(stack, "All", {"One": entity("one", Description="d")}).resource("One")

    assert isinstance(resource, CfnEntity)
    assert resource.description == "d"
    assert stack.resolve(resource.attr_arn) == {"Fn::GetAtt": ["One", "Arn"]}


def test_property_that_the_type_does_not_have_is_kept() -> None:
    result = synthesize(lambda stack: IncludedResources(stack, "All", {"One": entity("one", Colour="red")}))

    assert result.properties(ENTITY)["Colour"] == "red"


def test_value_of_another_type_is_refused() -> None:
    with pytest.raises(RuntimeError, match=r"description: \[5\] should be a string"):
        synthesize(lambda stack: IncludedResources(stack, "All", {"One": entity("one", Description=[5])}))


@pytest.mark.parametrize("resource", [entity("one", "Missing"), entity("one", "One")])
def test_no_file_is_left_behind(
    resource: IncludedResource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "with spaces and ü"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    stack = Stack(App(), "Plant")

    IncludedResources(stack, "All", {"One": entity("one")})
    with pytest.raises(RuntimeError):
        IncludedResources(stack, "Broken", {"One": resource})

    assert list(folder.iterdir()) == []


def test_two_syntheses_write_equal_bytes() -> None:
    def build(stack: Stack) -> None:
        topic = sns.Topic(stack, "Topic")
        IncludedResources(stack, "All", {"One": entity("one", topic), "Two": entity("two", "One")})

    first, second = synthesize(build), synthesize(build)

    names = {path.name for path in first.directory.iterdir()}
    assert {"Test.template.json", "tree.json", "manifest.json"} <= names
    for name in names:
        assert (first.directory / name).read_bytes() == (second.directory / name).read_bytes(), name
