"""Which service and which account a request is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.coroutines import run_in_thread

if TYPE_CHECKING:
    from twin_stack.local.service import LocalServices

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=123456789012/20261123/us-east-1/{}/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


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


def test_serves_accepts_only_requests_for_its_services(services: LocalServices) -> None:
    assert services.asgi.serves({"authorization": SIGNED.format("iotsitewise")})
    assert not services.asgi.serves({"authorization": SIGNED.format("s3")})
    assert not services.asgi.serves({})


def test_request_whose_body_is_cut_off_is_not_run(services: LocalServices) -> None:
    complete_so_far = b'{"role": "arn:aws:iam::123456789012:role/x", "s3Location": "arn:aws:s3:::b"}'
    messages: list[dict[str, Any]] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": complete_so_far, "more_body": True},
    ]
    answers = []

    async def receive() -> dict[str, Any]:
        return messages.pop()

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/workspaces/cut-off",
        "query_string": b"",
        "headers": [(b"authorization", SIGNED.format("iottwinmaker").encode())],
    }
    run_in_thread(services.asgi(scope, receive, send))

    assert answers == []
    assert services.call("iottwinmaker", "ListWorkspaces", {})["workspaceSummaries"] == []
