"""The calls of TwinMaker and S3: pace, retries, and what errors mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ParamValidationError, ReadTimeoutError
from entity_reconciler.repository import Bucket, Clients, Workspace
from entity_reconciler.shapes import Job, LiveEntity, LostLockError, OutOfTimeError, RefusedError

from tests.support.memory_aws import Faults, ManualClock, MemoryS3, client_error

if TYPE_CHECKING:
    from collections.abc import Callable

ARN = "arn:aws-cn:iottwinmaker:cn-north-1:111122223333:workspace/hall"


class ScriptedClient:
    """A client that gives prepared answers, one a call, and records the calls."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            self.calls.append((name, parameters))
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def workspace(client: Any, clock: ManualClock | None = None, rate: float = 8.0) -> Workspace:
    clock = clock or ManualClock()
    clients = Clients(client, MemoryS3(Faults()))
    return Workspace(clients, ARN, Bucket(clients, "hall-bucket", "state", clock), clock, rate)


def timed_out() -> ReadTimeoutError:
    return ReadTimeoutError(endpoint_url="https://api.iottwinmaker")


def test_page_has_entities_by_id_and_the_next_token() -> None:
    summary = {
        "entityId": "m",
        "parentEntityId": "hall",
        "updateDateTime": 5,
        "status": {"state": "ERROR", "error": {"message": "bad"}},
    }
    client = ScriptedClient({"entitySummaries": [summary], "nextToken": "n"}, {"entitySummaries": []})
    twin = workspace(client)
    assert twin.list_entities(None) == ({"m": LiveEntity("hall", 5.0, "ERROR", "bad")}, "n")
    assert twin.list_entities("n") == ({}, None)
    assert client.calls[1] == (
        "list_entities",
        {"workspaceId": "hall", "maxResults": 200, "nextToken": "n"},
    )


def test_calls_are_spread_over_the_second() -> None:
    clock = ManualClock()
    twin = workspace(ScriptedClient(*[{"entitySummaries": []}] * 17), clock)
    began = clock.time
    for _ in range(17):
        twin.list_entities(None)
    assert clock.time - began == pytest.approx(2.0)
    assert twin.calls == 17


@pytest.mark.parametrize(
    "error",
    [
        client_error("ThrottlingException"),
        client_error("InternalServerException", status=500),
        client_error("AccessDeniedException", status=403),
        timed_out(),
    ],
)
def test_call_that_may_succeed_later_is_repeated(error: Exception) -> None:
    client = ScriptedClient(error, error, {"entityId": "m"})
    assert workspace(client).get_entity("m") == {"entityId": "m"}
    assert len(client.calls) == 3


def test_throttling_slows_the_following_calls_down() -> None:
    clock = ManualClock()
    answers: list[Any] = [{"entitySummaries": []}] * 8
    twin = workspace(ScriptedClient(client_error("ThrottlingException"), *answers), clock)
    began = clock.time
    for _ in answers:
        twin.list_entities(None)
    assert clock.time - began > 1.5


def test_permission_that_is_missing_for_a_minute_is_an_error() -> None:
    client = ScriptedClient(*[client_error("AccessDeniedException", "not allowed", 403)] * 100)
    with pytest.raises(RefusedError, match="AccessDeniedException: not allowed"):
        workspace(client).get_entity("m")
    assert 5 < len(client.calls) < 100


def test_faulty_parameters_are_an_error_at_once() -> None:
    client = ScriptedClient(ParamValidationError(report="no such member"))
    with pytest.raises(RefusedError, match="no such member"):
        workspace(client).create_entity({"entityId": "m", "colour": 1})


def test_call_without_time_is_left_to_the_next_invocation() -> None:
    clock = ManualClock(limit=5.0)
    client = ScriptedClient({"entityId": "m"})
    with pytest.raises(OutOfTimeError):
        workspace(client, clock).get_entity("m")
    assert client.calls == []


def test_repetition_without_time_is_left_to_the_next_invocation() -> None:
    clock = ManualClock(limit=20.0)
    with pytest.raises(OutOfTimeError):
        workspace(ScriptedClient(*[timed_out()] * 50), clock).get_entity("m")


