"""Routing, errors and tokens, which all operations share."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from twin_stack.local.service import LocalServices

Json = dict[str, Any]
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


def test_unavailable_operation_is_named(twinmaker: Any) -> None:
    with pytest.raises(twinmaker.exceptions.ValidationException) as caught:
        twinmaker.execute_query(workspaceId="Factory", queryStatement="SELECT e FROM EntityGraph MATCH (e)")
    message = caught.value.response["Error"]["Message"]
    assert message.startswith("ExecuteQuery is not available in the local service; it offers BatchPut")
    with pytest.raises(ClientError, match="ListSyncJobs is not available"):
        twinmaker.list_sync_jobs(workspaceId="Factory")


def test_the_modelled_status_is_sent_when_an_operation_fails(twinmaker: Any) -> None:
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException) as caught:
        twinmaker.get_entity(workspaceId="Factory", entityId="missing")
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert response["Error"]["Message"] == "entity 'missing' does not exist"
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
    _, _, created = send(f"{server.url}/workspaces/Factory", "POST", b"{}")
    assert created["creationDateTime"] == 1_700_000_000.0


def test_an_internal_error_is_answered_and_logged_when_the_code_fails(
    start: Any, make_client: Any, functions: Any, caplog: Any
) -> None:

    services = start()
    services._store.close()
    client = make_client("iottwinmaker")
    with pytest.raises(client.exceptions.InternalServerException, match="closed database"):
        client.list_workspaces()
    assert "POST /workspaces-list failed" in caplog.text


@pytest.mark.parametrize(
    "parts", ["nonsense", {}, [], [1], [True], [{"a": 1}], [None], ["a", "b"], [[1], 2]], ids=str
)
@pytest.mark.parametrize("operation", ["list_entities", "list_component_types", "list_workspaces"])
def test_a_foreign_token_is_refused_when_listing(twinmaker: Any, operation: str, parts: Any) -> None:
    token = parts if isinstance(parts, str) else base64.b64encode(json.dumps(parts).encode()).decode()
    workspace = {} if operation == "list_workspaces" else {"workspaceId": "Factory"}
    with pytest.raises(twinmaker.exceptions.ValidationException, match="nextToken is not one"):
        getattr(twinmaker, operation)(**workspace, nextToken=token)


def test_an_empty_token_begins_a_list(twinmaker: Any) -> None:
    assert twinmaker.list_entities(workspaceId="Factory", nextToken="")["entitySummaries"] == []


def test_body_that_is_nested_too_deeply_is_refused(services: LocalServices) -> None:
    deep = b'{"components": ' + b'{"a": ' * 50_000 + b"1" + b"}" * 50_000 + b"}"
    value = '{"listValue": [' * 300 + "1" + "]}" * 300
    recursive = f'{{"components": {{"c": {{"properties": {{"p": {{"value": {value}}}}}}}}}}}'.encode()
    headers = {"authorization": SIGNED.format("iottwinmaker")}

    answers = [
        services.asgi.handle("POST", "/workspaces/w/entities", "", headers, body)
        for body in (deep, recursive)
    ]

    assert [answer.status for answer in answers] == [400, 400]
    assert answers[0].headers["x-amzn-errortype"] == "SerializationException"
