"""The security contract of what the engine ``bulk`` adds to a template; a resource is expected as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tests.templates.security_contract.constants import ASSETS_ARN, ASSETS_BUCKET
from tests.templates.security_contract.statements import (
    Resource,
    allow_document,
    asset_code,
    differences_of,
    logical_id_of,
    only_name,
    policy_document,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENTITIES: Final = "Custom::TwinStackEntities"
JOBS: Final = "arn:<AWS::Partition>:iottwinmaker:<AWS::Region>:<AWS::AccountId>:metadata-transfer-job/*"

FREE: Final[dict[str, dict[str, str]]] = {
    "AWS::IAM::Policy": {"Properties.PolicyName": "text for people"},
    "AWS::IAM::Role": {
        "Properties.Description": "text for people",
        "Properties.Policies.0.PolicyName": "text for people",
    },
    "AWS::Lambda::Function": {
        "DependsOn": "order, which comes from references as well",
        "Properties.Description": "text for people",
        "Properties.MemorySize": "cost",
    },
    "AWS::StepFunctions::StateMachine": {"DependsOn": "order, which comes from references as well"},
    ENTITIES: {
        "DependsOn": "the order, which test_models checks",
        "Properties.Adopt": "content of the twin",
        "Properties.DesiredHash": "content of the twin",
        "Properties.OnDelete": "content of the twin",
        "Properties.OnDrift": "content of the twin",
        "Properties.RequestsPerSecond": "operations",
        "Properties.ServiceTimeout": "how long CloudFormation waits",
        "Properties.Substitutions": "content of the twin",
    },
}
"""Members that are not about security, by type of resource and path, each with its reason."""


class BulkEngine:
    """The expected resources of the engine.

    Args:
        resources: All resources of a template, flattened.
    """

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        self._resources = resources
        self.custom_resource = self._name(ENTITIES)
        self.on_event = logical_id_of(self._get(self.custom_resource, "ServiceToken"))
        variables = (self._get(self.on_event, "Environment") or {}).get("Variables", {})
        self.function = logical_id_of(variables.get("USER_ON_EVENT_FUNCTION_ARN"))
        self.waiter = str(variables.get("WAITER_STATE_MACHINE_ARN")).strip("<>")
        self.is_complete = self._function_with("framework.isComplete")
        self.on_timeout = self._function_with("framework.onTimeout")
        self.log = str((self._get(self.function, "LoggingConfig") or {}).get("LogGroup")).strip("<>")
        self.workspace = str(self._get(self.custom_resource, "WorkspaceId")).strip("<>")
        self.bucket = str(self._get(self.custom_resource, "BucketName")).strip("<>")

    def problems(self, *, workspace_id: str, workspace: str, bucket: str) -> Iterator[str]:
        """Yield everything in which the resources of the engine fall short of the contract.

        Args:
            workspace_id: The id of the workspace.
            workspace: Logical id of the workspace.
            bucket: Logical id of its bucket.
        """
        expected = self.expected(workspace_id, workspace, bucket)
        for name, resource in expected.items():
            for path, actual, allowed in differences_of("", self._resources.get(name, {}), resource):
                if not _is_free(resource["Type"], path):
                    yield f"{name}: {path} is {actual}, not {allowed}"

    def expected(self, workspace_id: str, workspace: str, bucket: str) -> dict[str, Resource]:
        """Return the expected resources by logical id.

        Args:
            workspace_id: The id of the workspace.
            workspace: Logical id of the workspace.
            bucket: Logical id of its bucket.
        """
        roles = {
            name: logical_id_of(self._get(name, "Role"))
            for name in (self.function, self.on_event, self.is_complete)
        }
        waiter_role = logical_id_of(self._get(self.waiter, "RoleArn"))
        log = {action: [f"<{self.log}.Arn>"] for action in ("logs:CreateLogStream", "logs:PutLogEvents")}
        function = f"<{self.function}.Arn>"
        calls = {"lambda:InvokeFunction": [function, f"{function}:*"], "lambda:GetFunction": [function]}
        framework = [f"<{self.is_complete}.Arn>", f"<{self.on_timeout}.Arn>"]
        prefix = f"twin-stack/entities/<AWS::StackName>/{self.custom_resource}"
        return {
            self.log: {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {"LogGroupName": f"/twin-stack/{workspace_id}/entities", "RetentionInDays": 90},
                "DeletionPolicy": "RetainExceptOnCreate",
                "UpdateReplacePolicy": "Retain",
            },
            roles[self.function]: _role(
                "lambda",
                {
                    "Statement": _statements(
                        f"<{workspace}.Arn>", f"<{bucket}.Arn>", prefix, log, workspace_id
                    ),
                    "Version": "2012-10-17",
                },
            ),
            roles[self.on_event]: _role("lambda", allow_document(log)),
            roles[self.is_complete]: _role("lambda", allow_document(log)),
            waiter_role: _role("states"),
            self._policy_of(roles[self.on_event]): _policy(
                roles[self.on_event], {**calls, "states:StartExecution": [f"<{self.waiter}>"]}
            ),
            self._policy_of(roles[self.is_complete]): _policy(roles[self.is_complete], calls),
            self._policy_of(waiter_role): _policy(
                waiter_role,
                {"lambda:InvokeFunction": [*framework, *(f"{arn}:*" for arn in framework)]},
            ),
            self.function: self._function(
                "entity_reconciler.handler.handler", roles[self.function], {"Architectures": ["arm64"]}
            ),
            self.on_event: self._framework("framework.onEvent", roles[self.on_event], waits=True),
            self.is_complete: self._framework("framework.isComplete", roles[self.is_complete]),
            self.on_timeout: self._framework("framework.onTimeout", roles[self.is_complete]),
            self.waiter: {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "RoleArn": f"<{waiter_role}.Arn>",
                    "DefinitionString": _definition(*framework),
                },
            },
            self.custom_resource: {
                "Type": ENTITIES,
                "Properties": {
                    "ServiceToken": f"<{self.on_event}.Arn>",
                    "WorkspaceId": f"<{workspace}>",
                    "BucketName": f"<{bucket}>",
                    "StatePrefix": prefix,
                    "Assets": [_asset(item, workspace_id) for item in self._assets()],
                    "Manifest": _asset(self._get(self.custom_resource, "Manifest"), workspace_id),
                },
                # The states of entities are in the bucket, which is kept.
                "DeletionPolicy": "Delete",
                "UpdateReplacePolicy": "Delete",
            },
        }

    def _framework(self, handler: str, role: str, *, waits: bool = False) -> Resource:
        own = f"<{self.function}.Arn>"
        variables = {"USER_ON_EVENT_FUNCTION_ARN": own, "USER_IS_COMPLETE_FUNCTION_ARN": own}
        if waits:
            variables["WAITER_STATE_MACHINE_ARN"] = f"<{self.waiter}>"
        members = {"Environment": {"Variables": variables}, "Runtime": "nodejs24.x"}
        # Its log would have the properties of requests.
        return self._function(handler, role, members, level="FATAL")

    def _function(self, handler: str, role: str, members: Resource, *, level: str = "INFO") -> Resource:
        name = self._function_with(handler)
        return {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": asset_code(self._get(name, "Code")),
                "Handler": handler,
                "LoggingConfig": {
                    "ApplicationLogLevel": level,
                    "LogFormat": "JSON",
                    "LogGroup": f"<{self.log}>",
                },
                "Role": f"<{role}.Arn>",
                "Runtime": "python3.14",
                "Timeout": 900,
                **members,
            },
        }

    def _assets(self) -> list[Any]:
        assets = self._get(self.custom_resource, "Assets")
        return assets if isinstance(assets, list) and assets else [None]

    def _get(self, name: str, member: str) -> Any:
        return self._resources.get(name, {}).get("Properties", {}).get(member)

    def _name(self, type_name: str) -> str:
        return only_name([name for name, item in self._resources.items() if item.get("Type") == type_name])

    def _function_with(self, handler: str) -> str:
        return only_name([name for name in self._resources if self._get(name, "Handler") == handler])

    def _policy_of(self, role: str) -> str:
        return only_name([name for name in self._resources if self._get(name, "Roles") == [f"<{role}>"]])


def _statements(
    workspace: str, bucket: str, prefix: str, log: Mapping[str, list[str]], workspace_id: str
) -> list[Resource]:
    """One workspace, one prefix of its bucket, the assets of this twin, and imports only."""
    (log_arn,) = log["logs:PutLogEvents"]
    rows: list[tuple[Any, Any, Any]] = [
        (sorted(log), log_arn, None),
        (
            ["iottwinmaker:GetWorkspace", "iottwinmaker:ListComponentTypes", "iottwinmaker:ListEntities"],
            workspace,
            None,
        ),
        (
            [
                "iottwinmaker:CreateEntity",
                "iottwinmaker:DeleteEntity",
                "iottwinmaker:GetComponentType",
                "iottwinmaker:GetEntity",
                "iottwinmaker:ListComponents",
                "iottwinmaker:ListProperties",
                "iottwinmaker:ListTagsForResource",
                "iottwinmaker:TagResource",
                "iottwinmaker:UntagResource",
                "iottwinmaker:UpdateEntity",
            ],
            [workspace, f"{workspace}/*"],
            None,
        ),
        (
            "iottwinmaker:CreateMetadataTransferJob",
            "*",  # It has no resource in IAM.
            {
                "StringEquals": {
                    "iottwinmaker:sourceType": "s3",
                    "iottwinmaker:destinationType": "iottwinmaker",
                }
            },
        ),
        (["iottwinmaker:CancelMetadataTransferJob", "iottwinmaker:GetMetadataTransferJob"], JOBS, None),
        ("s3:GetObject", f"{ASSETS_ARN}/*.{workspace_id}-entities", None),
        (
            [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ],
            f"{bucket}/{prefix}/*",
            None,
        ),
        (["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], bucket, None),
    ]
    return [
        {
            "Action": actions,
            "Effect": "Allow",
            "Resource": resources,
            **({"Condition": condition} if condition else {}),
        }
        for actions, resources, condition in rows
    ]


def _role(service: str, document: Resource | None = None) -> Resource:
    trust = {
        "Action": "sts:AssumeRole",
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
    }
    properties: Resource = {"AssumeRolePolicyDocument": policy_document(trust)}
    if document is not None:
        properties["Policies"] = [{"PolicyDocument": document}]
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def _policy(role: str, statements: dict[str, list[str]]) -> Resource:
    properties = {"PolicyDocument": allow_document(statements), "Roles": [f"<{role}>"]}
    return {"Type": "AWS::IAM::Policy", "Properties": properties}


def _definition(is_complete: str, on_timeout: str) -> str:
    """The waiter calls the two functions, and nothing else; ``flatten_resource`` writes ``>`` for ``}``."""
    return (
        '{"StartAt":"framework-isComplete-task","States":{"framework-isComplete-task":{"End":true,'
        '"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":10,"MaxAttempts":360,"BackoffRate":1>],'
        '"Catch":[{"ErrorEquals":["States.ALL"],"Next":"framework-onTimeout-task">],"Type":"Task",'
        f'"Resource":"{is_complete}">,"framework-onTimeout-task":{{"End":true,"Type":"Task",'
        f'"Resource":"{on_timeout}">>>'
    )


def _asset(place: Any, workspace_id: str) -> Resource:
    key = str(place.get("Key")) if isinstance(place, dict) else ""
    is_own = re.fullmatch(rf"[0-9a-f]{{64}}\.{workspace_id}-entities", key)
    return {"Bucket": ASSETS_BUCKET, "Key": key if is_own else "entities of this twin"}


def _is_free(type_name: str, path: str) -> bool:
    return any(path == free or path.startswith(f"{free}.") for free in FREE.get(type_name, {}))