def test_missing_and_existing_things_are_no_errors() -> None:
    missing, exists = client_error("ResourceNotFoundException"), client_error("ConflictException")
    assert workspace(ScriptedClient(missing)).get_entity("m") is None
    assert workspace(ScriptedClient(missing)).get_job("j") is None
    workspace(ScriptedClient(missing)).delete_entity("m", is_recursive=True)
    workspace(ScriptedClient(missing)).cancel_job("j")
    workspace(ScriptedClient(exists)).cancel_job("j")
    assert not workspace(ScriptedClient(exists)).create_entity({"entityId": "m"})
    assert workspace(ScriptedClient({})).create_entity({"entityId": "m"})
    assert workspace(ScriptedClient(exists)).start_job("j", "jobs/j.json")
    assert not workspace(ScriptedClient(client_error("ServiceQuotaExceededException"))).start_job("j", "k")


def test_change_of_an_entity_waits_until_its_last_one_has_ended() -> None:
    unsettled = client_error("ConflictException", "Cannot update Entity m when it is in UPDATING state")
    client = ScriptedClient(unsettled, unsettled, {})
    workspace(client).update_entity("m", {"entityName": "M"})
    assert [parameters["entityName"] for _, parameters in client.calls] == ["M"] * 3

    with pytest.raises(RefusedError, match="UPDATING"):
        workspace(ScriptedClient(*[unsettled] * 100)).update_entity("m", {"entityName": "M"})


def test_job_is_started_from_the_object_of_the_bucket() -> None:
    client = ScriptedClient({})
    workspace(client).start_job("job-1", "jobs/job-1.json")
    assert client.calls == [
        (
            "create_metadata_transfer_job",
            {
                "metadataTransferJobId": "job-1",
                "sources": [
                    {
                        "type": "s3",
                        "s3Configuration": {"location": "arn:aws-cn:s3:::hall-bucket/state/jobs/job-1.json"},
                    }
                ],
                "destination": {"type": "iottwinmaker", "iotTwinMakerConfiguration": {"workspace": ARN}},
            },
        )
    ]


def test_job_has_counts_error_and_report() -> None:
    answer = {
        "status": {"state": "ERROR", "error": {"code": "VALIDATION_ERROR", "message": "bad"}},
        "progress": {"totalCount": 3, "succeededCount": 2, "failedCount": 1},
        "reportUrl": "https://report",
    }
    assert workspace(ScriptedClient(answer)).get_job("j") == Job("ERROR", 1, 2, "bad", "https://report")
    assert workspace(ScriptedClient({"status": {"state": "PENDING"}})).get_job("j") == Job(
        "PENDING", 0, 0, "", ""
    )


@pytest.fixture
def bucket() -> Bucket:
    s3 = MemoryS3(Faults())
    return Bucket(Clients(None, s3), "hall-bucket", "state", ManualClock())


def test_objects_are_below_the_prefix(bucket: Bucket) -> None:
    bucket.write("chunks/a", b"1")
    bucket.write("chunks/b", b"2")
    bucket.write("states/a", b"3")
    assert bucket.keys("chunks/") == ["chunks/a", "chunks/b"]
    assert bucket.read_asset("hall-bucket", "state/states/a") == b"3"
    bucket.remove(bucket.keys("chunks/"))
    assert bucket.read("chunks/a") is None
    stored = bucket.read("states/a")
    assert stored is not None
    assert stored[0] == b"3"


def test_conditional_write_notices_another_writer(bucket: Bucket) -> None:
    first = bucket.write_if("operation.json", b"1", None)
    with pytest.raises(LostLockError):
        bucket.write_if("operation.json", b"2", None)
    bucket.write_if("operation.json", b"3", first)
    with pytest.raises(LostLockError):
        bucket.write_if("operation.json", b"4", first)
    bucket.remove(["operation.json"])
    with pytest.raises(LostLockError):
        bucket.write_if("operation.json", b"5", first)


def test_all_pages_of_keys_are_read() -> None:
    first = {"Contents": [{"Key": "state/a"}], "IsTruncated": True, "NextContinuationToken": "t"}
    client = ScriptedClient(first, {"Contents": [{"Key": "state/b"}], "IsTruncated": False})
    bucket = Bucket(Clients(None, client), "hall-bucket", "state", ManualClock())
    assert bucket.keys("") == ["a", "b"]
    assert client.calls[1][1]["ContinuationToken"] == "t"


def test_object_that_may_not_be_read_is_named() -> None:
    client = ScriptedClient(*[client_error("AccessDenied", status=403)] * 100)
    bucket = Bucket(Clients(None, client), "hall-bucket", "state", ManualClock())
    with pytest.raises(RefusedError, match=r"s3 get_object of state/applied\.json: .*AccessDenied"):
        bucket.read("applied.json")
