"""Component types and entities of the local TwinMaker, shared by its tests."""

from __future__ import annotations

import json
import time
from typing import Any

FACTORY = {"workspaceId": "Factory"}
TEXT = {"dataType": {"type": "STRING"}}
SERIES = {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True, "isStoredExternally": True}
WORKSPACE = "arn:aws:iottwinmaker:us-east-1:123456789012:workspace/Factory"
FROM_S3 = {"type": "s3", "s3Configuration": {"location": "arn:aws:s3:::bucket/in/file.json"}}
TO_FACTORY = {"type": "iottwinmaker", "iotTwinMakerConfiguration": {"workspace": WORKSPACE}}
TO_S3 = {"type": "s3", "s3Configuration": {"location": "arn:aws:s3:::bucket/out"}}


def reader(functions: Any, name: str = "reader") -> Any:
    """Return the `functions` of a component type that a Lambda function reads."""
    return {"dataReader": {"implementedBy": {"lambda": {"arn": functions.arn(name)}}}}


def make_type(client: Any, type_id: str, **members: Any) -> Any:
    return client.create_component_type(**FACTORY, componentTypeId=type_id, **members)


def get_type(client: Any, type_id: str) -> Any:
    return client.get_component_type(**FACTORY, componentTypeId=type_id)


def make_entity(client: Any, entity_id: str, **members: Any) -> Any:
    return client.create_entity(**FACTORY, **{"entityId": entity_id, "entityName": entity_id, **members})


def get_entity(client: Any, entity_id: str) -> Any:
    return client.get_entity(**FACTORY, entityId=entity_id)


def component(client: Any, entity_id: str, name: str = "C") -> Any:
    """Return one component of an entity."""
    return get_entity(client, entity_id)["components"][name]


def wait_for_job(client: Any, job_id: str) -> Any:
    for _ in range(12_000):
        job = client.get_metadata_transfer_job(metadataTransferJobId=job_id)
        if job["status"]["state"] in ("COMPLETED", "ERROR", "CANCELLED"):
            return job
        time.sleep(0.01)
    raise AssertionError(f"the job did not end: {job['status']}")


def run_import(client: Any, objects: Any, document: Any, job_id: str = "import") -> Any:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    objects.content["bucket", "in/file.json"] = data
    job = client.create_metadata_transfer_job(
        metadataTransferJobId=job_id, sources=[FROM_S3], destination=TO_FACTORY
    )
    assert job["status"]["state"] == "PENDING"
    return wait_for_job(client, job_id)


def run_export(client: Any, objects: Any, job_id: str = "export", **filters: Any) -> Any:
    source = {
        "type": "iottwinmaker",
        "iotTwinMakerConfiguration": {"workspace": WORKSPACE, **filters},
    }
    client.create_metadata_transfer_job(metadataTransferJobId=job_id, sources=[source], destination=TO_S3)
    assert wait_for_job(client, job_id)["status"]["state"] == "COMPLETED"
    return json.loads(objects.content["bucket", f"out/{job_id}.json"])
