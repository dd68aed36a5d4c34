"""The security contract of buckets, tables, queues and logs."""

from __future__ import annotations

from tests.templates.security_contract.statements import (
    Resource,
    logical_id_of,
    policy_document,
)
from tests.templates.security_contract.twin_resources import TwinResources
from twin_stack.settings import RETENTION_DAYS


class StorageRules(TwinResources):
    """Expected properties of what stores data."""

    @property
    def _data_tags(self) -> list[Resource]:
        return [{"Key": "twin-stack:workspace", "Value": self._workspace_id}]

    def _bucket_rule(self, _: str) -> Resource:
        rule = {"AllowedMethods": ["GET", "HEAD"], "AllowedOrigins": self._cors_origins}
        default = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        return {
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [default]},
            **({"CorsConfiguration": {"CorsRules": [rule]}} if self._cors_origins else {}),
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "VersioningConfiguration": {"Status": "Enabled"},
            "Tags": self._data_tags,
        }

    def _bucket_policy_rule(self, _: str) -> Resource:
        statement = {
            "Action": "s3:*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Resource": [f"<{self._bucket}.Arn>", f"<{self._bucket}.Arn>/*"],
        }
        return {"Bucket": f"<{self._bucket}>", "PolicyDocument": policy_document(statement)}

    def _table_rule(self, _: str) -> Resource:
        return {
            "TableName": f"{self._workspace_id}-telemetry",
            "Tags": self._data_tags,
            "DeletionProtectionEnabled": False,
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "SSESpecification": {"SSEEnabled": True},
            "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
            **({"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}} if self._has_evaluator else {}),
        }

    def _log_group_rule(self, name: str) -> Resource:
        days = self._get(name, "RetentionInDays")
        expected = {"RetentionInDays": days if days in RETENTION_DAYS else "a period of CloudWatch Logs"}
        log_name, folder = str(self._get(name, "LogGroupName")), f"/twin-stack/{self._workspace_id}/"
        return {**expected, "LogGroupName": log_name if log_name.startswith(folder) else f"{folder}*"}

    def _queue_policy_rule(self, name: str) -> Resource:
        queue = logical_id_of((self._get(name, "Queues") or [""])[0])
        queue = queue if queue in self._of_type("AWS::SQS::Queue") else "a queue of this template"
        statement = {
            "Action": "sqs:*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Resource": f"<{queue}.Arn>",
        }
        return {"PolicyDocument": policy_document(statement), "Queues": [f"<{queue}>"]}
