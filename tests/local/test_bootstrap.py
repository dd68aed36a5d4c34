"""The bootstrap stack that is deployed without the CDK CLI."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.templates import ROOT
from twin_stack.local.bootstrap import STACK, deploy_bootstrap_stack

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = "node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"


class CloudFormation:
    """A CloudFormation that records what is created."""

    exceptions = SimpleNamespace(ClientError=ClientError)

    def __init__(self, *statuses: str) -> None:
        self.created: list[dict[str, Any]] = []
        self.statuses = list(statuses)

    def create_stack(self, **request: Any) -> None:
        if not self.statuses:
            raise ClientError({"Error": {"Code": "AlreadyExistsException", "Message": ""}}, "CreateStack")
        self.created.append(request)

    def describe_stacks(self, **request: Any) -> dict[str, Any]:
        assert request == {"StackName": STACK}
        return {"Stacks": [{"StackStatus": self.statuses.pop(0)}]}


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / TEMPLATE).parent.mkdir(parents=True)
    (tmp_path / TEMPLATE).write_text("Resources: {}\n", encoding="utf-8")
    (tmp_path / "cdk.json").write_text('{"app": "python app.py"}', encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path


def test_template_of_the_cli_is_deployed_with_its_parameters(app: Path) -> None:
    cloudformation = CloudFormation("CREATE_IN_PROGRESS", "CREATE_COMPLETE")

    assert deploy_bootstrap_stack(cloudformation, app)

    (request,) = cloudformation.created
    assert (request["StackName"], request["TemplateBody"]) == ("CDKToolkit", "Resources: {}\n")
    assert request["Parameters"] == [
        {"ParameterKey": "FileAssetsBucketKmsKeyId", "ParameterValue": "AWS_MANAGED_KEY"},
        {"ParameterKey": "PublicAccessBlockConfiguration", "ParameterValue": "true"},
    ]


@pytest.mark.parametrize(
    ("file", "settings"),
    [
        ("cdk.json", '{"context": {"@aws-cdk/core:bootstrapQualifier": "plant"}}'),
        ("cdk.json", '{"toolkitStackName": "PlantToolkit"}'),
        ("cdk.context.json", '{"@aws-cdk/core:bootstrapQualifier": "plant"}'),
        ("home/.cdk.json", '{"toolkitBucket": {"bucketName": "plant"}}'),
    ],
)
def test_settings_of_the_bootstrap_are_left_to_the_cli(app: Path, file: str, settings: str) -> None:
    (app / file).write_text(settings, encoding="utf-8")
    cloudformation = CloudFormation("CREATE_COMPLETE")

    assert not deploy_bootstrap_stack(cloudformation, app)
    assert cloudformation.created == []


def test_cli_without_the_template_bootstraps(app: Path) -> None:
    (app / TEMPLATE).unlink()
    cloudformation = CloudFormation("CREATE_COMPLETE")

    assert not deploy_bootstrap_stack(cloudformation, app)
    assert cloudformation.created == []


@pytest.mark.parametrize("statuses", [(), ("ROLLBACK_COMPLETE",)], ids=["exists", "failed"])
def test_stack_in_another_state_is_left_to_the_cli(app: Path, statuses: tuple[str, ...]) -> None:
    assert not deploy_bootstrap_stack(CloudFormation(*statuses), app)


def test_cli_of_this_repository_brings_the_template() -> None:
    if not (ROOT / "node_modules" / "aws-cdk").exists():
        pytest.skip("node_modules is not installed: run make install")
    assert (ROOT / TEMPLATE).stat().st_size < 51_200, "what CloudFormation accepts in a request"
