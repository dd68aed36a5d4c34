"""The security contract of roles: least privilege, by action."""

from __future__ import annotations

from tests.templates.security_contract.constants import (
    ASSETS_ARN,
    DYNAMODB_ARN,
    DYNAMODB_HANDLER,
    GUARD_HANDLER,
    IOT_ARN,
    LEDGERS,
    MANAGER_CHANGES,
    MANAGER_DELETIONS,
    MANAGER_HANDLER,
    MANAGER_READS,
    NATIVE_READS,
    SITEWISE_ARN,
    SITEWISE_READS,
    UPLOAD_HANDLER,
)
from tests.templates.security_contract.statements import (
    Resource,
    Statements,
    allow_document,
    only_name,
    policy_document,
)
from tests.templates.security_contract.twin_resources import TwinResources


class RoleRules(TwinResources):
    """Expected trust and permissions of each role."""

    def _role_rule(self, name: str) -> Resource:
        if name in map(self._rule_role, self._of_type("AWS::IoT::TopicRule")):
            return self._topic_rule_role(name)
        user = only_name([user for user in (self._workspace, *self._handlers) if self._role_of(user) == name])
        service = "iottwinmaker" if user == self._workspace else "lambda"
        trust = {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
        }
        expected: Resource = {"AssumeRolePolicyDocument": policy_document(trust)}
        statements = (
            self._workspace_statements() if user == self._workspace else self._connector_statements(user)
        )
        return {**expected, "Policies": [{"PolicyDocument": allow_document(statements)}]}

    def _workspace_statements(self) -> Statements:
        bucket = f"<{self._bucket}.Arn>"
        return {
            "s3:GetBucketLocation": [bucket],
            "s3:ListBucket": [bucket],
            "s3:GetObject": [f"{bucket}/*"],
            "s3:PutObject": [f"{bucket}/*"],
            **(self._native_statements() if self._has_native_types() else {}),
        }

    def _native_statements(self) -> Statements:
        """The assets of this template, and models of any asset."""
        assets = [f"{SITEWISE_ARN}:asset/<{asset}>" for asset in self._of_type("Custom::SiteWiseAsset")]
        models = [f"{SITEWISE_ARN}:asset-model/*"]
        return {
            **dict.fromkeys(NATIVE_READS, assets),
            "iotsitewise:DescribeAssetModel": models,
            "iotsitewise:ListAssets": models,
            "iotsitewise:ListAssetModels": ["*"],
        }

    def _connector_statements(self, function: str) -> Statements:
        log = [f"<{self._log_group_of(function)}.Arn>"]
        expected = {"logs:CreateLogStream": log, "logs:PutLogEvents": log}
        if self._handlers.get(function) == DYNAMODB_HANDLER:
            table = f"<{only_name(self._of_type('AWS::DynamoDB::Table'))}.Arn>"
            writes = {"dynamodb:UpdateItem": [table]} if self._has_writers(function) else {}
            return {**expected, **writes, "dynamodb:Query": [table, f"{table}/index/by_component_type"]}
        if self._handlers.get(function) == MANAGER_HANDLER:
            return {**expected, **self._manager_statements()}
        if function == self._evaluator:
            return {**expected, **self._evaluator_statements()}
        if self._handlers.get(function) == UPLOAD_HANDLER:
            return expected
        if self._handlers.get(function) == GUARD_HANDLER:
            tables = f"{DYNAMODB_ARN}:table/*-telemetry counted"
            return {
                **expected,
                "dynamodb:Scan": [tables],
                "cloudformation:DescribeStacks": ["<AWS::StackId>"],
            }
        series = f"{SITEWISE_ARN}:time-series/* as /{self._workspace_id}/*/*"
        return {**expected, **{action: [series] for action in SITEWISE_READS}}

    def _manager_statements(self) -> Statements:
        arns = [f"{SITEWISE_ARN}:{kind}/*" for kind in ("asset", "asset-model", "time-series")]
        tagged = [f"{arn} tagged {self._workspace_id}" for arn in arns[:2]]
        return {
            **dict.fromkeys(MANAGER_READS, arns),
            **dict.fromkeys(MANAGER_CHANGES, arns[:2]),
            **dict.fromkeys(MANAGER_DELETIONS, tagged),
            "iotsitewise:CreateAssetModel": ["*"],
            "iotsitewise:ListTimeSeries": ["*"],
            "cloudformation:DescribeStacks": ["<AWS::StackId>"],
        }

    def _evaluator_statements(self) -> Statements:
        table = f"<{only_name(self._of_type('AWS::DynamoDB::Table'))}.Arn>"
        stream = [table.replace(".Arn", ".StreamArn")]
        return {
            "dynamodb:DeleteItem": [table],
            "dynamodb:GetItem": [table],
            "dynamodb:PutItem": [table],
            "dynamodb:Query": [table, f"{table}/index/by_component_type"],
            "dynamodb:UpdateItem": [table],
            "dynamodb:DescribeStream": stream,
            "dynamodb:GetRecords": stream,
            "dynamodb:GetShardIterator": stream,
            "sqs:SendMessage": [f"<{self._alarm_queue()}.Arn>"],
        }

    def _policy_rule(self, name: str) -> Resource:
        if name == self._marker_policy:
            marker = f"<{self._bucket}.Arn>/DO_NOT_DELETE_WORKSPACE_{self._workspace_id}*"
            statements = {"s3:DeleteObject": [marker]}
            return {"PolicyDocument": allow_document(statements), "Roles": [self._workspace_role]}
        for connector in self._connectors:
            if name == self._invocation_policy(connector):
                statements = {"lambda:InvokeFunction": [f"<{connector}.Arn>"]}
                return {"PolicyDocument": allow_document(statements), "Roles": [self._workspace_role]}
        return self._upload_policy_rule()

    @property
    def _workspace_role(self) -> str:
        return f"<{self._role_of(self._workspace)}>"

    def _policies_of_workspace(self, text: str) -> list[str]:
        return [
            name
            for name in self._of_type("AWS::IAM::Policy")
            if self._get(name, "Roles") == [self._workspace_role]
            and text in str(self._get(name, "PolicyDocument"))
        ]

    @property
    def _marker_policy(self) -> str:
        return only_name(self._policies_of_workspace("DO_NOT_DELETE_WORKSPACE"))

    def _invocation_policy(self, connector: str) -> str:
        return only_name(self._policies_of_workspace(f"<{connector}.Arn>"))

    def _upload_policy_rule(self) -> Resource:
        """It reads the assets of its files and no other, and writes into the workspace's folder."""
        bucket = f"<{self._bucket}.Arn>"
        upload = only_name(self._of_type("Custom::TwinSceneFiles"))
        assets = [f"{ASSETS_ARN}/{key}" for key in self._uploaded_assets()]
        objects = f"{bucket}/{self._workspace_id}/*"
        ledger = f"{bucket}/{LEDGERS}/<AWS::StackName>/{upload}.json"
        statements = {
            "s3:AbortMultipartUpload": [objects],
            "s3:DeleteObject": [objects, ledger],
            "s3:GetBucketVersioning": [bucket],
            "s3:GetObject": [*assets, objects, f"{bucket}/{LEDGERS}/*"],
            "s3:GetObjectVersion": [objects],
            "s3:ListBucket": [bucket],
            "s3:PutObject": [objects, ledger],
        }
        return {"PolicyDocument": allow_document(statements), "Roles": [self._upload_role()]}

    def _topic_rule_role(self, role: str) -> Resource:
        rule = only_name(
            [rule for rule in self._of_type("AWS::IoT::TopicRule") if self._rule_role(rule) == role]
        )
        trust = {
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "<AWS::AccountId>"},
                "ArnLike": {"aws:SourceArn": f"{IOT_ARN}:rule/{self._get(rule, 'RuleName')}"},
            },
            "Effect": "Allow",
            "Principal": {"Service": "iot.amazonaws.com"},
        }
        statements = {"sqs:SendMessage": [f"<{self._ingest_queue()}.Arn>"]}
        if self._writes_sitewise(rule):
            streams = [f"{SITEWISE_ARN}:time-series/* as /{self._workspace_id}/*/*"]
            statements["iotsitewise:BatchPutAssetPropertyValue"] = streams
        else:
            statements["dynamodb:PutItem"] = [f"<{only_name(self._of_type('AWS::DynamoDB::Table'))}.Arn>"]
        return {
            "AssumeRolePolicyDocument": policy_document(trust),
            "Policies": [{"PolicyDocument": allow_document(statements)}],
        }
