"""The security contract of a twin's template: for each type of resource, what it has to say.

A resource is compared whole: a member, a statement or a type of resource that the contract does not name
is a problem, unless `FREE` lets it be. So nothing comes in unseen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tests.constructs.statements import flat, listed
from twin_stack.settings import RETENTION_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

Resource = dict[str, Any]
Statements = dict[str, list[str]]

FREE: Final[dict[str, dict[str, str]]] = {
    "AWS::CloudWatch::Alarm": {"itself": "operations", "Properties": "operations"},
    "AWS::CloudWatch::Dashboard": {"itself": "operations", "Properties": "operations"},
    "AWS::DynamoDB::Table": {
        "Properties.AttributeDefinitions": "shape of the data",
        "Properties.KeySchema": "shape of the data",
        "Properties.GlobalSecondaryIndexes": "shape of the data",
        "Properties.BillingMode": "cost",
    },
    "AWS::Events::Rule": {
        "Properties.Description": "words",
        "Properties.ScheduleExpression": "operations",
        "Properties.State": "operations",
        "Properties.Targets.0.Id": "a name of the CDK's",
        "Properties.Targets.0.Input": "what the function is told",
        "Properties.Targets.0.RetryPolicy": "operations",
    },
    "AWS::IAM::Role": {"Properties.Description": "words", "Properties.Policies.0.PolicyName": "words"},
    "AWS::IAM::Policy": {"Properties.PolicyName": "words"},
    "AWS::IoT::Policy": {
        "itself": "nobody has it before it is attached",
        "Properties.PolicyDocument.Statement.1.Resource.0": "a topic less; others than its own are noticed",
        "Properties.PolicyDocument.Statement.1.Resource.1": "a topic less",
    },
    "AWS::IoT::TopicRule": {
        "Properties.TopicRulePayload.AwsIotSqlVersion": "how the SQL is read",
        "Properties.TopicRulePayload.Actions.0.IotSiteWise.PutAssetPropertyValueEntries": (
            "shape of the data; aliases are held by themselves"
        ),
        "Properties.TopicRulePayload.RuleDisabled": "operations",
        "Properties.TopicRulePayload.Sql": "shape of the data; the role limits writes",
    },
    "AWS::IoTSiteWise::Asset": {"itself": "content of the twin", "Properties": "content of the twin"},
    "AWS::IoTSiteWise::AssetModel": {"itself": "content of the twin", "Properties": "content of the twin"},
    "AWS::IoTTwinMaker::ComponentType": {
        "itself": "content of the twin",
        "Properties.ComponentTypeId": "content of the twin",
        "Properties.Description": "words",
        "Properties.ExtendsFrom": "content of the twin",
        "Properties.PropertyDefinitions": "content of the twin",
        "Properties.WorkspaceId": "content of the twin",
        "DependsOn": "order, which test_models holds",
    },
    "AWS::IoTTwinMaker::Entity": {
        "itself": "content of the twin",
        "Properties": "content of the twin",
        "DependsOn": "order, which test_models holds",
    },
    "AWS::IoTTwinMaker::Scene": {
        "itself": "content of the twin",
        "Properties.Description": "words",
        "Properties.WorkspaceId": "content of the twin",
        "DependsOn": "order, which test_models holds",
    },
    "AWS::IoTTwinMaker::Workspace": {"Properties.Description": "words"},
    "AWS::Lambda::Function": {
        "Properties.Description": "words",
        "Properties.MemorySize": "cost",
        "Properties.Environment.Variables.ALARMS": "content of the twin",
        "Properties.Environment.Variables.COMPONENT_TYPE_INDEX": "shape of the data; the role limits reads",
        "Properties.Environment.Variables.PARTITION_KEY": "shape of the data",
        "Properties.Environment.Variables.SORT_KEY": "shape of the data",
        "Properties.Environment.Variables.TIME_UNIT": "shape of the data",
        "DependsOn": "order, which comes from references as well",
    },
    "AWS::Lambda::LayerVersion": {
        "itself": "the CDK makes one for each upload, and uses the first",
        "Properties.Description": "words",
    },
    "AWS::Lambda::EventSourceMapping": {
        "itself": "operations",
        "Properties.BatchSize": "operations",
        "Properties.BisectBatchOnFunctionError": "operations",
        "Properties.FilterCriteria": "operations",
        "Properties.FunctionResponseTypes": "operations",
        "Properties.MaximumBatchingWindowInSeconds": "operations",
        "Properties.MaximumRetryAttempts": "operations",
        "Properties.StartingPosition": "operations",
    },
    "AWS::Lambda::Permission": {"itself": "without it the schedule does not run"},
    "AWS::Logs::MetricFilter": {"itself": "operations", "Properties": "counts lines, shows none"},
    "AWS::SQS::Queue": {
        "Properties.MessageRetentionPeriod": "operations",
        "DeletionPolicy": "nothing in it is the only copy",
        "UpdateReplacePolicy": "nothing in it is the only copy",
    },
    "AWS::S3::Bucket": {
        "Properties.Tags": "the CDK's own marks, which tell its upload function what it has written",
        "Properties.CorsConfiguration.CorsRules.0.AllowedHeaders": "S3 checks signatures all the same",
        "Properties.CorsConfiguration.CorsRules.0.ExposedHeaders": "of what the page may read anyway",
    },
    "Custom::CDKBucketDeployment": {
        "itself": "content of the twin",
        "Properties.OutputObjectKeys": "what CloudFormation is told",
        "Properties.ServiceTimeout": "how long CloudFormation waits",
        "Properties.SourceMarkers": "tokens of the document, which has none",
        "Properties.SourceMarkersConfig": "tokens of the document, which has none",
        "Properties.WaitForDistributionInvalidation": "of CloudFront, which is not there",
        "DeletionPolicy": "of the upload, not of the files: RetainOnDelete keeps those",
        "UpdateReplacePolicy": "of the upload, not of the files",
    },
}
"""What is not security, by type of resource and path, each with its reason."""

WILDCARDS: Final = {
    "<bucket>/*": "scene files of any name in the workspace's own bucket",
    "<bucket>/DO_NOT_DELETE_WORKSPACE_<workspace>*": "the service's marker, whose name begins with this",
    "<assets>/*": "the CDK's upload function reads the files it is to copy",
    "s3:Abort*": "the CDK's grant_read_write names it, for its upload function",
    "s3:DeleteObject*": "the CDK's grant_read_write names it, for its upload function",
    "s3:GetBucket*": "the CDK's grant_read names it, for its upload function",
    "s3:GetObject*": "the CDK's grant_read names it, for its upload function",
    "s3:List*": "the CDK's grant_read names it, for its upload function",
    "<sitewise>:time-series/* as /<workspace>/*/*": "SiteWise makes up the ids; the alias is of this twin",
    "<sitewise>:asset-model/*": "the service describes the model of the asset it reads",
    "<sitewise>:asset/*": "a rule writes to aliases of this twin; SiteWise knows whose they are",
    "<sitewise>:time-series/*": "the same, for an alias that no asset has yet",
    "*": "iotsitewise:ListAssetModels knows no other resource",
}
"""Every wildcard that a statement may hold, each with its reason."""

_KEPT: Final = {
    "AWS::DynamoDB::Table",
    "AWS::IoTSiteWise::Asset",
    "AWS::IoTSiteWise::AssetModel",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
}

_ASSETS: Final = "cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>"
_ASSETS_ARN: Final = f"arn:<AWS::Partition>:s3:::{_ASSETS}"
_BASIC_EXECUTION: Final = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
_SITEWISE_ARN: Final = "arn:<AWS::Partition>:iotsitewise:<AWS::Region>:<AWS::AccountId>"
_NATIVE: Final = "com.amazon.iotsitewise.connector"
_DYNAMODB: Final = "dynamodb_connector.handler.handler"
_SITEWISE: Final = "sitewise_connector.handler.handler"
_EVALUATOR: Final = "alarm_evaluator.handler.handler"
_ENTRIES: Final = "PutAssetPropertyValueEntries"
_HANDLERS: Final = {_DYNAMODB, _SITEWISE, _EVALUATOR, "index.handler"}
_PLACE: Final = "arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>"
_THING: Final = "<iot:Connection.Thing.ThingName>"
_UPLOAD: Final = "index.handler"
_SITEWISE_READS: Final = (
    "iotsitewise:BatchGetAssetPropertyValue",
    "iotsitewise:BatchGetAssetPropertyValueHistory",
    "iotsitewise:GetAssetPropertyValue",
    "iotsitewise:GetAssetPropertyValueHistory",
)
_NATIVE_READS: Final = (
    "iotsitewise:DescribeAsset",
    "iotsitewise:DescribeAssetProperty",
    "iotsitewise:GetAssetPropertyValue",
    "iotsitewise:GetAssetPropertyValueHistory",
)
_UPLOAD_READS: Final = ("s3:GetBucket*", "s3:GetObject*", "s3:List*")
_UPLOAD_WRITES: Final = (
    "s3:Abort*",
    "s3:DeleteObject*",
    "s3:PutObject",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionTagging",
)


def problems(template: dict[str, Any], *, cors_origins: list[str]) -> list[str]:
    """Everything in which a template of the app falls short of the contract.

    Args:
        template: of a twin whose data is kept.
        cors_origins: those that the settings name.
    """
    resources = {name: plain(resource) for name, resource in template["Resources"].items()}
    contract = _Contract(resources, cors_origins)
    return [*contract.differences()] or [*contract.wildcards()]


class _Contract:
    """What the resources of one template have to say, given each other."""

    def __init__(self, resources: dict[str, Resource], cors_origins: list[str]) -> None:
        self._resources = resources
        self._cors_origins = cors_origins
        self._workspace = _only(self._of("AWS::IoTTwinMaker::Workspace"))
        self._bucket = _only(self._of("AWS::S3::Bucket"))
        self._handlers = {name: self._get(name, "Handler") for name in self._of("AWS::Lambda::Function")}
        self._upload_function = _only([name for name, one in self._handlers.items() if one == _UPLOAD])
        self._connectors = [name for name, one in self._handlers.items() if one not in (_UPLOAD, _EVALUATOR)]
        self._evaluator = _only([name for name, one in self._handlers.items() if one == _EVALUATOR])
        self._rules = {
            "AWS::CloudWatch::Alarm": lambda _: {},
            "AWS::CloudWatch::Dashboard": lambda _: {},
            "AWS::DynamoDB::Table": self._table,
            "AWS::Events::Rule": lambda _: {"Targets": [{"Arn": f"<{self._evaluator}.Arn>"}]},
            "AWS::IAM::Policy": self._upload_policy,
            "AWS::IAM::Role": self._role,
            "AWS::IoTSiteWise::Asset": lambda _: {},
            "AWS::IoTSiteWise::AssetModel": lambda _: {},
            "AWS::IoT::Policy": self._device_policy,
            "AWS::IoT::TopicRule": self._topic_rule,
            "AWS::IoTTwinMaker::ComponentType": self._component_type,
            "AWS::IoTTwinMaker::Entity": lambda _: {},
            "AWS::IoTTwinMaker::Scene": self._scene,
            "AWS::IoTTwinMaker::Workspace": self._workspace_itself,
            "AWS::Lambda::EventSourceMapping": self._mapping,
            "AWS::Lambda::Function": self._function,
            "AWS::Lambda::LayerVersion": lambda name: {"Content": _code(self._get(name, "Content"))},
            "AWS::Lambda::Permission": self._permission,
            "AWS::Logs::LogGroup": self._log_group,
            "AWS::Logs::MetricFilter": lambda _: {},
            "AWS::SQS::Queue": lambda _: {"SqsManagedSseEnabled": True},
            "AWS::SQS::QueuePolicy": self._queue_policy,
            "AWS::S3::Bucket": self._private_bucket,
            "AWS::S3::BucketPolicy": self._tls_only,
            "Custom::CDKBucketDeployment": self._upload,
        }

    def differences(self) -> Iterator[str]:
        for name, resource in self._resources.items():
            type_name = str(resource.get("Type"))
            rule = self._rules.get(type_name)
            if rule is None:
                yield f"{name}: a resource of type {type_name} is not in the contract"
                continue
            expected: Resource = {"Type": type_name, "Properties": rule(name)}
            if type_name in _KEPT:
                expected |= {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
            if type_name == "AWS::IoTTwinMaker::Workspace":
                # The service writes to the bucket at once, and from the first time over TLS.
                expected["DependsOn"] = self._of("AWS::S3::BucketPolicy")
            for path, found, allowed in _differences("", resource, expected):
                if not is_free(type_name, path):
                    yield f"{name}: {path} is {found}, not {allowed}"
        yield from self._each_has_its_own()
        yield from self._foreign_streams()

    def _each_has_its_own(self) -> Iterator[str]:
        """A bucket its policy, a function its role and log group; and there are no others."""
        wanted = {
            "AWS::S3::Bucket": [self._bucket],
            "AWS::S3::BucketPolicy": [self._one_with("AWS::S3::BucketPolicy", "Bucket", f"<{self._bucket}>")],
            "AWS::IAM::Role": [
                *(_id(self._get(name, "Role")) for name in (self._workspace, *self._handlers)),
                *map(self._rule_role, self._of("AWS::IoT::TopicRule")),
            ],
            "AWS::SQS::QueuePolicy": [
                self._one_with("AWS::SQS::QueuePolicy", "Queues", [f"<{queue}>"])
                for queue in self._of("AWS::SQS::Queue")
            ],
            "AWS::IAM::Policy": [
                self._one_with("AWS::IAM::Policy", "Roles", [self._upload_role()])
                for name in self._handlers
                if name == self._upload_function
            ],
            "AWS::Logs::LogGroup": [self._log_group_of(name) for name in self._handlers],
        }
        for type_name, names in wanted.items():
            if sorted(names) != sorted(self._of(type_name)):
                yield f"{type_name}: wanted {sorted(names)}, there are {sorted(self._of(type_name))}"

    def wildcards(self) -> Iterator[str]:
        """Of a template that does not differ."""
        for name in (*self._of("AWS::IAM::Role"), *self._of("AWS::IAM::Policy")):
            for action, resources in _allowed(self._resources[name]):
                for text in (action, *resources):
                    if "*" in text and self._shown(text) not in WILDCARDS:
                        yield f"{name}: no reason is known for {text}"

    # Storage

    def _private_bucket(self, _: str) -> Resource:
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
        }

    def _tls_only(self, _: str) -> Resource:
        statement = {
            "Action": "s3:*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Resource": [f"<{self._bucket}.Arn>", f"<{self._bucket}.Arn>/*"],
        }
        return {"Bucket": f"<{self._bucket}>", "PolicyDocument": _document(statement)}

    def _table(self, _: str) -> Resource:
        return {
            "DeletionProtectionEnabled": True,
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "SSESpecification": {"SSEEnabled": True},
            "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
            **({"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}} if self._is_watched else {}),
        }

    def _log_group(self, name: str) -> Resource:
        days = self._get(name, "RetentionInDays")
        expected = {"RetentionInDays": days if days in RETENTION_DAYS else "a period of CloudWatch Logs"}
        if name == self._log_group_of(self._upload_function):
            expected["LogGroupName"] = f"/aws/lambda/<{self._upload_function}>"
        return expected

    # Functions

    def _function(self, name: str) -> Resource:
        handler = self._handlers[name]
        upload = handler == _UPLOAD
        timeout, longest = self._get(name, "Timeout"), {_UPLOAD: 900, _EVALUATOR: 60}.get(handler, 30)
        expected: Resource = {
            "Architectures": ["arm64"],
            "Code": _code(self._get(name, "Code")),
            "Handler": handler
            if handler in {_DYNAMODB, _SITEWISE, _EVALUATOR, _UPLOAD}
            else "of a connector",
            "Role": self._get(name, "Role"),
            # The CDK chooses that of its own function.
            "Runtime": "python3.13" if upload else "python3.14",
            "Timeout": timeout if isinstance(timeout, int) and 0 < timeout <= longest else f"1 to {longest}",
        }
        if upload:
            ca_bundle = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"
            layers = self._get(name, "Layers") or []
            known = len(layers) == 1 and _id(layers[0]) in self._of("AWS::Lambda::LayerVersion")
            expected["Layers"] = layers if known else "one layer of this template"
            expected["Environment"] = {"Variables": {"AWS_CA_BUNDLE": ca_bundle}}
        else:
            expected["LoggingConfig"] = {
                "ApplicationLogLevel": "INFO",
                "LogFormat": "JSON",
                "LogGroup": f"<{self._log_group_of(name)}>",
            }
        if handler in (_DYNAMODB, _EVALUATOR):
            table = _only(self._of("AWS::DynamoDB::Table"))
            expected["Environment"] = {"Variables": {"TABLE_NAME": f"<{table}>"}}
        if handler == _SITEWISE:
            alias = f"/{self._workspace_id}/${{entityId}}/${{propertyName}}"
            expected["Environment"] = {"Variables": {"PROPERTY_ALIAS": alias}}
        return expected

    # Roles

    def _role(self, name: str) -> Resource:
        if name in map(self._rule_role, self._of("AWS::IoT::TopicRule")):
            return self._role_of_a_rule(name)
        user = _only([one for one in (self._workspace, *self._handlers) if self._role_of(one) == name])
        service = "iottwinmaker" if user == self._workspace else "lambda"
        trust = {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
        }
        expected: Resource = {"AssumeRolePolicyDocument": _document(trust)}
        if user == self._upload_function:
            return {**expected, "ManagedPolicyArns": [_BASIC_EXECUTION]}
        statements = self._of_workspace() if user == self._workspace else self._of_connector(user)
        return {**expected, "Policies": [{"PolicyDocument": _allow(statements)}]}

    def _of_workspace(self) -> Statements:
        bucket = f"<{self._bucket}.Arn>"
        marker = f"{bucket}/DO_NOT_DELETE_WORKSPACE_{self._get(self._workspace, 'WorkspaceId')}*"
        connectors = [f"<{one}.Arn>" for one in self._connectors]
        return {
            "s3:GetBucketLocation": [bucket],
            "s3:ListBucket": [bucket],
            "s3:GetObject": [f"{bucket}/*"],
            "s3:PutObject": [f"{bucket}/*"],
            "s3:DeleteObject": [marker],
            **({"lambda:InvokeFunction": connectors} if connectors else {}),
            **(self._native_reads() if self._is_read_natively() else {}),
        }

    def _is_read_natively(self) -> bool:
        types = self._of("AWS::IoTTwinMaker::ComponentType")
        return any(_NATIVE in (self._get(one, "ExtendsFrom") or []) for one in types)

    def _native_reads(self) -> Statements:
        """The assets of this template, and models of whatever asset."""
        assets = [f"{_SITEWISE_ARN}:asset/<{one}>" for one in self._of("AWS::IoTSiteWise::Asset")]
        models = [f"{_SITEWISE_ARN}:asset-model/*"]
        return {
            **dict.fromkeys(_NATIVE_READS, assets),
            "iotsitewise:DescribeAssetModel": models,
            "iotsitewise:ListAssets": models,
            "iotsitewise:ListAssetModels": ["*"],
        }

    def _of_connector(self, function: str) -> Statements:
        log = [f"<{self._log_group_of(function)}.Arn>"]
        expected = {"logs:CreateLogStream": log, "logs:PutLogEvents": log}
        if self._handlers.get(function) == _DYNAMODB:
            table = f"<{_only(self._of('AWS::DynamoDB::Table'))}.Arn>"
            writes = {"dynamodb:UpdateItem": [table]} if self._is_written(function) else {}
            return {**expected, **writes, "dynamodb:Query": [table, f"{table}/index/by_component_type"]}
        if function == self._evaluator:
            return {**expected, **self._of_evaluator()}
        series = f"{_SITEWISE_ARN}:time-series/* as /{self._workspace_id}/*/*"
        return {**expected, **{action: [series] for action in _SITEWISE_READS}}

    def _upload_policy(self, _: str) -> Resource:
        bucket = [f"<{self._bucket}.Arn>", f"<{self._bucket}.Arn>/*"]
        assets = [_ASSETS_ARN, f"{_ASSETS_ARN}/*"]
        reads = dict.fromkeys(_UPLOAD_READS, bucket + assets)
        statements = reads | dict.fromkeys(_UPLOAD_WRITES, bucket)
        return {"PolicyDocument": _allow(statements), "Roles": [self._upload_role()]}

    # Content

    def _workspace_itself(self, name: str) -> Resource:
        return {
            "Role": self._get(name, "Role"),
            "S3Location": f"<{self._bucket}.Arn>",
            "WorkspaceId": self._get(name, "WorkspaceId"),
        }

    def _component_type(self, name: str) -> Resource:
        """What is stored externally is read by a connector of this template."""
        definitions = self._get(name, "PropertyDefinitions") or {}
        if not any(one.get("IsStoredExternally") for one in definitions.values()):
            return {}
        functions = self._get(name, "Functions") or {}
        arns = [f"<{one}.Arn>" for one in self._connectors]

        def known(function: str) -> Resource:
            arn = functions.get(function, {}).get("ImplementedBy", {}).get("Lambda", {}).get("Arn")
            arn = arn if arn in arns else "a connector of this template"
            return {"ImplementedBy": {"Lambda": {"Arn": arn}}}

        names = ["dataReader", *(["dataWriter"] if "dataWriter" in functions else [])]
        return {"Functions": {function: known(function) for function in names}}

    def _scene(self, name: str) -> Resource:
        prefix = self._get(self._workspace, "WorkspaceId")
        scene_id = self._get(name, "SceneId")
        return {
            "ContentLocation": f"s3://<{self._bucket}>/{prefix}/{scene_id}.json",
            "SceneId": scene_id,
        }

    def _upload(self, name: str) -> Resource:
        """Copied from the CDK's assets into the workspace's folder; nothing there is deleted."""
        keys = self._get(name, "SourceObjectKeys") or []
        return {
            "DestinationBucketKeyPrefix": self._get(self._workspace, "WorkspaceId"),
            "DestinationBucketName": f"<{self._bucket}>",
            "Prune": False,
            "RetainOnDelete": True,
            "ServiceToken": f"<{self._upload_function}.Arn>",
            "SourceBucketNames": [_ASSETS],
            "SourceObjectKeys": keys if [*map(_is_asset, keys)] == [True] else "one asset",
        }

    # What devices publish, and alarms

    def _topic_rule(self, name: str) -> Resource:
        """It puts rows into the twin's table or values into SiteWise; what it cannot put, into a queue."""
        payload = self._get(name, "TopicRulePayload") or {}
        role = f"<{self._rule_role(name)}.Arn>"
        if self._is_for_sitewise(name):
            actions: list[Resource] = [{"IotSiteWise": {"RoleArn": role, _ENTRIES: "of this twin"}}]
        else:
            table = _only(self._of("AWS::DynamoDB::Table"))
            actions = [{"DynamoDBv2": {"PutItem": {"TableName": f"<{table}>"}, "RoleArn": role}}]
        return {
            "TopicRulePayload": {
                "Actions": actions,
                "ErrorAction": {
                    "Sqs": {"QueueUrl": f"<{self._letters_of_rules()}>", "RoleArn": role, "UseBase64": False}
                },
                **{key: payload.get(key) for key in ("AwsIotSqlVersion", "RuleDisabled", "Sql")},
            }
        }

    def _foreign_streams(self) -> Iterator[str]:
        """Values go to streams of this twin, whatever a message says; the role could write to others."""
        # A part of the topic has no slash in it, so that no device leaves the twin's own aliases.
        own = re.compile(rf"/{re.escape(self._workspace_id)}/<topic\([1-8]\)>/\w+")
        known = {"EntryId", "PropertyAlias", "PropertyValues"}
        for rule in self._of("AWS::IoT::TopicRule"):
            for entry in self._action(rule).get("IotSiteWise", {}).get(_ENTRIES) or []:
                fits = isinstance(entry, dict) and entry.keys() <= known
                if not fits or not own.fullmatch(flat(entry.get("PropertyAlias", ""))):
                    yield f"{rule}: {entry} is not of a stream of this twin"

    def _role_of_a_rule(self, role: str) -> Resource:
        trust = {
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": "<AWS::AccountId>"}},
            "Effect": "Allow",
            "Principal": {"Service": "iot.amazonaws.com"},
        }
        rule = _only([one for one in self._of("AWS::IoT::TopicRule") if self._rule_role(one) == role])
        statements = {"sqs:SendMessage": [f"<{self._letters_of_rules()}.Arn>"]}
        if self._is_for_sitewise(rule):
            streams = [f"{_SITEWISE_ARN}:asset/*", f"{_SITEWISE_ARN}:time-series/*"]
            statements["iotsitewise:BatchPutAssetPropertyValue"] = streams
        else:
            statements["dynamodb:PutItem"] = [f"<{_only(self._of('AWS::DynamoDB::Table'))}.Arn>"]
        return {
            "AssumeRolePolicyDocument": _document(trust),
            "Policies": [{"PolicyDocument": _allow(statements)}],
        }

    def _device_policy(self, name: str) -> Resource:
        """A device connects and publishes under the name of its thing."""
        statements = (self._get(name, "PolicyDocument") or {}).get("Statement") or [{}]
        last = statements[-1] if isinstance(statements, list) else {}
        topics = last.get("Resource") if isinstance(last, dict) else None
        own = re.compile(rf"{re.escape(_PLACE)}:topic/([^*/]+/)*{re.escape(_THING)}(/[^*/]+)*")
        fits = isinstance(topics, list) and topics and all(own.fullmatch(str(one)) for one in topics)
        return {
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Action": "iot:Connect",
                        "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}},
                        "Effect": "Allow",
                        "Resource": f"{_PLACE}:client/{_THING}",
                    },
                    {
                        "Action": "iot:Publish",
                        "Effect": "Allow",
                        "Resource": topics if fits else "topics of the thing alone",
                    },
                ],
            }
        }

    def _queue_policy(self, name: str) -> Resource:
        queue = _id((self._get(name, "Queues") or [""])[0])
        queue = queue if queue in self._of("AWS::SQS::Queue") else "a queue of this template"
        statement = {
            "Action": "sqs:*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Resource": f"<{queue}.Arn>",
        }
        return {"PolicyDocument": _document(statement), "Queues": [f"<{queue}>"]}

    def _mapping(self, _: str) -> Resource:
        table = _only(self._of("AWS::DynamoDB::Table"))
        return {
            "DestinationConfig": {"OnFailure": {"Destination": f"<{self._letters_of_alarms()}.Arn>"}},
            "EventSourceArn": f"<{table}.StreamArn>",
            "FunctionName": f"<{self._evaluator}>",
        }

    def _permission(self, _: str) -> Resource:
        return {
            "Action": "lambda:InvokeFunction",
            "FunctionName": f"<{self._evaluator}.Arn>",
            "Principal": "events.amazonaws.com",
            "SourceArn": f"<{_only(self._of('AWS::Events::Rule'))}.Arn>",
        }

    def _of_evaluator(self) -> Statements:
        table = f"<{_only(self._of('AWS::DynamoDB::Table'))}.Arn>"
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
            "sqs:SendMessage": [f"<{self._letters_of_alarms()}.Arn>"],
        }

    @property
    def _is_watched(self) -> bool:
        return self._evaluator in self._handlers

    def _is_written(self, function: str) -> bool:
        """Whether a component type has it as dataWriter."""
        arn = {"ImplementedBy": {"Lambda": {"Arn": f"<{function}.Arn>"}}}
        types = self._of("AWS::IoTTwinMaker::ComponentType")
        return any((self._get(one, "Functions") or {}).get("dataWriter") == arn for one in types)

    def _action(self, rule: str) -> Resource:
        actions = (self._get(rule, "TopicRulePayload") or {}).get("Actions")
        found: Resource = actions[0] if isinstance(actions, list) and actions else {}
        return found

    def _is_for_sitewise(self, rule: str) -> bool:
        return "IotSiteWise" in self._action(rule)

    def _rule_role(self, rule: str) -> str:
        (action, *_) = [*self._action(rule).values(), {}]
        return _id((action or {}).get("RoleArn"))

    def _letters_of_rules(self) -> str:
        return _only([name for name in self._of("AWS::SQS::Queue") if "Ingest" in name])

    def _letters_of_alarms(self) -> str:
        return _only([name for name in self._of("AWS::SQS::Queue") if "Alarms" in name])

    # Who belongs to whom

    @property
    def _workspace_id(self) -> str:
        return str(self._get(self._workspace, "WorkspaceId"))

    def _of(self, type_name: str) -> list[str]:
        return [name for name, one in self._resources.items() if one.get("Type") == type_name]

    def _get(self, name: str, member: str) -> Any:
        return self._resources.get(name, {}).get("Properties", {}).get(member)

    def _one_with(self, type_name: str, member: str, value: object) -> str:
        return _only([name for name in self._of(type_name) if self._get(name, member) == value])

    def _role_of(self, user: str) -> str:
        return _id(self._get(user, "Role"))

    def _upload_role(self) -> str:
        return f"<{self._role_of(self._upload_function)}>"

    def _log_group_of(self, function: str) -> str:
        if function == self._upload_function:
            return self._one_with("AWS::Logs::LogGroup", "LogGroupName", f"/aws/lambda/<{function}>")
        return _id((self._get(function, "LoggingConfig") or {}).get("LogGroup"))

    def _shown(self, text: str) -> str:
        for written, shown in (
            (f"<{self._bucket}.Arn>", "<bucket>"),
            (_ASSETS_ARN, "<assets>"),
            (_SITEWISE_ARN, "<sitewise>"),
            (f"WORKSPACE_{self._workspace_id}*", "WORKSPACE_<workspace>*"),
            (f" as /{self._workspace_id}/", " as /<workspace>/"),
        ):
            text = text.replace(written, shown)
        return text


