// The same resources by the CDK in its own language, one CfnEntity each: `node peer_entities.cjs MODEL OUT CONTEXT`.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { App, CfnOutput, CustomResource, Duration, IgnoreMode, RemovalPolicy, Stack, Tags } = require("aws-cdk-lib");
const { CfnComponentType, CfnEntity, CfnWorkspace } = require("aws-cdk-lib/aws-iottwinmaker");
const dynamodb = require("aws-cdk-lib/aws-dynamodb");
const iam = require("aws-cdk-lib/aws-iam");
const lambda = require("aws-cdk-lib/aws-lambda");
const logs = require("aws-cdk-lib/aws-logs");
const s3 = require("aws-cdk-lib/aws-s3");

const [modelFile, outdir, contextFile] = process.argv.slice(2);
const model = JSON.parse(fs.readFileSync(modelFile, "utf8"));
const app = new App({ outdir, context: JSON.parse(fs.readFileSync(contextFile, "utf8")) });
const stack = new Stack(app, "bench-twin");

const dataTag = ["twin-stack:workspace", "bench-twin"];
const tableName = "bench-twin-telemetry";

function logGroup(name, logGroupName) {
  return new logs.LogGroup(stack, name, {
    logGroupName: `/twin-stack/bench-twin/${logGroupName}`,
    retention: logs.RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}

function pythonFunction(name, { packages, description, policy, statements, logs, ...options }) {
  const [main] = packages;
  const group = logGroup(`${name}Logs`, logs);
  const role = new iam.Role(stack, `${name}Role`, {
    assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
    description,
    inlinePolicies: {
      [policy]: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: [group.logGroupArn],
          }),
          ...statements,
        ],
      }),
    },
  });
  return new lambda.Function(stack, name, {
    description,
    runtime: lambda.Runtime.PYTHON_3_14,
    architecture: lambda.Architecture.ARM_64,
    code: lambda.Code.fromAsset(path.join(__dirname, "../../lambdas"), {
      exclude: ["/*", ...packages.map((folder) => `!/${folder}`), "__pycache__", "*.pyc"],
      ignoreMode: IgnoreMode.GIT,
    }),
    handler: `${main}.handler.handler`,
    role,
    logGroup: group,
    loggingFormat: lambda.LoggingFormat.JSON,
    applicationLogLevelV2: lambda.ApplicationLogLevel.INFO,
    ...options,
  });
}

const guardFunction = pythonFunction("GuardFunction", {
  packages: ["history_guard", "aws_client", "custom_resource"],
  description: "Refuses updates that would leave a twin without its history",
  policy: "Look",
  logs: "history-guard",
  statements: [
    new iam.PolicyStatement({
      actions: ["dynamodb:Scan"],
      resources: [stack.formatArn({ service: "dynamodb", resource: "table", resourceName: "*-telemetry" })],
      conditions: { StringEquals: { "dynamodb:Select": "COUNT" } },
    }),
    new iam.PolicyStatement({ actions: ["cloudformation:DescribeStacks"], resources: [stack.stackId] }),
  ],
  memorySize: 256,
  timeout: Duration.minutes(1),
});
const guard = new CustomResource(stack, "Guard", {
  resourceType: "Custom::TwinHistoryGuard",
  serviceToken: guardFunction.functionArn,
  serviceTimeout: Duration.minutes(2),
  properties: {
    DataName: "bench-twin",
    TableName: tableName,
    ReadableTables: [],
    AttachesTable: false,
    ManagesAssets: false,
    AllowLoss: false,
  },
});

