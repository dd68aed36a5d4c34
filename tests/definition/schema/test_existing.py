"""What exists already in ``twin.yaml``: which ARNs are accepted, and what excludes each other."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from twin_stack.definition.schema import Connector, Existing, StageExisting

TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/restored"
STREAM = f"{TABLE}/stream/2026-01-31T08:00:00.000"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0b1e4c0a-9d0d-4b52-9c1f-4be0a7a9f001"
BUCKET = "arn:aws:s3:::plant-scenes"
ROLE = "arn:aws:iam::111122223333:role/service-role/twinmaker"


def test_everything_that_exists_is_read_by_name() -> None:
    existing = Existing.model_validate(
        {
            "bucket": {"bucketArn": BUCKET, "encryptionKeyArn": KEY},
            "telemetryTable": {"tableArn": TABLE, "streamArn": STREAM, "encryptionKeyArn": KEY},
            "alarmTopic": {"topicArn": "arn:aws:sns:eu-west-1:111122223333:alarms", "encryptionKeyArn": KEY},
        }
    )

    assert existing.bucket is not None
    assert existing.telemetry_table is not None
    assert existing.alarm_topic is not None
    assert existing.telemetry_table.component_type_index == "by_component_type"


def test_answer_of_get_workspace_can_be_pasted() -> None:
    answer = {
        "workspaceId": "plant-1",
        "arn": "arn:aws:iottwinmaker:eu-west-1:111122223333:workspace/plant-1",
        "linkedServices": ["IOTSITEWISE"],
        "s3Location": BUCKET,
        "role": ROLE,
        "creationDateTime": "2026-01-31T08:00:00Z",
        "updateDateTime": "2026-01-31T08:00:00Z",
    }

    workspace = Existing.model_validate({"workspace": answer}).workspace

    assert workspace is not None
    assert (workspace.s3_location, workspace.role) == (BUCKET, ROLE)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"telemetryTable": {"tableArn": "restored"}}, "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME"),
        ({"telemetryTable": {"tableArn": STREAM}}, "table ARN"),
        ({"telemetryTable": {"tableArn": TABLE, "streamArn": TABLE}}, "LatestStreamArn of the table"),
        (
            {"telemetryTable": {"tableArn": f"{TABLE}-2", "streamArn": STREAM}},
            f"streamArn is of the table {TABLE}, expected the stream of {TABLE}-2",
        ),
        (
            {"bucket": {"bucketArn": BUCKET, "encryptionKeyArn": KEY.replace("key/", "alias/")}},
            "not an alias",
        ),
        ({"bucket": {"bucketArn": f"{BUCKET}.example"}}, "without dots in the name"),
        ({"workspace": {"role": BUCKET}}, "arn:aws:iam::ACCOUNT:role/NAME"),
        ({"alarmTopic": {"topicArn": "alarms"}}, "arn:aws:sns:REGION:ACCOUNT:NAME"),
        ({"workspace": {}, "bucket": {"bucketArn": BUCKET}}, "bucket is for a new workspace"),
    ],
)
def test_mistake_names_what_is_allowed(members: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message.replace("(", r"\(")):
        Existing.model_validate(members)


def test_connector_takes_the_arn_of_a_table_or_its_name() -> None:
    by_arn = Connector.model_validate({"kind": "dynamodb", "tableArn": TABLE, "encryptionKeyArn": KEY})
    assert not by_arn.reads_telemetry_table
    assert not Connector.model_validate({"kind": "dynamodb", "tableName": "rows"}).reads_telemetry_table
    assert Connector.model_validate({"kind": "dynamodb"}).reads_telemetry_table

    with pytest.raises(ValidationError, match="tableName and tableArn exclude each other"):
        Connector.model_validate({"kind": "dynamodb", "tableArn": TABLE, "tableName": "restored"})
    with pytest.raises(ValidationError, match="for an existing table only"):
        Connector.model_validate({"kind": "dynamodb", "encryptionKeyArn": KEY})


def test_stage_names_the_tables_of_connectors() -> None:
    stage = StageExisting.model_validate({"tables": {"archive": {"tableArn": TABLE}}})

    assert stage.tables["archive"].table_arn == TABLE
