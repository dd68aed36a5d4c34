"""The room in the quotas before and after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan.headroom import quota_changes
from twin_stack.twinmaker import quotas

if TYPE_CHECKING:
    from pathlib import Path

TYPES, ENTITIES, SCENES, TWIN = "component_types/t.yaml", "entities/e.yaml", "scenes/hall.yaml", "twin.yaml"
PART = "com.example.Part: {propertyDefinitions: {size: STRING}}\n"
ROOM = {TYPES: PART}
SITEWISE = {
    TWIN: "workspaceId: plant\nconnectors: {historian: {kind: sitewise, assets: managed}}",
    TYPES: """
com.example.Pump:
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: {connector: historian}}
""",
    ENTITIES: "pump: {entityName: Pump, components: {pump: {componentTypeId: com.example.Pump}}}\n",
}


@pytest.mark.parametrize(
    ("name", "before", "after", "expected"),
    [
        ("resources of the stack", {}, {ENTITIES: "hall: {entityName: Hall}"}, (500, 1)),
        ("entities of the workspace", {}, {ENTITIES: "hall: {entityName: Hall}"}, (50_000, 1)),
        ("levels of entities", {}, {ENTITIES: "hall: {entityName: Hall}"}, (30, 1)),
        ("component types of the workspace", {}, {TYPES: PART}, (1_000, 1)),
        ("scenes of the workspace", {}, {SCENES: "nodes: []"}, (100, 1)),
        ("properties of a component type", {}, {TYPES: PART}, (800, 1)),
        ("levels of component types", {}, {TYPES: PART}, (10, 1)),
        (
            "components of an entity",
            ROOM,
            {
                **ROOM,
                ENTITIES: "hall: {entityName: Hall, components: {one: {componentTypeId: com.example.Part}}}",
            },
            (30, 1),
        ),
        (
            "properties of a component with its own ones",
            ROOM,
            {
                **ROOM,
                ENTITIES: "hall: {entityName: Hall, components: {one: {componentTypeId: com.example.Part, "
                "properties: {own: {definition: {dataType: STRING}, value: x}}}}}",
            },
            (800, 2),
        ),
        (
            "parents of a component type",
            ROOM,
            {TYPES: f"{PART}com.example.Pump: {{extendsFrom: [com.example.Part]}}"},
            (10, 1),
        ),
        (
            "levels of parts of a component type",
            ROOM,
            {
                TYPES: f"{PART}com.example.Pump: {{compositeComponentTypes: {{part: "
                "{componentTypeId: com.example.Part}}}"
            },
            (5, 1),
        ),
        (
            "component types in the parts of a component type",
            ROOM,
            {
                TYPES: f"{PART}com.example.Pump: {{compositeComponentTypes: {{part: "
                "{componentTypeId: com.example.Part}}}"
            },
            (50, 1),
        ),
        ("properties of a SiteWise asset model", {}, SITEWISE, (500, 1)),
        ("assets of a SiteWise asset model", {}, SITEWISE, (10_000, 1)),
        (
            "child assets of a SiteWise asset",
            SITEWISE,
            {
                **SITEWISE,
                ENTITIES: SITEWISE[ENTITIES]
                + "below: {entityName: Below, parentEntityId: pump, components: {pump: {componentTypeId: "
                "com.example.Pump}}}",
            },
            (2_000, 1),
        ),
    ],
)
def test_number_grows_against_its_limit(
    name: str, before: dict[str, str], after: dict[str, str], expected: tuple[int, int], tmp_path: Path
) -> None:
    sides = [load(write(tmp_path / side, files)) for side, files in (("a", before), ("b", after))]
    numbers = {
        quota.name: (quota.limit, quota.after - quota.before) for quota in quota_changes(sides[0], sides[1])
    }
    if name == "properties of a component with its own ones":
        assert numbers[name] == expected
    elif name == "resources of the stack":
        assert numbers[name][0] == expected[0]
        assert numbers[name][1] >= expected[1]
    else:
        assert numbers[name] == expected


def test_raised_quota_of_entities_is_that_of_the_plan(tmp_path: Path) -> None:
    twin = "workspaceId: plant\nengine: bulk\nbulk: {maxEntities: 80000}\n"
    write(tmp_path, {TWIN: twin, ENTITIES: "hall: {entityName: Hall}"})
    (entities,) = [
        quota for quota in quota_changes(None, load(tmp_path)) if quota.name == "entities of the workspace"
    ]
    assert entities.limit == 80_000


def test_template_is_held_against_its_size(tmp_path: Path) -> None:
    after = load(write(tmp_path, {ENTITIES: "hall: {entityName: Hall}"}))
    limits = {quota.name: quota.limit for quota in quota_changes(None, after)}
    assert limits["bytes of the template (estimated)"] == quotas.MAX_TEMPLATE_BYTES


def test_templates_say_the_resources_and_bytes_of_the_stack(tmp_path: Path) -> None:
    definition = load(write(tmp_path, {}))
    queue = {"Type": "AWS::SQS::Queue"}
    before = {"Resources": {"A": queue}}
    after = {"Resources": {"A": queue, "B": queue}}
    numbers = {
        quota.name: (quota.before, quota.after)
        for quota in quota_changes(definition, definition, (before, after))
    }
    assert numbers["resources of the stack"] == (1, 2)
    assert numbers["bytes of the template (estimated)"] == (64, 107)
    assert quota_changes(definition, definition, (before, before)) == ()
