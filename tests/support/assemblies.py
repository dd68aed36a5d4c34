"""Cloud assemblies as the CDK writes them, of stacks without files."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from tests.support.stacks import Json, in_workspace, workspace

if TYPE_CHECKING:
    from pathlib import Path


def assembly(folder: Path, stacks: dict[str, Json], *, needs: dict[str, list[str]] | None = None) -> Path:
    """A cloud assembly as the CDK writes it, of stacks without files."""
    folder.mkdir(exist_ok=True)
    artifacts: Json = {}
    for name, template in stacks.items():
        (folder / f"{name}.template.json").write_text(json.dumps(template))
        key = f"{uuid.uuid4().hex}.json"
        bucket = "cdk-test-assets-${AWS::AccountId}-${AWS::Region}"
        destination = {"bucketName": bucket, "objectKey": key}
        source = {"path": f"{name}.template.json", "packaging": "file"}
        files = {"files": {"1": {"source": source, "destinations": {"here": destination}}}}
        (folder / f"{name}.assets.json").write_text(json.dumps(files))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": {
                "templateFile": f"{name}.template.json",
                "stackTemplateAssetObjectUrl": f"s3://{bucket}/{key}",
                "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/test/version",
            },
            "dependencies": [f"{name}.assets", *(needs or {}).get(name, [])],
        }
        artifacts[f"{name}.assets"] = {"type": "cdk:asset-manifest"}
    (folder / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": artifacts}))
    return folder


def plant(name: str, *entities: str, **more: Any) -> Json:
    resources = {"Workspace": workspace(name), **more}
    resources |= {
        entity_id: in_workspace("Entity", EntityId=entity_id, EntityName=f"The {entity_id}")
        for entity_id in entities
    }
    return {"Resources": resources, "Outputs": {"Workspace": {"Value": {"Ref": "Workspace"}}}}
