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


def is_free(type_name: str, path: str) -> bool:
    """Whether a member is not security."""
    return any(path == free or path.startswith(f"{free}.") for free in FREE.get(type_name, {}))
