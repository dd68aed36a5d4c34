"""The security contract of the twin's content and its upload."""

from __future__ import annotations

from tests.templates.security_contract.constants import (
    ASSETS_BUCKET,
)
from tests.templates.security_contract.statements import (
    Resource,
    is_asset_key,
    only_name,
)
from tests.templates.security_contract.twin_resources import TwinResources


class ContentRules(TwinResources):
    """Expected properties of workspace, component types, scenes and uploads."""

    def _workspace_rule(self, name: str) -> Resource:
        return {
            "Role": self._get(name, "Role"),
            "S3Location": f"<{self._bucket}.Arn>",
            "WorkspaceId": self._get(name, "WorkspaceId"),
        }

    def _component_type_rule(self, name: str) -> Resource:
        """What is stored externally is read by a connector of this template."""
        definitions = self._get(name, "PropertyDefinitions") or {}
        if not any(definition.get("IsStoredExternally") for definition in definitions.values()):
            return {}
        functions = self._get(name, "Functions") or {}
        arns = [f"<{connector}.Arn>" for connector in self._connectors]

        def with_connector(function: str) -> Resource:
            arn = functions.get(function, {}).get("ImplementedBy", {}).get("Lambda", {}).get("Arn")
            arn = arn if arn in arns else "a connector of this template"
            return {"ImplementedBy": {"Lambda": {"Arn": arn}}}

        names = ["dataReader", *(["dataWriter"] if "dataWriter" in functions else [])]
        return {"Functions": {function: with_connector(function) for function in names}}

    def _scene_rule(self, name: str) -> Resource:
        prefix = self._get(self._workspace, "WorkspaceId")
        scene_id = self._get(name, "SceneId")
        return {
            "ContentLocation": f"s3://<{self._bucket}>/{prefix}/{scene_id}.json",
            "SceneId": scene_id,
        }

    def _managed_rule(self, name: str) -> Resource:
        """Assets and models belong to this workspace, and their history is kept."""
        tree = {
            member: value
            for member in ("Hierarchies", "HierarchyName", "ParentAssetId")
            if (value := self._get(name, member)) is not None
        }
        return {
            **tree,
            "RemovalPolicy": "Retain",
            "ServiceToken": f"<{self._manager}.Arn>",
            "Workspace": self._workspace_id,
        }

    def _guard_rule(self, _: str) -> Resource:
        """It has the resources that hold history, and refuses to lose them."""
        has_table = bool(self._of_type("AWS::DynamoDB::Table"))
        return {
            "AllowLoss": False,
            "AttachesTable": False,
            "DataName": self._workspace_id,
            "ManagesAssets": self._manager in self._handlers,
            "ReadableTables": [],
            "ServiceToken": f"<{self._guard_function}.Arn>",
            "TableName": f"{self._workspace_id}-telemetry" if has_table else "",
        }

    def _upload_rule(self, _: str) -> Resource:
        """Copied from the CDK's assets into the workspace's folder."""
        prefix = self._get(self._workspace, "WorkspaceId")
        return {
            "Bucket": f"<{self._bucket}>",
            "ServiceToken": f"<{self._upload_function}.Arn>",
            "Sources": [
                {"Bucket": ASSETS_BUCKET, "Key": key if is_asset_key(key) else "an asset", "Prefix": prefix}
                for key in self._uploaded_assets()
            ],
        }

    def _cleanup_rule(self, _: str) -> Resource:
        return {
            "Bucket": f"<{self._bucket}>",
            "Files": only_name(self._of_type("Custom::TwinSceneFiles")),
            "ServiceToken": f"<{self._upload_function}.Arn>",
        }
