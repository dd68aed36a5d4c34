"""Members of resources that the security contract leaves free, and wildcards with their reasons."""

from __future__ import annotations

from typing import Final

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
        "Properties.Description": "text for people",
        "Properties.ScheduleExpression": "operations",
        "Properties.State": "operations",
        "Properties.Targets.0.Id": "the CDK generates it",
        "Properties.Targets.0.Input": "the event that the function gets",
        "Properties.Targets.0.RetryPolicy": "operations",
    },
    "AWS::IAM::Role": {
        "Properties.Description": "text for people",
        "Properties.Policies.0.PolicyName": "text for people",
    },
    "AWS::IAM::Policy": {"Properties.PolicyName": "text for people"},
    "AWS::IoT::Policy": {
        "itself": "it has no effect until it is attached",
        "Properties.PolicyDocument.Statement.1.Resource.0": "one topic less; a foreign topic is noticed",
        "Properties.PolicyDocument.Statement.1.Resource.1": "one topic less",
    },
    "AWS::IoT::TopicRule": {
        "Properties.TopicRulePayload.AwsIotSqlVersion": "how the SQL is read",
        "Properties.TopicRulePayload.Actions.0.IotSiteWise.PutAssetPropertyValueEntries": (
            "shape of the data; aliases are held by themselves"
        ),
        "Properties.TopicRulePayload.RuleDisabled": "operations",
        "Properties.TopicRulePayload.Sql": "shape of the data; the role limits writes",
    },
    "AWS::IoTTwinMaker::ComponentType": {
        "itself": "content of the twin",
        "Properties.ComponentTypeId": "content of the twin",
        "Properties.Description": "text for people",
        "Properties.ExtendsFrom": "content of the twin",
        "Properties.PropertyDefinitions": "content of the twin",
        "Properties.WorkspaceId": "content of the twin",
        "DependsOn": "the order, which test_models checks",
    },
    "AWS::IoTTwinMaker::Entity": {
        "itself": "content of the twin",
        "Properties": "content of the twin",
        "DependsOn": "the order, which test_models checks",
    },
    "AWS::IoTTwinMaker::Scene": {
        "itself": "content of the twin",
        "Properties.Description": "text for people",
        "Properties.WorkspaceId": "content of the twin",
        "DependsOn": "the order, which test_models checks",
    },
    "AWS::IoTTwinMaker::Workspace": {"Properties.Description": "text for people"},
    "AWS::Lambda::Function": {
        "Properties.Description": "text for people",
        "Properties.MemorySize": "cost",
        "Properties.Environment.Variables.ALARMS": "content of the twin",
        "Properties.Environment.Variables.COMPONENT_TYPE_INDEX": "shape of the data; the role limits reads",
        "Properties.Environment.Variables.PARTITION_KEY": "shape of the data",
        "Properties.Environment.Variables.SORT_KEY": "shape of the data",
        "Properties.Environment.Variables.TIME_UNIT": "shape of the data",
        "DependsOn": "order, which comes from references as well",
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
    "AWS::Logs::MetricFilter": {"itself": "operations", "Properties": "it counts log lines and exposes none"},
    "AWS::SQS::Queue": {
        "Properties.MessageRetentionPeriod": "operations",
        "DeletionPolicy": "nothing in it is the only copy",
        "UpdateReplacePolicy": "nothing in it is the only copy",
    },
    "AWS::S3::Bucket": {
        "Properties.Tags": "by which twin orphans finds the bucket",
        "Properties.CorsConfiguration.CorsRules.0.AllowedHeaders": "S3 checks signatures all the same",
        "Properties.CorsConfiguration.CorsRules.0.ExposedHeaders": "the page may read the objects anyway",
    },
    "Custom::TwinHistoryGuard": {
        "Properties.ServiceTimeout": "how long CloudFormation waits",
        "DeletionPolicy": "it is a check only",
        "UpdateReplacePolicy": "it is a check only",
    },
    "Custom::TwinSceneFiles": {
        "Properties.ServiceTimeout": "how long CloudFormation waits",
        "DependsOn": "the order, which test_models checks",
    },
    "Custom::TwinSceneFilesCleanup": {
        "itself": "removes only what an upload wrote",
        "Properties.ServiceTimeout": "how long CloudFormation waits",
        "DeletionPolicy": "its deletion is what it is for",
        "UpdateReplacePolicy": "it is not replaced",
        "DependsOn": "the order, which test_models checks",
    },
    "Custom::SiteWiseAsset": {
        "itself": "content of the twin",
        "Properties.AliasPrefix": "content of the twin",
        "Properties.AssetModelId": "content of the twin",
        "Properties.ExternalId": "content of the twin",
        "Properties.Name": "content of the twin",
        "Properties.PropertyDigest": "content of the twin",
        "Properties.ServiceTimeout": "how long CloudFormation waits",
    },
    "Custom::SiteWiseAssetModel": {
        "itself": "content of the twin",
        "Properties.ExternalId": "content of the twin",
        "Properties.Name": "content of the twin",
        "Properties.Properties": "content of the twin",
        "Properties.ServiceTimeout": "how long CloudFormation waits",
    },
}
"""Members that are not about security, by type of resource and path, each with its reason."""

WILDCARDS: Final = {
    "<bucket>/*": "scene files of any name in the workspace's own bucket",
    "<bucket>/DO_NOT_DELETE_WORKSPACE_<workspace>*": "the service's marker, whose key begins with this",
    "<bucket>/<workspace>/*": "scene files of any name in the workspace's folder",
    "<bucket>/.twin-stack/scene-files/*": "what other stacks wrote to the bucket, so that it is not removed",
    "<sitewise>:time-series/* as /<workspace>/*/*": "SiteWise generates the ids; the alias is the twin's",
    "<dynamodb>:table/*-telemetry counted": "former tables are not known; rows are counted, not read",
    "<sitewise>:asset-model/*": "the service describes the model of the asset it reads",
    "<sitewise>:asset/*": "SiteWise generates the ids, and what exists is adopted",
    "<sitewise>:asset/* tagged <workspace>": "SiteWise generates the ids; the tag is the twin's",
    "<sitewise>:asset-model/* tagged <workspace>": "SiteWise generates the ids; the tag is the twin's",
    "<sitewise>:time-series/*": "reading a value by asset and property needs its time series",
    "*": "iotsitewise:CreateAssetModel, ListAssetModels and ListTimeSeries support no other resource",
}
"""Wildcards that a statement may contain, each with its reason."""


def is_free(type_name: str, path: str) -> bool:
    """Return whether a member is not about security."""
    return any(path == free or path.startswith(f"{free}.") for free in FREE.get(type_name, {}))
