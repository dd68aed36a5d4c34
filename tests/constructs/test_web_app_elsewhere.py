"""The hosted page of a twin in another region or account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_s3 as s3

from tests.constructs.statements import flat, of_role
from tests.constructs.web_app import config_json, directives, write_page
from tests.support.templates import Synthesized, cdk_context
from twin_stack import TwinWebApp, Workspace
from twin_stack.constructs import web_app_hosting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READER = "arn:aws:iam::444455556666:role/factory-viewers"


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_page(tmp_path / "page")
    monkeypatch.setattr(web_app_hosting, "built_page", lambda: folder)


def role_of(result: Synthesized, name: str) -> dict[str, list[str]]:
    (role_id,) = [item for item in result.all_of("AWS::IAM::Role") if item.startswith(f"Page{name}Role")]
    return of_role(result.resources, role_id)


def elsewhere(**options: Any) -> Callable[[Stack], None]:
    """A page in account 111122223333 and region eu-central-1, of a twin that is elsewhere."""

    def build(stack: Stack) -> None:
        place = {"account": "111122223333", "region": "eu-west-1", **options.pop("place", {})}
        workspace = Workspace.from_workspace_attributes(
            stack,
            "Twin",
            workspace_id="factory",
            bucket=s3.Bucket.from_bucket_name(stack, "Bucket", "factory-bucket"),
            **place,
        )
        TwinWebApp(stack, "Page", workspace=workspace, **options)

    return build


def placed(build: Callable[[Stack], None], folder: Path) -> Synthesized:
    app = App(context=cdk_context(), outdir=str(folder), builtin_cloud_formation_validation=False)
    stack = Stack(app, "Test", env=Environment(account="111122223333", region="eu-central-1"))
    build(stack)
    return Synthesized(app.synth().get_stack_by_name("Test").template, [], folder)


@pytest.mark.slow
def test_page_in_another_region_than_the_twin(tmp_path: Path) -> None:
    result = placed(elsewhere(), tmp_path / "out")

    settings = config_json(result)
    assert settings["region"] == "eu-west-1"
    assert settings["endpoints"]["data"] == "https://data.iottwinmaker.eu-west-1.amazonaws.com"
    connect = directives(result)["connect-src"]
    assert "https://cognito-identity.eu-central-1.amazonaws.com" in connect
    assert "https://s3.eu-west-1.amazonaws.com/factory-bucket/" in connect
    assert role_of(result, "Viewers")["iottwinmaker:GetEntity"] == [
        "arn:aws:iottwinmaker:eu-west-1:111122223333:workspace/factory",
        "arn:aws:iottwinmaker:eu-west-1:111122223333:workspace/factory/*",
    ]


@pytest.mark.slow
def test_users_of_a_page_in_another_account_assume_the_role_there(tmp_path: Path) -> None:
    result = placed(elsewhere(place={"account": "444455556666"}, reader_role_arn=READER), tmp_path / "out")

    settings = config_json(result)
    assert settings["auth"]["roleArn"] == READER
    assert settings["auth"]["operators"] == "none"
    assert settings["endpoints"]["sts"] == "https://sts.eu-west-1.amazonaws.com"
    assert "AllowClassicFlow" not in result.properties("AWS::Cognito::IdentityPool")
    assert "https://sts.eu-west-1.amazonaws.com" in directives(result)["connect-src"]
    assert role_of(result, "Viewers") == {"sts:AssumeRole": [READER]}
    assert not [name for name in result.resources if name.startswith("PageOperator")]
    assert "RoleMappings" not in result.properties("AWS::Cognito::IdentityPoolRoleAttachment")


@pytest.mark.slow
def test_operators_of_a_page_in_another_account_assume_a_role_of_their_own(tmp_path: Path) -> None:
    arn = "arn:aws:iam::444455556666:role/factory-operators"
    roles = {"reader_role_arn": READER, "operator_role_arn": arn}
    result = placed(elsewhere(place={"account": "444455556666"}, **roles), tmp_path / "out")

    assert role_of(result, "Operators") == {"sts:AssumeRole": [arn]}
    assert role_of(result, "Viewers") == {"sts:AssumeRole": [READER]}, "they cannot assume the other one"
    auth = config_json(result)["auth"]
    assert (auth["roleArn"], auth["operatorRoleArn"]) == (READER, arn)
    assert auth["operators"]["claim"] == "cognito:groups"
    assert flat(result.properties("AWS::Cognito::UserPoolGroup")["RoleArn"]).startswith("<PageOperatorsRole")
    (mapping,) = result.properties("AWS::Cognito::IdentityPoolRoleAttachment")["RoleMappings"].values()
    assert mapping["Type"] == "Token"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alarm_entity_ids": ["a"]}, "pass it to the WebAppRole in the account"),
        ({"operators_group_name": "leads"}, "no effect without operator_role_arn"),
        ({"reader_role_arn": None, "operator_role_arn": READER}, "444455556666, but the page"),
    ],
)
def test_options_without_effect_in_another_account_are_refused(
    options: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=message):
        placed(
            elsewhere(**{"place": {"account": "444455556666"}, "reader_role_arn": READER, **options}),
            tmp_path / "out",
        )


def test_page_in_another_account_without_a_role_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="account 444455556666, but the page is in account 111122223333"):
        placed(elsewhere(place={"account": "444455556666"}), tmp_path / "out")


def test_role_of_another_account_is_refused_for_a_twin_of_this_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="reader_role_arn is for a workspace of another account"):
        placed(elsewhere(reader_role_arn=READER), tmp_path / "out")
