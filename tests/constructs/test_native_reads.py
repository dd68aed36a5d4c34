"""What the service itself reads from SiteWise, by the role of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.twins import synthesize_twin

if TYPE_CHECKING:
    from pathlib import Path

ROLE = "AWS::IAM::Role"
MODEL_ID = "0b1e4c0a-9d0d-4b52-9c1f-4be0a7a9f001"
ASSET_ID = "5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55"
NATIVE = f"""com.example.Pump:
  extendsFrom: [com.amazon.iotsitewise.connector]
  propertyDefinitions:
    sitewiseAssetModelId: {{dataType: STRING, defaultValue: {MODEL_ID}}}
"""


def sitewise_resources(folder: Path, types: str, entities: str = "") -> list[Any]:
    """Resources whose SiteWise values the role of the workspace may read."""
    (folder / "twin.yaml").write_text("workspaceId: plant-1\n", encoding="utf-8")
    for name, text in (("component_types", types), ("entities", entities)):
        (folder / name).mkdir()
        (folder / name / "all.yaml").write_text(text, encoding="utf-8")
    result = synthesize_twin(folder)
    roles = [
        resource
        for resource in result.all_of(ROLE).values()
        if "iottwinmaker.amazonaws.com" in str(resource["Properties"]["AssumeRolePolicyDocument"])
    ]
    (role,) = roles
    return [
        statement["Resource"]
        for policy in role["Properties"].get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
        if "iotsitewise:GetAssetPropertyValue" in statement["Action"]
    ]


def test_service_may_read_sitewise_only_if_a_type_needs_it(tmp_path: Path) -> None:
    (tmp_path / "without").mkdir()
    plain = "com.example.Plain:\n  propertyDefinitions:\n    a: {dataType: STRING}\n"
    assert sitewise_resources(tmp_path / "without", plain) == []


def test_service_may_read_the_assets_that_entities_name(tmp_path: Path) -> None:
    entity = (
        "pump-1:\n  entityName: Pump 1\n  components:\n"
        f"    pump: {{componentTypeId: com.example.Pump, properties: {{sitewiseAssetId: {ASSET_ID}}}}}\n"
    )
    resources = sitewise_resources(tmp_path, NATIVE, entity)
    assert len(resources) == 1
    assert f"asset/{ASSET_ID}" in str(resources)
    assert "asset/*" not in str(resources)
