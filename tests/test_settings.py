"""The settings of stages: defaults, the workspace's id, and every mistake with its position."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from twin_stack import DefinitionError
from twin_stack.settings import Stage, read_stage

FILE = Path("cdk.json")


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
