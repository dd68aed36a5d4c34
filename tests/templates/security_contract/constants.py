"""Names, ARNs and actions of the security contract."""

from __future__ import annotations

from typing import Final

RETAINED_TYPES: Final = {
    "AWS::DynamoDB::Table",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "Custom::SiteWiseAsset",
    "Custom::SiteWiseAssetModel",
    "Custom::TwinSceneFiles",
}

ASSETS_BUCKET: Final = "cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>"

ASSETS_ARN: Final = f"arn:<AWS::Partition>:s3:::{ASSETS_BUCKET}"

SITEWISE_ARN: Final = "arn:<AWS::Partition>:iotsitewise:<AWS::Region>:<AWS::AccountId>"

NATIVE_CONNECTOR: Final = "com.amazon.iotsitewise.connector"

DYNAMODB_HANDLER: Final = "dynamodb_connector.handler.handler"

GUARD_HANDLER: Final = "history_guard.handler.handler"

MANAGER_HANDLER: Final = "sitewise_manager.handler.handler"

SITEWISE_HANDLER: Final = "sitewise_connector.handler.handler"

EVALUATOR_HANDLER: Final = "alarm_evaluator.handler.handler"

SITEWISE_ENTRIES: Final = "PutAssetPropertyValueEntries"

DYNAMODB_ARN: Final = "arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>"

IOT_ARN: Final = "arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>"

THING: Final = "<iot:Connection.Thing.ThingName>"

UPLOAD_HANDLER: Final = "scene_uploader.handler.handler"

SITEWISE_READS: Final = (
    "iotsitewise:BatchGetAssetPropertyValue",
    "iotsitewise:BatchGetAssetPropertyValueHistory",
    "iotsitewise:GetAssetPropertyValue",
    "iotsitewise:GetAssetPropertyValueHistory",
)

NATIVE_READS: Final = (
    "iotsitewise:DescribeAsset",
    "iotsitewise:DescribeAssetProperty",
    "iotsitewise:GetAssetPropertyValue",
    "iotsitewise:GetAssetPropertyValueHistory",
)

MANAGER_READS: Final = (
    "iotsitewise:BatchGetAssetPropertyValue",
    "iotsitewise:DescribeAsset",
    "iotsitewise:DescribeAssetModel",
    "iotsitewise:ListAssets",
    "iotsitewise:ListAssociatedAssets",
    "iotsitewise:ListTagsForResource",
)

MANAGER_CHANGES: Final = (
    "iotsitewise:AssociateAssets",
    "iotsitewise:CreateAsset",
    "iotsitewise:DisassociateAssets",
    "iotsitewise:TagResource",
    "iotsitewise:UntagResource",
    "iotsitewise:UpdateAsset",
    "iotsitewise:UpdateAssetModel",
    "iotsitewise:UpdateAssetProperty",
)

MANAGER_DELETIONS: Final = ("iotsitewise:DeleteAsset", "iotsitewise:DeleteAssetModel")

LEDGERS: Final = ".twin-stack/scene-files"
