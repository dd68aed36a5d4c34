"""Roles of every model and construct: no way to more permissions, nothing public, everything encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.constructs import examples
from tests.constructs.statements import flat, listed
from tests.support.templates import synthesize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.templates import Synthesized

pytestmark = pytest.mark.slow

ESCALATING = ("iam:", "sts:", "cloudformation:", "organizations:", "lambda:Add", "lambda:Create", "lambda:Up")
"""Beginnings of actions with which a role could give itself or others more permissions."""

READS_OF_OWN_STACK = {"cloudformation:DescribeStacks"}
"""By which functions behind custom resources recognise a rollback."""

DOCUMENTED_SOURCES = {"iot.amazonaws.com", "grafana.amazonaws.com"}
"""Services whose guides show both keys in the trust policy of such a role."""


@pytest.fixture(scope="module")
def each_construct() -> Synthesized:
    return synthesize(examples.everything)


@pytest.fixture(params=["factory", "minimal", "building", "windfarm", "each_construct"])
def model(request: pytest.FixtureRequest) -> Synthesized:
    synthesized: Synthesized = request.getfixturevalue(request.param)
    return synthesized


def statements(model: Synthesized) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of an identity policy, with the logical id of its resource."""
    for name, role in model.all_of("AWS::IAM::Role").items():
        for policy in role["Properties"].get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement
    for name, policy in model.all_of("AWS::IAM::Policy").items():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            yield name, statement


def trusts(model: Synthesized) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The service and the conditions of each trust policy, with the role's logical id."""
    for name, role in model.all_of("AWS::IAM::Role").items():
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        ((kind, principal),) = statement["Principal"].items()
        is_federated = kind == "Federated"
        action = "sts:AssumeRoleWithWebIdentity" if is_federated else "sts:AssumeRole"
        assert (statement["Action"], statement["Effect"]) == (action, "Allow")
        assert kind in ("AWS", "Service", "Federated")
        assert "*" not in flat(principal)
        if kind == "Service":
            yield name, principal, statement.get("Condition", {})


def test_users_of_one_identity_pool_who_signed_in_get_its_roles(each_construct: Synthesized) -> None:
    federated = [
        statement
        for role in each_construct.all_of("AWS::IAM::Role").values()
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if "Federated" in statement["Principal"]
    ]

    assert federated
    for statement in federated:
        assert statement["Principal"] == {"Federated": "cognito-identity.amazonaws.com"}
        conditions = statement["Condition"]
        assert "cognito-identity.amazonaws.com:aud" in conditions["StringEquals"]
        assert conditions["ForAnyValue:StringLike"] == {"cognito-identity.amazonaws.com:amr": "authenticated"}


def test_no_role_can_give_permissions(model: Synthesized) -> None:
    actions = [
        (name, action) for name, statement in statements(model) for action in listed(statement["Action"])
    ]

    assert actions
    assert [pair for pair in actions if pair[1] == "*" or pair[1].endswith(":*")] == []
    escalating = {pair for pair in actions if pair[1].startswith(ESCALATING)}
    assert {pair for pair in escalating if pair[1] not in READS_OF_OWN_STACK} == set()


def test_no_statement_allows_all_but_something_or_all_resources(model: Synthesized) -> None:
    allowed = list(statements(model))

    assert allowed
    assert [name for name, statement in allowed if statement.keys() & {"NotAction", "NotResource"}] == []
    unlimited = {
        action
        for _, statement in allowed
        if "*" in map(flat, listed(statement["Resource"]))
        for action in listed(statement["Action"])
    }
    # These actions have no other resource.
    assert unlimited <= {
        "iotsitewise:CreateAssetModel",
        "iotsitewise:ListAssetModels",
        "iotsitewise:ListTimeSeries",
        "iottwinmaker:ListWorkspaces",
    }


def test_functions_read_no_stack_but_their_own(model: Synthesized) -> None:
    readers = {
        flat(resource)
        for _, statement in statements(model)
        if "cloudformation:DescribeStacks" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }

    assert readers <= {"<AWS::StackId>"}


def test_trust_of_a_service_names_account_and_source_where_it_documents_both(model: Synthesized) -> None:
    trusted = list(trusts(model))

    assert {service for _, service, _ in trusted} >= {"iottwinmaker.amazonaws.com"}
    for name, service, conditions in trusted:
        keys = {key for condition in conditions.values() for key in condition}
        expected = {"aws:SourceAccount", "aws:SourceArn"} if service in DOCUMENTED_SOURCES else set()
        assert keys == expected, name


def test_rule_that_writes_to_sitewise_can_write_aliases_of_its_workspace_only(building: Synthesized) -> None:
    workspace_id = building.properties("AWS::IoTTwinMaker::Workspace")["WorkspaceId"]
    writes = [
        statement
        for _, statement in statements(building)
        if "iotsitewise:BatchPutAssetPropertyValue" in listed(statement["Action"])
    ]

    assert writes
    for statement in writes:
        assert flat(statement["Resource"]).endswith(":time-series/*")
        aliases = statement["Condition"]["StringLike"]["iotsitewise:propertyAlias"]
        assert flat(aliases) == f"/{workspace_id}/*/*"


def test_nothing_is_public(model: Synthesized) -> None:
    policies = [
        (name, statement)
        for type_name in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
        for name, policy in model.all_of(type_name).items()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]

    assert policies
    allowed = [statement for _, statement in policies if statement["Effect"] != "Deny"]
    # A distribution of this stack reads the page's files.
    for statement in allowed:
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert statement["Action"] == "s3:GetObject"
        assert flat(statement["Condition"]["StringEquals"]["AWS:SourceArn"]).count(":distribution/<") == 1
    for bucket in model.all_of("AWS::S3::Bucket").values():
        assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert model.all_of("AWS::Lambda::Url") == {}
    for name, permission in model.all_of("AWS::Lambda::Permission").items():
        assert permission["Properties"]["Principal"].endswith(".amazonaws.com"), name
        assert "SourceArn" in permission["Properties"], name


def test_everything_is_encrypted(model: Synthesized) -> None:
    stores = 0
    for bucket in model.all_of("AWS::S3::Bucket").values():
        assert bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        stores += 1
    for name, queue in model.all_of("AWS::SQS::Queue").items():
        assert queue["Properties"].keys() & {"SqsManagedSseEnabled", "KmsMasterKeyId"}, name
        assert queue["Properties"].get("SqsManagedSseEnabled", True) is True, name
        stores += 1
    for name, table in model.all_of("AWS::DynamoDB::Table").items():
        # DynamoDB encrypts every table; the member only chooses another key.
        assert table["Properties"].get("SSESpecification", {}).get("SSEEnabled", True) is True, name
        stores += 1
    assert stores
    denied = [
        statement["Condition"]
        for type_name in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy")
        for policy in model.all_of(type_name).values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    assert {"Bool": {"aws:SecureTransport": "false"}} in denied
