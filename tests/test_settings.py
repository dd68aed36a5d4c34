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
        ("prod", {}, "plant"),
        ("prod", {"workspaceId": "plant-live"}, "plant-live"),
    ],
)
def test_workspace_id_is_that_of_the_stage_or_the_definition(
    name: str, settings: dict[str, Any], workspace_id: str
) -> None:
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


CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/5f0e4b8c"
POOL = {"id": "eu-west-1_AbCdEfGhI", "url": "https://plant.auth.eu-west-1.amazoncognito.com"}
OIDC = {"issuer": "https://login.example.com/plant", "clientId": "twin"}


def test_page_is_hosted_with_defaults_when_nothing_is_set() -> None:
    page = stage_of("prod", prod={"model": "m", "webApp": {}}).settings.web_app

    assert page is not None
    assert (page.domain_name, page.mfa, page.user_pool, page.oidc, page.countries) == (
        None,
        None,
        None,
        None,
        [],
    )
    assert stage_of().settings.web_app is None


@pytest.mark.parametrize(
    ("page", "code", "message"),
    [
        ({"certificateArn": CERTIFICATE}, "TWIN280", "domainName is missing"),
        ({"hostedZone": {"id": "Z1", "name": "example.com"}}, "TWIN280", "domainName is missing"),
        (
            {
                "domainName": "twin.badexample.com",
                "certificateArn": CERTIFICATE,
                "hostedZone": {"id": "Z1", "name": "example.com"},
            },
            "TWIN280",
            'domainName "twin.badexample.com" is not in the hosted zone "example.com"',
        ),
        (
            {"domainName": "twin.example.com", "certificateArn": CERTIFICATE.replace("us-east", "eu-west")},
            "TWIN281",
            "in us-east-1",
        ),
        ({"userPool": POOL, "oidc": OIDC}, "TWIN282", "userPool and oidc exclude each other"),
        ({"userPool": POOL, "mfa": "off"}, "TWIN282", "mfa is a setting of a new user pool"),
        ({"oidc": OIDC, "signInDomainPrefix": "plant"}, "TWIN282", "signInDomainPrefix is a setting"),
        ({"oidc": OIDC, "sessionHours": 8}, "TWIN282", "oidc and sessionHours exclude each other"),
        ({"oidc": {**OIDC, "scopes": ["email"]}}, "TWIN005", 'scopes lack "openid"'),
        ({"signInDomainPrefix": "my-aws-plant"}, "TWIN005", "without aws, amazon and cognito"),
        ({"oidc": {**OIDC, "issuer": "http://login.example.com"}}, "TWIN005", "beginning with https://"),
        (
            {"connectOrigins": ["https://models.example.com/a"]},
            "TWIN005",
            "such as https://models.example.com",
        ),
        ({"userPool": {**POOL, "identityProviders": []}}, "TWIN005", "identityProviders"),
        ({"userPool": {**POOL, "id": "AbCdEfGhI"}}, "TWIN005", "such as eu-west-1_AbCdEfGhI"),
        ({"countries": ["Germany"]}, "TWIN005", "Germany"),
        ({"colour": "red"}, "TWIN003", "colour"),
    ],
)
def test_settings_of_a_page_that_contradict_each_other_are_one_finding(
    page: dict[str, Any], code: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(DefinitionError) as caught:
        stage_with_existing(tmp_path, webApp=page)

    (finding,) = map(str, caught.value.findings)
    assert f" {code} " in finding
    assert message in finding


def test_page_of_an_existing_workspace_needs_its_bucket(tmp_path: Path) -> None:
    stage = stage_with_existing(tmp_path, webApp={}, existing={"workspace": {}})
    minimal = load(FACTORY.parent / "minimal")

    with pytest.raises(DefinitionError) as caught:
        stage.attach(minimal)

    findings = [str(finding) for finding in caught.value.findings if "webApp" in str(finding)]
    assert len(findings) == 1
    assert findings[0].startswith("cdk.json:6:")
    assert "TWIN122 webApp shows scenes of the workspace's bucket, and s3Location" in findings[0]


def test_user_pool_of_another_region_is_refused(tmp_path: Path) -> None:
    stage = stage_with_existing(tmp_path, region="eu-west-2", webApp={"userPool": POOL})

    with pytest.raises(DefinitionError) as caught:
        stage.attach(load(FACTORY.parent / "minimal"))

    (finding,) = map(str, caught.value.findings)
    assert finding.startswith("cdk.json:9:")
    assert 'TWIN281 userPool is "eu-west-1_' in finding
    assert "which is not in eu-west-2, the region of the stage" in finding


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


def write_model(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir()
    (folder / name / "twin.yaml").write_text(text, encoding="utf-8")


def shared(folder: Path, name: str, *, account: str | None = None, **stages: dict[str, Any]) -> list[str]:
    """The codes of what a stage shares with others, deployed with the credentials of an account."""
    stage = read_stage({"defaultStage": "dev", "stages": stages}, name, file=FILE)
    region = None if account is None else "eu-west-1"
    return [finding.code for finding in stage.findings(folder, account=account, region=region)]


def test_stage_without_a_workspace_of_its_own_is_reported_whichever_is_the_default(tmp_path: Path) -> None:
    write_model(tmp_path, "m", "workspaceId: plant")
    stages = {"dev": {"model": "m"}, "prod": {"model": "m"}}

    for default in stages:
        stage = read_stage({"defaultStage": default, "stages": stages}, None, file=FILE)
        assert [finding.code for finding in stage.findings(tmp_path, account=None, region=None)] == [
            "TWIN110"
        ]
        assert stage.workspace_id("plant") == "plant"


def test_stage_is_compared_with_the_account_of_the_credentials(tmp_path: Path) -> None:
    write_model(tmp_path, "m", "workspaceId: plant")
    prod = {"model": "m", "account": "111122223333", "region": "eu-west-1"}

    assert shared(tmp_path, "dev", dev={"model": "m"}, prod=prod) == []
    assert shared(tmp_path, "dev", account="444455556666", dev={"model": "m"}, prod=prod) == []
    assert shared(tmp_path, "dev", account="111122223333", dev={"model": "m"}, prod=prod) == ["TWIN110"]


def test_models_of_two_stages_may_differ_but_not_share_topics(tmp_path: Path) -> None:
    ingest = "ingest: {{flows: {{topic: {}, deviceId: topic(2), componentTypeId: com.example.Pump}}}}"
    write_model(tmp_path, "a", f"workspaceId: plant-a\n{ingest.format('plant/+')}")
    write_model(tmp_path, "b", f"workspaceId: plant-b\n{ingest.format('plant/#')}")
    write_model(tmp_path, "c", f"workspaceId: plant-c\n{ingest.format('hall/+')}")

    assert shared(tmp_path, "dev", dev={"model": "a"}, prod={"model": "b"}) == ["TWIN111"]
    assert shared(tmp_path, "dev", dev={"model": "a"}, prod={"model": "c"}) == []


@pytest.mark.parametrize(
    "text", ["[", "5", "workspaceId: plant-b\ningest: 7", "ingest: {a: 5, b: {topic: 1}}", ""]
)
def test_mistakes_in_the_model_of_another_stage_are_left_to_its_own_check(tmp_path: Path, text: str) -> None:
    write_model(tmp_path, "a", "workspaceId: plant-a")
    write_model(tmp_path, "b", text)

    assert shared(tmp_path, "dev", dev={"model": "a"}, prod={"model": "b"}, test={"model": "gone"}) == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kmsKeyArn": "alias/twin"}, "arn:aws:kms:REGION:ACCOUNT:key/ID, not an alias"),
        (
            {"region": "us-east-1", "kmsKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/0a"},
            "kmsKeyArn is in eu-west-1, but region is us-east-1; name a key of that region",
        ),
        ({"vpc": {"vpcId": "vpc", "subnetIds": ["subnet-0a1b2c3d"]}}, "such as vpc-0a1b2c3d"),
        ({"vpc": {"vpcId": "vpc-0a1b2c3d", "subnetIds": []}}, "subnetIds"),
        ({"vpc": {"vpcId": "vpc-0a1b2c3d"}}, "subnetIds"),
        ({"connectors": {"telemetry": {"timeoutSeconds": 31}}}, "30"),
        ({"connectors": {"telemetry": {"memorySize": 64}}}, "128"),
        ({"vpcId": "vpc-0a1b2c3d"}, "vpcId"),
        (
            {"operations": {"enabled": False, "topicArn": "arn:aws:sns:us-east-1:111122223333:t"}},
            "enabled is false, so topicArn would have no effect; leave out one",
        ),
    ],
)
def test_function_settings_are_checked(settings: dict[str, Any], message: str) -> None:
    raw = {"defaultStage": "dev", "stages": {"dev": {"model": "m", **settings}}}
    (finding,) = findings(raw)

    assert message in finding


