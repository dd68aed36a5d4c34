"""Metadata transfer jobs between S3 and a workspace."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from tests.support.polling import soon
from tests.support.twinmaker import (
    FACTORY,
    FROM_S3,
    TO_FACTORY,
    TO_S3,
    WORKSPACE,
    run_export,
    run_import,
    wait_for_job,
)


def entity(client: Any, entity_id: str) -> Any:
    return client.get_entity(**FACTORY, entityId=entity_id)


def test_the_documented_files_create_and_replace_when_imported(
    twinmaker: Any, objects: Any, case: Any
) -> None:
    created, updated = case("bulk_create"), case("bulk_update")
    (type_id,) = {item["componentTypeId"] for item in created["componentTypes"] + updated["componentTypes"]}
    job = run_import(twinmaker, objects, created, "create")
    assert job["status"]["state"] == "COMPLETED"
    assert job["progress"] == {"totalCount": 2, "succeededCount": 2, "skippedCount": 0, "failedCount": 0}
    type_arn = f"{WORKSPACE}/component-type/{type_id}"
    tags = twinmaker.list_tags_for_resource(resourceARN=type_arn)["tags"]
    assert tags == created["componentTypes"][0]["tags"]
    job = run_import(twinmaker, objects, updated, "update")
    assert job["status"]["state"] == "COMPLETED", job["status"]
    component_type = twinmaker.get_component_type(**FACTORY, componentTypeId=type_id)
    assert component_type["description"] == updated["componentTypes"][0]["description"]
    assert twinmaker.list_tags_for_resource(resourceARN=type_arn)["tags"] == {}
    _, listed = updated["entities"]
    child = entity(twinmaker, listed["entityId"])
    assert child["parentEntityId"] == listed["parentEntityId"]
    ((name, listed_component),) = listed["components"].items()
    ((key, listed_property),) = listed_component["properties"].items()
    definition = child["components"][name]["properties"][key]["definition"]
    unit = listed_property["definition"]["dataType"]["unitOfMeasure"]
    assert definition["dataType"]["unitOfMeasure"] == unit
    (item,) = updated["entityComponents"]
    added = entity(twinmaker, item["entityId"])["components"][item["componentName"]]
    assert added["description"] == item["description"]
    ((key, listed_property),) = item["properties"].items()
    assert added["properties"][key]["value"] == listed_property["value"]


def test_export_can_be_imported_into_another_workspace(twinmaker: Any, objects: Any, functions: Any) -> None:
    lambda_arn = "arn:${partition}:lambda:${region}:${accountId}:function:reader"
    document = {
        "componentTypes": [
            {"componentTypeId": "pump", "extendsFrom": ["base"]},
            {
                "componentTypeId": "base",
                "functions": {"dataReader": {"implementedBy": {"lambda": {"arn": lambda_arn}}}},
                "propertyDefinitions": {
                    "feeds": {"dataType": {"type": "LIST", "nestedType": {"type": "RELATIONSHIP"}}}
                },
            },
        ],
        "entities": [
            {"entityId": "e2", "entityName": "two", "parentEntityId": "e1", "tags": {"a": "b"}},
            {
                "entityId": "e1",
                "entityName": "one",
                "entityExternalId": "x-1",
                "components": {
                    "C": {
                        "componentTypeId": "pump",
                        "properties": {
                            "feeds": {
                                "value": {"listValue": [{"relationshipValue": {"TargetEntityId": "e2"}}]}
                            }
                        },
                    }
                },
            },
        ],
    }
    assert run_import(twinmaker, objects, document)["status"] == {"state": "COMPLETED", "error": {}}
    value = entity(twinmaker, "e1")["components"]["C"]["properties"]["feeds"]["value"]
    assert value == {"listValue": [{"relationshipValue": {"targetEntityId": "e2"}}]}
    component_type = twinmaker.get_component_type(**FACTORY, componentTypeId="pump")
    assert component_type["functions"]["dataReader"]["implementedBy"]["lambda"]["arn"] == functions.arn(
        "reader"
    )
    first = run_export(twinmaker, objects)
    assert first["entities"][0]["components"]["C"]["properties"]["feeds"]["value"] == {
        "listValue": [{"relationshipValue": {"TargetEntityId": "e2"}}]
    }
    assert first["entities"][1]["tags"] == {"a": "b"}
    twinmaker.delete_entity(**FACTORY, entityId="e1", isRecursive=True)
    for type_id in ("pump", "base"):
        twinmaker.delete_component_type(**FACTORY, componentTypeId=type_id)
    assert run_import(twinmaker, objects, first, "again")["status"]["state"] == "COMPLETED"
    assert run_export(twinmaker, objects, "second") == first
    chosen = [{"filterByEntity": {"entityId": "e2"}}]
    some = run_export(twinmaker, objects, "some", filters=chosen)
    assert ([e["entityId"] for e in some["entities"]], some["componentTypes"]) == (["e2"], [])


def test_import_removes_omitted_members_of_an_entity(twinmaker: Any, objects: Any) -> None:
    twinmaker.create_component_type(**FACTORY, componentTypeId="t")
    components = {"C": {"componentTypeId": "t"}}
    for entity_id in ("e1", "e2"):
        twinmaker.create_entity(
            **FACTORY, entityId=entity_id, entityName="x", description="old", components=components
        )
    run_import(twinmaker, objects, {"entities": [{"entityId": "e1", "entityName": "new"}]})
    described = entity(twinmaker, "e1")
    assert (described["entityName"], described["description"], described["components"]) == ("new", "", {})
    assert set(entity(twinmaker, "e2")["components"]) == {"C"}


def test_import_writes_valid_items_and_reports_invalid_ones(twinmaker: Any, objects: Any) -> None:
    document = {
        "entities": [
            {"entityId": "good", "entityName": "good"},
            {"entityId": "orphan", "entityName": "x", "parentEntityId": "missing"},
            {"entityId": "loop1", "entityName": "x", "parentEntityId": "loop2"},
            {"entityId": "loop2", "entityName": "x", "parentEntityId": "loop1"},
            {"entityId": "b!", "entityName": "x"},
        ]
    }
    job = run_import(twinmaker, objects, document)
    assert job["status"]["state"] == "ERROR"
    assert job["progress"] == {"totalCount": 5, "succeededCount": 1, "skippedCount": 0, "failedCount": 4}
    message = job["status"]["error"]["message"]
    assert "orphan: Unable to find parent entity id missing" in message
    assert "b!: 1 validation error detected: Value 'b!' at 'entityId'" in message
    assert entity(twinmaker, "good")["entityName"] == "good"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"{", "the file is not JSON"),
        ([], "the file must be a JSON object with componentTypes, entities, entityComponents only"),
        ({"entity": []}, "the file must be a JSON object with"),
        ({"entities": [{"entityName": "x"}]}, "every item of entities needs entityId"),
        (
            {"entities": [{"entityId": "e1"}, {"entityId": "e1"}]},
            "entities lists 'e1' more than once",
        ),
        (
            {"entities": [{"entityId": "e1"}], "entityComponents": [{"entityId": "e1"}]},
            "entity 'e1' is both in entities and in entityComponents",
        ),
    ],
)
def test_nothing_is_written_when_the_file_has_another_form(
    twinmaker: Any, objects: Any, document: Any, message: str
) -> None:
    job = run_import(twinmaker, objects, document)
    assert job["status"]["state"] == "ERROR"
    assert message in job["status"]["error"]["message"]
    assert twinmaker.list_entities(**FACTORY)["entitySummaries"] == []


def test_job_with_a_missing_object_is_in_error(twinmaker: Any, caplog: Any) -> None:
    twinmaker.create_metadata_transfer_job(
        metadataTransferJobId="job", sources=[FROM_S3], destination=TO_FACTORY
    )
    error = wait_for_job(twinmaker, "job")["status"]["error"]["message"]
    assert error == "KeyError: ('bucket', 'in/file.json')"
    assert "metadata transfer job job failed" in caplog.text


def test_jobs_are_listed_by_kind_and_state_when_there_are_some(twinmaker: Any, objects: Any) -> None:
    run_import(twinmaker, objects, {}, "one")
    run_import(twinmaker, objects, [], "two")

    def listed(source: str, destination: str, *filters: Any) -> list[str]:
        answer = twinmaker.list_metadata_transfer_jobs(
            sourceType=source, destinationType=destination, filters=list(filters)
        )
        return [job["metadataTransferJobId"] for job in answer["metadataTransferJobSummaries"]]

    assert listed("s3", "iottwinmaker") == ["one", "two"]
    assert listed("iottwinmaker", "s3") == []
    assert listed("s3", "iottwinmaker", {"state": "ERROR"}) == ["two"]
    assert listed("s3", "iottwinmaker", {"workspaceId": "Factory"}) == ["one", "two"]
    assert listed("s3", "iottwinmaker", {"workspaceId": "Other"}) == []
    with pytest.raises(twinmaker.exceptions.ConflictException, match="'one' exists already"):
        run_import(twinmaker, objects, {}, "one")
    with pytest.raises(twinmaker.exceptions.ConflictException, match="is COMPLETED and cannot be"):
        twinmaker.cancel_metadata_transfer_job(metadataTransferJobId="one")
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException):
        twinmaker.get_metadata_transfer_job(metadataTransferJobId="three")


def test_a_transfer_is_refused_when_it_is_not_between_s3_and_a_workspace(twinmaker: Any) -> None:
    with pytest.raises(twinmaker.exceptions.ValidationException, match="from s3 to s3 are not available"):
        twinmaker.create_metadata_transfer_job(sources=[FROM_S3], destination=TO_S3)
    elsewhere = {**TO_FACTORY, "iotTwinMakerConfiguration": {"workspace": WORKSPACE + "2"}}
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException, match="'Factory2' does not exist"):
        twinmaker.create_metadata_transfer_job(sources=[FROM_S3], destination=elsewhere)


def test_a_waiting_job_never_runs_when_cancelled(twinmaker: Any, objects: Any) -> None:
    release, started = threading.Event(), threading.Event()
    read = objects.get_object

    def blocked(bucket: str, key: str) -> bytes:
        started.set()
        assert release.wait(10)
        return bytes(read(bucket, key))

    objects.get_object = blocked
    objects.content["bucket", "in/file.json"] = b'{"entities": [{"entityId": "e1", "entityName": "x"}]}'
    for job_id in ("running", "waiting"):
        twinmaker.create_metadata_transfer_job(
            metadataTransferJobId=job_id, sources=[FROM_S3], destination=TO_FACTORY
        )
    assert started.wait(10)
    status = twinmaker.cancel_metadata_transfer_job(metadataTransferJobId="waiting")["status"]
    assert status["state"] == "CANCELLED"
    release.set()
    assert wait_for_job(twinmaker, "running")["status"]["state"] == "COMPLETED"
    assert wait_for_job(twinmaker, "waiting")["progress"]["totalCount"] == 0


def test_unfinished_job_continues_after_a_restart(
    start: Any, twinmaker: Any, services: Any, objects: Any
) -> None:
    release = threading.Event()
    read = objects.get_object

    def stopped(bucket: str, key: str) -> bytes:
        assert release.wait(10)
        raise KeyboardInterrupt

    objects.get_object = stopped
    objects.content["bucket", "in/file.json"] = b'{"entities": [{"entityId": "e1", "entityName": "x"}]}'
    twinmaker.create_metadata_transfer_job(
        metadataTransferJobId="job", sources=[FROM_S3], destination=TO_FACTORY
    )
    release.set()
    services.close()
    objects.get_object = read
    start()
    assert wait_for_job(twinmaker, "job")["status"]["state"] == "COMPLETED"
    assert entity(twinmaker, "e1")["entityName"] == "x"


def test_a_job_has_at_most_so_many_bytes_and_resources(
    twinmaker: Any, objects: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = {"entities": [{"entityId": f"e{number}", "entityName": "Pump"} for number in range(3)]}
    module = "twin_stack.local.service.twinmaker.transfer_jobs."
    monkeypatch.setattr(module + "MAX_JOB_RESOURCES", 2)
    job = run_import(twinmaker, objects, document, "many")
    assert job["status"]["state"] == "ERROR"
    assert "would have 3 resources; the quota is 2" in job["status"]["error"]["message"]
    monkeypatch.setattr(module + "MAX_JOB_RESOURCES", 3)
    monkeypatch.setattr(module + "MAX_JOB_FILE_BYTES", 20)
    job = run_import(twinmaker, objects, document, "large")
    assert "bytes; the quota is 20" in job["status"]["error"]["message"]
    monkeypatch.setattr(module + "MAX_JOB_FILE_BYTES", 2_000)
    assert run_import(twinmaker, objects, document, "fits")["status"]["state"] == "COMPLETED"


def test_at_most_10_jobs_wait(twinmaker: Any, objects: Any) -> None:
    gate = threading.Event()
    read = objects.get_object
    objects.get_object = lambda bucket, key: (gate.wait(60), read(bucket, key))[1]
    objects.content["bucket", "in/file.json"] = b'{"entities": []}'

    def create(number: int) -> None:
        twinmaker.create_metadata_transfer_job(
            metadataTransferJobId=f"job-{number}", sources=[FROM_S3], destination=TO_FACTORY
        )

    quota = twinmaker.exceptions.ServiceQuotaExceededException
    try:
        for number in range(10):
            create(number)
        with pytest.raises(quota, match="11 waiting metadata transfer jobs; the quota is 10"):
            create(10)
    finally:
        gate.set()
    assert wait_for_job(twinmaker, "job-9")["status"]["state"] == "COMPLETED"
    create(10)


def start_import(client: Any, objects: Any, document: Any) -> None:
    """Start a job ``job`` and wait until it runs."""
    objects.content["bucket", "in/file.json"] = json.dumps(document).encode()
    client.create_metadata_transfer_job(
        metadataTransferJobId="job", sources=[FROM_S3], destination=TO_FACTORY
    )
    assert soon(lambda: state_of(client)["progress"]["succeededCount"] > 0, expected=True)


def state_of(client: Any) -> Any:
    return client.get_metadata_transfer_job(metadataTransferJobId="job")


def entities(number: int) -> Any:
    return {"entities": [{"entityId": f"e{n:03}", "entityName": "Pump"} for n in range(number)]}


@pytest.mark.slow
@pytest.mark.parametrize("speed", [20, 200, 2_000])
def test_job_takes_its_time_at_a_set_speed(start: Any, make_client: Any, objects: Any, speed: int) -> None:
    start(transfer_speed=speed)
    client = make_client("iottwinmaker")
    client.create_workspace(**FACTORY)
    begun = time.monotonic()
    job = run_import(client, objects, entities(speed // 5))

    assert job["progress"]["succeededCount"] == speed // 5
    assert time.monotonic() - begun >= 0.2


def test_cancelled_job_leaves_what_it_had_imported(start: Any, make_client: Any, objects: Any) -> None:
    start(transfer_speed=20)
    client = make_client("iottwinmaker")
    client.create_workspace(**FACTORY)
    start_import(client, objects, entities(500))
    assert state_of(client)["status"]["state"] == "RUNNING"

    assert client.cancel_metadata_transfer_job(metadataTransferJobId="job")["status"]["state"] == "CANCELLING"
    job = wait_for_job(client, "job")

    assert (job["status"]["state"], job["progress"]["totalCount"]) == ("CANCELLED", 500)
    listed = client.list_entities(**FACTORY, maxResults=200)["entitySummaries"]
    assert 0 < len(listed) == job["progress"]["succeededCount"] < 500


def test_schema_initializer_of_an_imported_entity_may_call_the_service(
    twinmaker: Any, objects: Any, functions: Any
) -> None:
    def initialize(_event: Any) -> Any:
        twinmaker.update_workspace(**FACTORY, description="initialized")
        return {"properties": {}}

    functions.handlers["schema"] = initialize
    function = {"implementedBy": {"lambda": {"arn": functions.arn("schema")}}}
    types = [
        {"componentTypeId": "plain"},
        {
            "componentTypeId": "schema",
            "functions": {"schemaInitializer": {**function, "requiredProperties": ["serial"]}},
            "propertyDefinitions": {"serial": {"dataType": {"type": "STRING"}, "isExternalId": True}},
        },
    ]
    components = {
        "C": {"componentTypeId": "schema", "properties": {"serial": {"value": {"stringValue": "1"}}}}
    }
    document = {
        "componentTypes": types,
        "entities": [{"entityId": "e1", "entityName": "x", "components": components}],
    }
    job = run_import(twinmaker, objects, document)

    assert job["status"] == {"state": "COMPLETED", "error": {}}
    assert twinmaker.get_workspace(**FACTORY)["description"] == "initialized"
