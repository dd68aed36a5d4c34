"""Names, ARNs and actions of the security contract."""

from __future__ import annotations

from typing import Final

RETAINED_TYPES: Final = {
    "AWS::DynamoDB::Table",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "Custom::SiteWiseAsset",
    "Custom::SiteWiseAssetModel",
}

ASSETS_BUCKET: Final = "cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>"

ASSETS_ARN: Final = f"arn:<AWS::Partition>:s3:::{ASSETS_BUCKET}"

BASIC_EXECUTION_POLICY: Final = (
    "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
)

SITEWISE_ARN: Final = "arn:<AWS::Partition>:iotsitewise:<AWS::Region>:<AWS::AccountId>"

NATIVE_CONNECTOR: Final = "com.amazon.iotsitewise.connector"

DYNAMODB_HANDLER: Final = "dynamodb_connector.handler.handler"

MANAGER_HANDLER: Final = "sitewise_manager.handler.handler"

SITEWISE_HANDLER: Final = "sitewise_connector.handler.handler"

EVALUATOR_HANDLER: Final = "alarm_evaluator.handler.handler"

SITEWISE_ENTRIES: Final = "PutAssetPropertyValueEntries"

IOT_ARN: Final = "arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>"

THING: Final = "<iot:Connection.Thing.ThingName>"

UPLOAD_HANDLER: Final = "index.handler"

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

UPLOAD_READS: Final = ("s3:GetBucket*", "s3:GetObject*", "s3:List*")

UPLOAD_WRITES: Final = (
    "s3:Abort*",
    "s3:DeleteObject*",
    "s3:PutObject",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionTagging",
)
