"""The security contract of a twin's template: the expected properties of each type of resource.

A resource is compared as a whole: a member, a statement or a type of resource that the contract does not
contain is a problem, unless ``FREE`` allows it. So no change goes unnoticed.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tests.templates.security_contract.constants import DYNAMODB_ARN, RETAINED_TYPES, SITEWISE_ARN
from tests.templates.security_contract.content_rules import ContentRules
from tests.templates.security_contract.device_rules import DeviceRules
from tests.templates.security_contract.free_members import WILDCARDS, is_free
from tests.templates.security_contract.function_rules import FunctionRules
from tests.templates.security_contract.role_rules import RoleRules
from tests.templates.security_contract.statements import (
    Resource,
    allowed_resources,
    asset_code,
    differences_of,
    flatten_resource,
    logical_id_of,
)
from tests.templates.security_contract.storage_rules import StorageRules

if TYPE_CHECKING:
    from collections.abc import Iterator


def problems(template: dict[str, Any], *, cors_origins: list[str]) -> list[str]:
    """Everything in which a template of the app falls short of the contract.

    Args:
        template: of a twin whose data is kept.
        cors_origins: those that the settings name.
    """
    resources = {name: flatten_resource(resource) for name, resource in template["Resources"].items()}
    contract = _Contract(resources, cors_origins)
    return [*contract.differences()] or [*contract.wildcards()]


def is_kept(resources: dict[str, Resource], *, cors_origins: list[str], suspect: str) -> bool:
    """Whether a template has no problem. It ends at the first, since there are thousands of mutants.

    Args:
        resources: The template's resources, flattened.
        cors_origins: those that the settings name.
        suspect: The resource that is compared first.
    """
    contract = _Contract(resources, cors_origins)
    return next(itertools.chain(contract.differences(suspect), contract.wildcards()), None) is None


class _Contract(StorageRules, FunctionRules, RoleRules, ContentRules, DeviceRules):
    """The expected properties of each resource of one template."""

    def __init__(self, resources: dict[str, Resource], cors_origins: list[str]) -> None:
        super().__init__(resources, cors_origins)
        self._rules = {
            "AWS::CloudWatch::Alarm": lambda _: {},
            "AWS::CloudWatch::Dashboard": lambda _: {},
            "AWS::DynamoDB::Table": self._table_rule,
            "AWS::Events::Rule": lambda _: {"Targets": [{"Arn": f"<{self._evaluator}.Arn>"}]},
            "AWS::IAM::Policy": self._policy_rule,
            "AWS::IAM::Role": self._role_rule,
            "AWS::IoT::Policy": self._device_policy_rule,
            "AWS::IoT::TopicRule": self._topic_rule_rule,
            "AWS::IoTTwinMaker::ComponentType": self._component_type_rule,
            "AWS::IoTTwinMaker::Entity": lambda _: {},
            "AWS::IoTTwinMaker::Scene": self._scene_rule,
            "AWS::IoTTwinMaker::Workspace": self._workspace_rule,
            "AWS::Lambda::EventSourceMapping": self._stream_mapping_rule,
            "AWS::Lambda::Function": self._function_rule,
            "AWS::Lambda::LayerVersion": lambda name: {"Content": asset_code(self._get(name, "Content"))},
            "AWS::Lambda::Permission": self._permission_rule,
            "AWS::Logs::LogGroup": self._log_group_rule,
            "AWS::Logs::MetricFilter": lambda _: {},
            "AWS::SQS::Queue": lambda _: {"SqsManagedSseEnabled": True},
            "AWS::SQS::QueuePolicy": self._queue_policy_rule,
            "AWS::S3::Bucket": self._bucket_rule,
            "AWS::S3::BucketPolicy": self._bucket_policy_rule,
            "Custom::SiteWiseAsset": self._managed_rule,
            "Custom::SiteWiseAssetModel": self._managed_rule,
            "Custom::TwinHistoryGuard": self._guard_rule,
            "Custom::TwinSceneFiles": self._upload_rule,
            "Custom::TwinSceneFilesCleanup": self._cleanup_rule,
        }

    def differences(self, suspect: str | None = None) -> Iterator[str]:
        for name, resource in sorted(self._resources.items(), key=lambda item: item[0] != suspect):
            type_name = str(resource.get("Type"))
            rule = self._rules.get(type_name)
            if rule is None:
                yield f"{name}: a resource of type {type_name} is not in the contract"
                continue
            expected: Resource = {"Type": type_name, "Properties": rule(name)}
            if type_name in RETAINED_TYPES:
                # Uploads fill the bucket.
                deletion = "Retain" if name == self._bucket else "RetainExceptOnCreate"
                expected |= {"DeletionPolicy": deletion, "UpdateReplacePolicy": "Retain"}
            if type_name == "AWS::IoTTwinMaker::Workspace":
                # The service writes to the bucket at once, and from the first time over TLS.
                # A workspace is deleted before the right to delete its marker object.
                expected["DependsOn"] = sorted(
                    [*self._of_type("AWS::S3::BucketPolicy"), self._marker_policy, self._guard]
                )
            elif type_name in {"AWS::S3::Bucket", "AWS::DynamoDB::Table"}:
                # The guard fails before what holds history changes.
                expected["DependsOn"] = [self._guard]
            for path, actual, allowed in differences_of("", resource, expected):
                if not is_free(type_name, path):
                    yield f"{name}: {path} is {actual}, not {allowed}"
        yield from self._ownership_problems()
        yield from self._foreign_stream_problems()

    def _ownership_problems(self) -> Iterator[str]:
        """Check that policies, roles and log groups belong to the bucket, functions and rules."""
        expected = {
            "AWS::S3::Bucket": [self._bucket],
            "AWS::S3::BucketPolicy": [
                self._name_with("AWS::S3::BucketPolicy", "Bucket", f"<{self._bucket}>")
            ],
            "AWS::IAM::Role": [
                *(logical_id_of(self._get(name, "Role")) for name in (self._workspace, *self._handlers)),
                *map(self._rule_role, self._of_type("AWS::IoT::TopicRule")),
            ],
            "AWS::SQS::QueuePolicy": [
                self._name_with("AWS::SQS::QueuePolicy", "Queues", [f"<{queue}>"])
                for queue in self._of_type("AWS::SQS::Queue")
            ],
            "AWS::IAM::Policy": [
                *(
                    self._name_with("AWS::IAM::Policy", "Roles", [self._upload_role()])
                    for name in self._handlers
                    if name == self._upload_function
                ),
                self._marker_policy,
                *(self._invocation_policy(connector) for connector in self._connectors),
            ],
            "AWS::Logs::LogGroup": [self._log_group_of(name) for name in self._handlers],
        }
        for type_name, names in expected.items():
            if sorted(names) != sorted(self._of_type(type_name)):
                yield f"{type_name}: expected {sorted(names)}, there are {sorted(self._of_type(type_name))}"

    def wildcards(self) -> Iterator[str]:
        """Report wildcards without a reason, in a template without differences."""
        for name in (*self._of_type("AWS::IAM::Role"), *self._of_type("AWS::IAM::Policy")):
            for action, resources in allowed_resources(self._resources[name]):
                for text in (action, *resources):
                    if "*" in text and self._without_ids(text) not in WILDCARDS:
                        yield f"{name}: no reason is known for {text}"

    def _without_ids(self, text: str) -> str:
        for text_with_id, placeholder in (
            (f"<{self._bucket}.Arn>", "<bucket>"),
            (SITEWISE_ARN, "<sitewise>"),
            (DYNAMODB_ARN, "<dynamodb>"),
            (f"WORKSPACE_{self._workspace_id}*", "WORKSPACE_<workspace>*"),
            (f" as /{self._workspace_id}/", " as /<workspace>/"),
            (f" tagged {self._workspace_id}", " tagged <workspace>"),
            (f"<bucket>/{self._workspace_id}/", "<bucket>/<workspace>/"),
        ):
            text = text.replace(text_with_id, placeholder)
        return text