def test_limits_of_an_unknown_connector_are_reported_at_their_place(tmp_path: Path) -> None:
    file = tmp_path / "cdk.json"
    stages = {"dev": {"model": "m", "connectors": {"telemetri": {"memorySize": 512}}}}
    file.write_text(json.dumps({"defaultStage": "dev", "stages": stages}, indent=1), encoding="utf-8")
    stage = read_stage(read(file), None, file=file)
    with pytest.raises(DefinitionError) as caught:
        stage.attach(load(FACTORY))

    (finding,) = caught.value.findings
    assert (finding.location.line, finding.location.column) == (7, 5)


def test_function_of_another_region_than_the_stages_is_reported(tmp_path: Path) -> None:
    arn = "arn:aws:lambda:us-east-1:111122223333:function:office"
    twin = f"workspaceId: plant\nconnectors: {{office: {{kind: lambda, arn: {arn}}}}}"
    write_model(tmp_path, "m", twin)
    definition = load(tmp_path / "m")

    stage_of(dev={"model": "m", "region": "us-east-1"}).attach(definition)
    with pytest.raises(DefinitionError) as caught:
        stage_of(dev={"model": "m", "region": "eu-west-1"}).attach(definition)
    (finding,) = caught.value.findings
    assert (finding.code, finding.message) == (
        "TWIN160",
        'region is eu-west-1, but the function of connector "office" is in us-east-1',
    )


def test_tags_of_a_stage_leave_one_for_the_bucket() -> None:
    def settings(count: int) -> dict[str, Any]:
        return {"model": "m", "tags": {f"tag-{number}": "x" for number in range(count)}}

    assert len(stage_of("prod", prod=settings(49)).settings.tags) == 49
    (finding,) = findings({"defaultStage": "dev", "stages": {"dev": settings(50)}})
    assert "tags" in finding
    assert "49" in finding