def is_free(type_name: str, path: str) -> bool:
    """Whether a member is not security."""
    return any(path == free or path.startswith(f"{free}.") for free in FREE.get(type_name, {}))


def plain(value: Any) -> Any:
    """A resource with its references as texts and its allowing statements as resources by action."""
    match value:
        case {"Statement": list(statements)}:
            return {**value, "Statement": _by_action([plain(one) for one in statements])}
        case dict() if len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::")):
            return flat(value)
        case dict():
            return {key: plain(one) for key, one in value.items()}
        case list():
            return [plain(one) for one in value]
        case _:
            return value


def _by_action(statements: list[Any]) -> Any:
    """Of statements that allow something, resources by action; others stay as they are.

    The one condition that is known is that on an alias: it is shown behind the resource.
    """
    found: dict[str, list[str]] = {}
    for statement in statements:
        match statement:
            case {"Action": actions, "Effect": "Allow", "Resource": resources, **more} if not more:
                suffix = ""
            case {
                "Action": actions,
                "Effect": "Allow",
                "Resource": resources,
                "Condition": {"StringLike": {"iotsitewise:propertyAlias": str(alias), **others}, **kinds},
                **more,
            } if not (more or others or kinds):
                suffix = f" as {alias}"
            case _:
                return statements
        for action in listed(actions):
            found.setdefault(action, []).extend(f"{one}{suffix}" for one in listed(resources))
    return {action: sorted(resources) for action, resources in found.items()}