const bucket = new s3.Bucket(stack, "Bucket", {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  encryption: s3.BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  versioned: true,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  cors: [
    {
      allowedMethods: [s3.HttpMethods.GET, s3.HttpMethods.HEAD],
      allowedOrigins: ["http://localhost:3000"],
      allowedHeaders: ["*"],
      exposedHeaders: ["ETag"],
    },
  ],
  removalPolicy: RemovalPolicy.RETAIN,
});
const table = new dynamodb.Table(stack, "Table", {
  tableName,
  partitionKey: { name: "device_id", type: dynamodb.AttributeType.STRING },
  sortKey: { name: "timestamp", type: dynamodb.AttributeType.NUMBER },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  encryption: dynamodb.TableEncryption.AWS_MANAGED,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  timeToLiveAttribute: "expires_at",
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  deletionProtection: false,
});
table.addGlobalSecondaryIndex({
  indexName: "by_component_type",
  partitionKey: { name: "component_type_id", type: dynamodb.AttributeType.STRING },
  sortKey: { name: "timestamp", type: dynamodb.AttributeType.NUMBER },
  projectionType: dynamodb.ProjectionType.ALL,
});
for (const holder of [bucket, table]) {
  Tags.of(holder).add(...dataTag);
  holder.node.defaultChild.addDependency(guard.node.defaultChild);
}
const reader = pythonFunction("Reader", {
  packages: ["dynamodb_connector", "connector_kit", "aws_client", "former_ids"],
  description: "Answers AWS IoT TwinMaker from a DynamoDB table",
  policy: "Connector",
  logs: "connector/telemetry",
  statements: [
    new iam.PolicyStatement({
      actions: ["dynamodb:Query"],
      resources: [table.tableArn, `${table.tableArn}/index/by_component_type`],
    }),
  ],
  environment: {
    TABLE_NAME: table.tableName,
    PARTITION_KEY: "device_id",
    SORT_KEY: "timestamp",
    TIME_UNIT: "ms",
    COMPONENT_TYPE_INDEX: "by_component_type",
  },
  memorySize: 1024,
  timeout: Duration.seconds(30),
});
const role = new iam.Role(stack, "Role", {
  assumedBy: new iam.ServicePrincipal("iottwinmaker.amazonaws.com"),
  description: "Assumed by AWS IoT TwinMaker for one workspace",
  inlinePolicies: {
    WorkspaceAccess: new iam.PolicyDocument({
      statements: [
        new iam.PolicyStatement({
          actions: ["s3:GetBucketLocation", "s3:ListBucket"],
          resources: [bucket.bucketArn],
        }),
        new iam.PolicyStatement({
          actions: ["s3:GetObject", "s3:PutObject"],
          resources: [bucket.arnForObjects("*")],
        }),
      ],
    }),
  },
});
const deletion = new iam.Policy(stack, "Deletion", {
  roles: [role],
  statements: [
    new iam.PolicyStatement({
      actions: ["s3:DeleteObject"],
      resources: [bucket.arnForObjects("DO_NOT_DELETE_WORKSPACE_bench-twin*")],
    }),
  ],
});
const invocation = new iam.Policy(stack, "Invocation", {
  roles: [role],
  statements: [
    new iam.PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [reader.functionArn] }),
  ],
});
const workspace = new CfnWorkspace(stack, "Workspace", {
  workspaceId: "bench-twin",
  role: role.roleArn,
  s3Location: bucket.bucketArn,
});
workspace.node.addDependency(bucket.policy, deletion, guard);

const types = {};
for (const [componentTypeId, one] of Object.entries(model.types)) {
  const propertyDefinitions = {};
  for (const [name, definition] of Object.entries(one.properties)) {
    propertyDefinitions[name] = definition.isTimeSeries
      ? { ...definition, isStoredExternally: true }
      : definition;
  }
  const type = new CfnComponentType(stack, componentTypeId, {
    workspaceId: workspace.ref,
    componentTypeId,
    propertyDefinitions,
    functions: one.reader
      ? { dataReader: { implementedBy: { lambda: { arn: reader.functionArn } } } }
      : undefined,
  });
  if (one.reader) type.node.addDependency(invocation);
  types[componentTypeId] = type;
}

const entities = {};
for (const one of model.entities) {
  const components = {};
  for (const [componentName, component] of Object.entries(one.components)) {
    components[componentName] = { componentName, ...component };
  }
  const entity = new CfnEntity(stack, one.entityId, { ...one, workspaceId: workspace.ref, components });
  if (entities[one.parentEntityId]) entity.addDependency(entities[one.parentEntityId]);
  for (const component of Object.values(one.components)) entity.addDependency(types[component.componentTypeId]);
  entities[one.entityId] = entity;
}
new CfnOutput(stack, "WorkspaceId", { value: workspace.ref });
new CfnOutput(stack, "WorkspaceArn", { value: workspace.attrArn });
new CfnOutput(stack, "BucketName", { value: bucket.bucketName });
new CfnOutput(stack, "TelemetryTableName", { value: table.tableName });
new CfnOutput(stack, "ConnectorTelemetryArn", { value: reader.functionArn });
app.synth();
