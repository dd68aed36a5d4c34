"""Entities in the API's spelling, and files of which a small change changes few."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from tests.definition.models import write
from twin_stack import load
from twin_stack.constructs.entity_chunks import Chunk, cut_chunks, entity_document, manifest_of
from twin_stack.constructs.entity_template import entity_properties

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from twin_stack.definition.schema import Entity

TYPES = """
com.e.Motor: {propertyDefinitions: {model: STRING}}
com.e.Pump:
  propertyDefinitions:
    model: STRING
    maximum: DOUBLE
    tags: {dataType: {type: LIST, nestedType: STRING}}
    limits: {dataType: {type: MAP, nestedType: DOUBLE}}
    feeds: {dataType: {type: RELATIONSHIP, relationship: {relationshipType: feeds}}}
  compositeComponentTypes: {motor: {componentTypeId: com.e.Motor}}
"""
ENTITIES = """
hall: {entityName: Hall}
pump-1:
  entityName: Pump 1
  description: Pumps
  parentEntityId: hall
  tags: {Team: Water}
  components:
    pump:
      componentTypeId: com.e.Pump
      description: Of the hall
      properties:
        model: P-9
        maximum: 4.5
        tags: [one, two]
        limits: {low: 1.5}
        feeds: {targetEntityId: hall}
        extra: {value: {longValue: 5}, definition: {dataType: LONG}}
      propertyGroups: {all: {groupType: TABULAR, propertyNames: [model]}}
  compositeComponents: {pump/motor: {properties: {model: M-1}}}
"""


@pytest.fixture
def pump(tmp_path: Path) -> Entity:
    files: dict[str, str | bytes] = {"component_types/t.yaml": TYPES, "entities/e.yaml": ENTITIES}
    return load(write(tmp_path, files)).entities["pump-1"]


def without_case(value: Any) -> Any:
    """Return members with a small first letter, and the one name that CloudFormation spells otherwise."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: without_case(item) for key, item in value.items()}
    return [without_case(item) for item in value] if isinstance(value, list) else value


def test_entity_is_that_of_the_cloudformation_engine(pump: Entity) -> None:
    document = entity_document(pump, tags={}, asset_ids={})
    resource = without_case(entity_properties(pump, "plant"))
    del resource["workspaceId"]
    resource["tags"] = pump.tags  # whose keys are not names of members
    for component in [*resource["components"].values(), *resource["compositeComponents"].values()]:
        component.pop("componentName")
        component.pop("componentPath", None)

    assert document == resource
    assert document["components"]["pump"]["properties"]["feeds"] == {
        "value": {"relationshipValue": {"targetEntityId": "hall"}}
    }


def test_service_takes_the_entity(pump: Entity) -> None:
    document = entity_document(pump, tags={"Stage": "test"}, asset_ids={})
    shape = (
        botocore.session.get_session()
        .get_service_model("iottwinmaker")
        .operation_model("CreateEntity")
        .input_shape
    )

    assert shape is not None
    report = ParamValidator().validate({"workspaceId": "plant", **document}, shape)

    assert report.generate_report() == ""
    assert document["tags"] == {"Team": "Water", "Stage": "test"}


def test_tags_of_the_twin_replace_those_of_the_entity(pump: Entity) -> None:
    assert entity_document(pump, tags={"Team": "All"}, asset_ids={})["tags"] == {"Team": "All"}


def test_natively_read_components_and_parts_have_their_asset(pump: Entity) -> None:
    document = entity_document(pump, tags={}, asset_ids={"pump": "<<a>>", "pump/spare": "<<b>>"})

    assert document["components"]["pump"]["properties"]["sitewiseAssetId"] == {
        "value": {"stringValue": "<<a>>"}
    }
    assert document["compositeComponents"]["pump/spare"] == {
        "properties": {"sitewiseAssetId": {"value": {"stringValue": "<<b>>"}}}
    }


def entities(count: int) -> list[dict[str, Any]]:
    return [{"entityId": f"pump-{number}", "entityName": "Pump"} for number in range(count)]


def ids(chunks: Iterable[Chunk]) -> list[str]:
    return [entity["entityId"] for chunk in chunks for entity in json.loads(chunk.content)["entities"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "chunks"), [(0, 0), (1, 1), (1_000, 1), (1_001, 2), (10_000, 16), (50_000, 64), (100_000, 64)]
)
def test_number_of_chunks_grows_by_doubling_up_to_a_limit(count: int, chunks: int) -> None:
    cut = cut_chunks(entities(count))

    assert len(cut) == chunks
    assert sum(chunk.entities for chunk in cut) == count


def test_every_entity_is_in_one_chunk() -> None:
    assert sorted(ids(cut_chunks(entities(5_000)))) == sorted(
        entity["entityId"] for entity in entities(5_000)
    )


def test_order_and_form_of_the_definition_do_not_matter() -> None:
    backwards = [dict(reversed(entity.items())) for entity in reversed(entities(3_000))]

    assert cut_chunks(backwards) == cut_chunks(entities(3_000))


@pytest.mark.slow
def test_one_changed_added_or_removed_entity_changes_one_chunk() -> None:
    before = {chunk.sha256 for chunk in cut_chunks(entities(10_000))}
    changed, added = entities(10_000), [*entities(10_000), {"entityId": "new", "entityName": "New"}]
    changed[77]["entityName"] = "Pump 77"

    for after in (changed, added, entities(10_000)[1:]):
        assert len({chunk.sha256 for chunk in cut_chunks(after)} - before) == 1


def test_manifest_changes_if_and_only_if_an_entity_does() -> None:
    chunks = cut_chunks(entities(2_000))
    manifest = json.loads(manifest_of(chunks))

    assert manifest == {
        "version": 1,
        "chunks": [{"sha256": chunk.sha256, "entities": chunk.entities} for chunk in chunks],
        "entities": 2_000,
    }
    assert manifest_of(cut_chunks(entities(2_000))) == manifest_of(chunks)
    assert manifest_of(cut_chunks(entities(1_999))) != manifest_of(chunks)