def _allowed(resource: Resource) -> Iterator[tuple[str, list[str]]]:
    """What the statements of a role or policy allow."""
    properties = resource.get("Properties", {})
    for document in (properties, *properties.get("Policies", [])):
        statements = document.get("PolicyDocument", {}).get("Statement", {})
        if isinstance(statements, dict):
            yield from statements.items()


def _allow(statements: Statements) -> Resource:
    by_action = {action: sorted(resources) for action, resources in statements.items()}
    return {"Statement": by_action, "Version": "2012-10-17"}


def _document(statement: Resource) -> Resource:
    return {"Statement": [statement], "Version": "2012-10-17"}


def _code(code: Any) -> Resource:
    """Code comes from the CDK's assets, by its hash."""
    key = (code or {}).get("S3Key")
    return {"S3Bucket": _ASSETS, "S3Key": key if _is_asset(key) else "an asset"}


def _is_asset(key: Any) -> bool:
    return re.fullmatch(r"[0-9a-f]{64}\.zip", str(key)) is not None


def _id(reference: Any) -> str:
    """The logical id in `<Role.Arn>` or `<Logs>`."""
    return str(reference).strip("<>").removesuffix(".Arn")


def _only(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"one, not {len(names)}"


def _differences(path: str, found: Any, expected: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in sorted(found.keys() | expected.keys()):
            yield from _differences(
                f"{path}.{key}".lstrip("."), found.get(key, "absent"), expected.get(key, "absent")
            )
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for index, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from _differences(f"{path}.{index}", one, other)
    elif found != expected:
        yield path, found, expected
