"""Rules of stages: two twins of one account and region share nothing by accident."""

from __future__ import annotations

from twin_stack.definition.rule import Rule

STAGES_SHARE_IDENTITY = Rule(
    "TWIN110",
    "stages-share-identity",
    """Two stages of one account and region have the same workspace, stack or data name, so that deploying one
    of them would change the other.

    A stage without `workspaceId` has that of the definition, whichever stage is the default. Stages whose
    `account` and `region` differ may share everything. A stage without them is deployed where the credentials
    of the deployment belong.

    Bad:
        cdk.json:
            {
              "context": {
                "twin-stack": {
                  "defaultStage": "dev",
                  "stages": {
                    "dev": {"model": "MODEL"},
                    "prod": {"model": "MODEL"}
                  }
                }
              }
            }

    Finding:
        cdk.json:6:16 TWIN110 stages "dev" and "prod" of one account and region have the same workspace,
        "my-twin"; give one of them another workspaceId

    Fix:
        Give one of the stages a `workspaceId`, `stackName` or `dataName` of its own, or name the account and
        region of each.

    Good:
        cdk.json:
            {
              "context": {
                "twin-stack": {
                  "defaultStage": "dev",
                  "stages": {
                    "dev": {"model": "MODEL"},
                    "prod": {"model": "MODEL", "workspaceId": "my-twin-prod"}
                  }
                }
              }
            }
    """,
)
STAGES_SHARE_TOPICS = Rule(
    "TWIN111",
    "stages-share-topics",
    """Topic filters of two stages in one account and region overlap, so that a message of a device would be
    stored in both twins and raise alarms in both.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              temps: {componentTypeId: com.example.Sensor, topic: plant/+, deviceId: topic(2)}
        cdk.json:
            {
              "context": {
                "twin-stack": {
                  "defaultStage": "dev",
                  "stages": {
                    "dev": {"model": "MODEL"},
                    "prod": {"model": "MODEL", "workspaceId": "my-twin-prod"}
                  }
                }
              }
            }

    Finding:
        twin.yaml:4:55 TWIN111 the topic "plant/+" of stage "dev" also takes messages on "plant/+" of stage
        "prod", in the same account and region; write ${stage} in the topic, or sharedTopics: true if both are
        to take the messages

    Fix:
        Write `${stage}` as a level of the topic, or name the account and region of each stage. If both stages
        are to take the messages, as a test stage beside the plant's own twin, write `sharedTopics: true`.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              temps: {componentTypeId: com.example.Sensor, topic: "plant/${stage}/+", deviceId: topic(3)}
    """,
    remedy="write ${stage} in the topic, or sharedTopics: true if both are to take the messages",
)
