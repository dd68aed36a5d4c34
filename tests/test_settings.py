"""The settings of stages: defaults, the workspace's id, and every mistake with its position."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from twin_stack import DefinitionError, load
from twin_stack.definition.files import read
from twin_stack.settings import Stage, read_stage

FILE = Path("cdk.json")
FACTORY = Path(__file__).parents[1] / "models" / "factory"


def stage_of(name: str | None = None, **stages: dict[str, Any]) -> Stage:
    return read_stage({"defaultStage": "dev", "stages": {"dev": {"model": "m"}, **stages}}, name, file=FILE)


def findings(raw: object, name: str | None = None) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        read_stage(raw, name, file=FILE)
    return [str(finding) for finding in caught.value.findings]


def test_absent_settings_keep_data_and_have_alarms() -> None:
    settings = stage_of().settings

    assert (settings.removal, settings.log_retention_days, settings.grafana) == ("retain", 90, None)
    assert settings.operations.enabled
    assert settings.operations.thresholds == {}


@pytest.mark.parametrize(
    ("name", "settings", "workspace_id"),
    [
        ("dev", {}, "plant"),
        ("prod", {}, "plant-prod"),
        ("prod", {"workspaceId": "plant-live"}, "plant-live"),
    ],
)
def test_workspace_id_depends_on_the_stage(name: str, settings: dict[str, Any], workspace_id: str) -> None:
    stage = stage_of(name, prod={"model": "m", **settings})

    assert stage.workspace_id("plant") == workspace_id


def test_every_mistake_is_reported_at_once() -> None:
    raw = {"defaultStage": "dev", "stages": {"dev": {"model": "", "logRetentionDays": 2, "colour": "red"}}}

    text = "\n".join(findings(raw))

    for word in ("model", "2 is not a retention period of CloudWatch Logs", "colour"):
        assert word in text


def test_missing_context_key_is_reported() -> None:
    (finding,) = findings(None)

    assert 'context has no "twin-stack"' in finding


def test_unknown_stage_suggests_a_similar_name() -> None:
    raw = {"defaultStage": "dev", "stages": {"dev": {"model": "m"}}}

    (finding,) = findings(raw, "dve")

    assert 'stage "dve" is not defined; did you mean "dev"?' in finding


@pytest.mark.parametrize(
    "grafana",
    [
        {"managedRoleArn": "arn:aws:iam::111122223333:user/grafana"},
        {"managedRoleArn": "grafana"},
        {"principalArn": "arn:aws:iam::111122223333:role/grafana", "externalId": "a"},
        {"principalArn": "arn:aws:iam::111122223333:role/grafana", "externalId": "a b"},
    ],
)
def test_malformed_arns_and_external_ids_of_grafana_are_refused(grafana: dict[str, str]) -> None:
    raw = {"defaultStage": "dev", "stages": {"dev": {"model": "m", "grafana": grafana}}}

    assert findings(raw)


def test_grafana_accepts_a_role_with_a_path_and_an_external_id() -> None:
    grafana = {"principalArn": "arn:aws:iam::111122223333:role/path/grafana", "externalId": "plant-1"}

    settings = stage_of("prod", prod={"model": "m", "grafana": grafana}).settings

    assert settings.grafana is not None
    assert settings.grafana.external_id == "plant-1"


TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/restored"
STREAM = f"{TABLE}/stream/2026-01-31T08:00:00.000"


def stage_with_existing(folder: Path, **settings: Any) -> Stage:
    """A stage of a file, so that findings have places."""
    file = folder / "cdk.json"
    document = {"defaultStage": "dev", "stages": {"dev": {"model": "m", **settings}}}
    file.write_text(json.dumps(document, indent=1))
    return read_stage(read(file, display_path=FILE), None, file=FILE)


def test_stage_attaches_what_exists(tmp_path: Path) -> None:
    stage = stage_with_existing(
        tmp_path, existing={"telemetryTable": {"tableArn": TABLE, "streamArn": STREAM}}
    )

    existing = stage.attach(load(FACTORY)).twin.existing

    assert existing.telemetry_table is not None
    assert existing.telemetry_table.table_arn == TABLE


def test_setting_of_a_new_bucket_is_refused_when_the_bucket_exists(tmp_path: Path) -> None:
    stage = stage_with_existing(
        tmp_path,
        corsOrigins=["https://a.example"],
        existing={"bucket": {"bucketArn": "arn:aws:s3:::plant-scenes"}},
    )

    with pytest.raises(DefinitionError) as caught:
        stage.attach(load(FACTORY))

    (finding,) = map(str, caught.value.findings)
    assert finding.startswith("cdk.json:6:4 TWIN122 corsOrigins is a setting of a new bucket, but the bucket")


def test_topic_is_named_once() -> None:
    topic = "arn:aws:sns:eu-west-1:111122223333:alarms"
    settings = {"model": "m", "alarmTopicArn": topic, "existing": {"alarmTopic": {"topicArn": topic}}}

    (finding,) = findings({"defaultStage": "dev", "stages": {"dev": settings}})

    assert "alarmTopicArn and existing.alarmTopic exclude each other; give one" in finding
