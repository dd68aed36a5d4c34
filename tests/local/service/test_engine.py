"""What every operation shares: routing, checks, errors, scopes, throttling."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

from twin_stack.local.service import LocalServices, ServiceError

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=123456789012/20261123/us-east-1/{}/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


def send(
    url: str, method: str, body: bytes = b"", service: str | None = "iottwinmaker"
) -> tuple[int, Any, Json]:
    request = urllib.request.Request(url, data=body or None, method=method)
    if service:
        request.add_header("authorization", SIGNED.format(service))
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, json.loads(error.read())


Json = dict[str, Any]


def test_every_problem_is_named_when_a_request_breaks_several_constraints(services: LocalServices) -> None:
    with pytest.raises(ServiceError) as caught:
        services.call(
            "iottwinmaker",
            "CreateEntity",
            {
                "workspaceId": "my factory",
                "components": {"Mixer (1)": {"properties": {"x": {"value": {"integerValue": 2**31}}}}},
                "colour": "red",
            },
        )
    assert (caught.value.code, caught.value.status) == ("ValidationException", 400)
    message = caught.value.message
    assert message.startswith("5 validation errors detected: ")
    assert "Value 'null' at 'entityName' failed to satisfy constraint: Member must not be null" in message
    assert "Value 'my factory' at 'workspaceId'" in message
    assert "Value 'Mixer (1)' at 'components.key'" in message
    assert "at 'components.Mixer (1).properties.x.value.integerValue'" in message
    assert "Member at 'colour' is not known" in message


@pytest.mark.parametrize(
    ("operation", "params", "rule"),
    [
        ("CreateWorkspace", {"workspaceId": "F1", "s3Location": "arn:aws:s3:::a.b"}, "regular expression"),
        ("CreateWorkspace", {"workspaceId": "F1", "s3Location": "arn:aws:s3:::ab\n"}, "regular expression"),
        ("CreateWorkspace", {"workspaceId": "F"}, "regular expression"),
        ("CreateWorkspace", {"workspaceId": "F1", "description": "x" * 2049}, "less than or equal to 2048"),
        ("CreateWorkspace", {"workspaceId": "F1", "tags": {"a": ""}}, "greater than or equal to 1"),
        ("CreateWorkspace", {"workspaceId": 1}, "must be a string"),
        ("CreateWorkspace", {"workspaceId": "F1", "tags": ["a"]}, "must be a map"),
        ("ListWorkspaces", {"maxResults": 201}, "less than or equal to 200"),
        ("ListWorkspaces", {"maxResults": True}, "must be an integer"),
        ("UpdatePricingPlan", {"pricingMode": "FREE"}, "enum value set: [BASIC, STANDARD, TIERED_BUNDLE]"),
        ("ListEntities", {"workspaceId": "F1", "filters": [{}]}, "exactly one member set"),
    ],
)
def test_a_validation_error_is_answered_when_a_value_breaks_the_model(
    services: LocalServices, operation: str, params: Json, rule: str
) -> None:
    with pytest.raises(ServiceError) as caught:
        services.call("iottwinmaker", operation, params)
    assert caught.value.code == "ValidationException"
    assert rule in caught.value.message


def test_text_with_line_breaks_is_taken_when_the_pattern_is_any_text(services: LocalServices) -> None:
    params = {"workspaceId": "F1", "description": "one\ntwo"}
    services.call("iottwinmaker", "CreateWorkspace", params)
    found = services.call("iottwinmaker", "GetWorkspace", {"workspaceId": "F1"})
    assert found["description"] == "one\ntwo"


def test_tag_keys_of_any_alphabet_are_taken_when_they_are_letters(services: LocalServices) -> None:
    params = {"workspaceId": "F1", "tags": {"größe/ 規模": "x"}}
    assert services.call("iottwinmaker", "CreateWorkspace", params)["arn"]
    with pytest.raises(ServiceError, match="regular expression"):
        services.call("iottwinmaker", "CreateWorkspace", {"workspaceId": "F2", "tags": {"a#b": "x"}})


def test_the_error_says_so_in_words_when_an_operation_is_not_available(twinmaker: Any) -> None:
    with pytest.raises(twinmaker.exceptions.ValidationException) as caught:
        twinmaker.execute_query(workspaceId="Factory", queryStatement="SELECT e FROM EntityGraph MATCH (e)")
    message = caught.value.response["Error"]["Message"]
    assert message.startswith("ExecuteQuery is not available in the local service; it offers BatchPut")
    with pytest.raises(ClientError, match="ListSyncJobs is not available"):
        twinmaker.list_sync_jobs(workspaceId="Factory")


def test_the_modelled_status_is_sent_when_an_operation_fails(twinmaker: Any) -> None:
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException) as caught:
        twinmaker.get_entity(workspaceId="Factory", entityId="nobody")
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert response["Error"]["Message"] == "entity 'nobody' does not exist"
    assert response["ResponseMetadata"]["RequestId"]
    with pytest.raises(twinmaker.exceptions.ConflictException) as conflict:
        twinmaker.create_workspace(workspaceId="Factory")
    assert conflict.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_an_unmodelled_refusal_is_a_validation_error_when_the_operation_does_not_list_it(
    twinmaker: Any,
) -> None:
    # CreateEntity lists no ResourceNotFoundException
    with pytest.raises(twinmaker.exceptions.ValidationException, match="workspace 'Nowhere' does not exist"):
        twinmaker.create_entity(workspaceId="Nowhere", entityName="pump")


def test_errors_have_the_header_the_javascript_sdk_reads_when_sent(
    services: LocalServices, server: Any
) -> None:
    status, headers, body = send(f"{server.url}/workspaces/Nowhere", "GET")
    assert status == 404
    assert headers["x-amzn-errortype"] == "ResourceNotFoundException"
    assert headers["x-amzn-requestid"]
    assert headers["content-type"] == "application/json"
    assert body == {"message": "workspace 'Nowhere' does not exist"}


@pytest.mark.parametrize(
    ("method", "path", "body", "service", "status", "error"),
    [
        ("GET", "/nothing", b"", "iottwinmaker", 404, "UnknownOperationException"),
        ("PATCH", "/workspaces/Factory", b"", "iottwinmaker", 404, "UnknownOperationException"),
        ("POST", "/workspaces-list", b"{", "iottwinmaker", 400, "SerializationException"),
        ("POST", "/workspaces-list", b"[]", "iottwinmaker", 400, "SerializationException"),
        ("POST", "/workspaces-list", b'{"maxResults": NaN}', "iottwinmaker", 400, "SerializationException"),
        ("GET", "/workspaces/Factory", b"", "dynamodb", 403, "MissingAuthenticationTokenException"),
        ("GET", "/workspaces/Factory", b"", None, 403, "MissingAuthenticationTokenException"),
    ],
)
def test_a_clear_error_is_answered_when_a_request_is_not_one_of_the_api(
    services: LocalServices,
    server: Any,
    method: str,
    path: str,
    body: bytes,
    service: str | None,
    status: int,
    error: str,
) -> None:
    got, headers, _ = send(server.url + path, method, body, service)
    assert (got, headers["x-amzn-errortype"]) == (status, error)


def test_dates_are_epoch_numbers_when_answered(services: LocalServices, server: Any) -> None:
    _, _, made = send(f"{server.url}/workspaces/Factory", "POST", b"{}")
    assert made["creationDateTime"] == 1_700_000_000.0


def test_nothing_is_shared_when_account_or_region_differ(twinmaker: Any, make_client: Any) -> None:
    for other in ({"account": "111111111111"}, {"region": "eu-west-1"}):
        client = make_client("iottwinmaker", **other)
        assert client.list_workspaces()["workspaceSummaries"] == []
        arn = client.create_workspace(workspaceId="Factory")["arn"]
        account, region = other.get("account", "123456789012"), other.get("region", "us-east-1")
        assert arn == f"arn:aws:iottwinmaker:{region}:{account}:workspace/Factory"
    assert len(twinmaker.list_workspaces()["workspaceSummaries"]) == 1


def test_the_default_account_is_used_when_the_access_key_is_no_account(
    services: LocalServices, make_client: Any
) -> None:
    client = make_client("iottwinmaker", account="AKIDEXAMPLE")
    assert ":000000000000:" in client.create_workspace(workspaceId="Factory")["arn"]


def test_serves_knows_its_requests_when_asked(services: LocalServices) -> None:
    assert services.asgi.serves({"authorization": SIGNED.format("iotsitewise")})
    assert not services.asgi.serves({"authorization": SIGNED.format("s3")})
    assert not services.asgi.serves({})


def test_requests_are_throttled_when_there_are_more_in_a_second(
    start: Any, make_client: Any, clock: Any
) -> None:
    start(throttle=2)
    client = make_client("iottwinmaker")
    client.list_workspaces()
    client.list_workspaces()
    with pytest.raises(client.exceptions.ThrottlingException) as caught:
        client.list_workspaces()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    make_client("iotsitewise").list_asset_models()
    clock.now += 1
    client.list_workspaces()


def test_an_internal_error_is_answered_and_logged_when_the_code_fails(
    start: Any, make_client: Any, functions: Any, caplog: Any
) -> None:

    services = start()
    services._store.close()
    client = make_client("iottwinmaker")
    with pytest.raises(client.exceptions.InternalServerException, match="closed database"):
        client.list_workspaces()
    assert "POST /workspaces-list failed" in caplog.text


def test_a_foreign_token_is_refused_when_listing(twinmaker: Any) -> None:
    for token in ("nonsense", "e30=", ""):
        if token:
            with pytest.raises(twinmaker.exceptions.ValidationException, match="nextToken is not one"):
                twinmaker.list_entities(workspaceId="Factory", nextToken=token)
        else:
            assert twinmaker.list_entities(workspaceId="Factory", nextToken=token)["entitySummaries"] == []
