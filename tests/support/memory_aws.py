"""S3 and TwinMaker in memory, with a clock and faults, for tests of what calls them."""

from __future__ import annotations

import copy
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from entity_reconciler.shapes import OutOfTimeError

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

ACCOUNT, REGION, WORKSPACE, BUCKET, ASSETS = "111122223333", "eu-west-1", "hall", "hall-bucket", "assets"

FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:entities"

PREFIX = "twin-stack/entities/Plant"

ROOT = "$ROOT"


class KilledError(BaseException):
    """The end of a process in the middle of its work. No ``except Exception`` handles it."""


class ManualClock:
    """A clock that only moves when something waits or calls.

    Args:
        limit: Seconds of an invocation.
    """

    def __init__(self, limit: float = 600.0) -> None:
        self.time = 1_800_000_000.0
        self.limit = limit
        self._began = self.time

    def invoke(self) -> None:
        """Begin an invocation."""
        self._began = self.time

    def now(self) -> float:
        return self.time

    def seconds_left(self) -> float:
        return self.limit - (self.time - self._began)

    def sleep(self, seconds: float) -> None:
        if seconds > self.seconds_left():
            raise OutOfTimeError
        self.time += seconds


@dataclass
class Faults:
    """What happens before calls.

    Attributes:
        calls: Names of all calls so far.
        before: Is called with the number and the name of each call, and may raise.
    """

    calls: list[str] = field(default_factory=list)
    before: Callable[[int, str], None] | None = None

    def note(self, name: str) -> None:
        self.calls.append(name)
        if self.before is not None:
            self.before(len(self.calls), name)


def client_error(code: str, message: str = "", status: int = 400) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "Operation")


class MemoryS3:
    """The methods of an S3 client, on objects in memory; conditional writes included."""

    def __init__(self, faults: Faults) -> None:
        self.objects: dict[tuple[str, str], tuple[bytes, str]] = {}
        self._faults = faults
        self._version = 0

    def get_object(self, *, Bucket: str, Key: str) -> Json:  # noqa: N803
        self._faults.note("s3:GetObject")
        if (Bucket, Key) not in self.objects:
            raise client_error("NoSuchKey", status=404)
        body, etag = self.objects[Bucket, Key]
        return {"Body": io.BytesIO(body), "ETag": etag}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **condition: str) -> Json:  # noqa: N803
        self._faults.note("s3:PutObject")
        present = self.objects.get((Bucket, Key))
        if "IfMatch" in condition and present is None:
            raise client_error("NoSuchKey", status=404)
        if ("IfMatch" in condition and present and present[1] != condition["IfMatch"]) or (
            "IfNoneMatch" in condition and present
        ):
            raise client_error("PreconditionFailed", status=412)
        self._version += 1
        etag = f'"{self._version}"'
        self.objects[Bucket, Key] = (Body, etag)
        return {"ETag": etag}

    def list_objects_v2(self, *, Bucket: str, Prefix: str, **_: str) -> Json:  # noqa: N803
        self._faults.note("s3:ListObjectsV2")
        keys = sorted(key for bucket, key in self.objects if bucket == Bucket and key.startswith(Prefix))
        return {"Contents": [{"Key": key} for key in keys], "IsTruncated": False}

    def delete_objects(self, *, Bucket: str, Delete: Json) -> Json:  # noqa: N803
        self._faults.note("s3:DeleteObjects")
        for item in Delete["Objects"]:
            self.objects.pop((Bucket, item["Key"]), None)
        return {}

    # What the embedded service needs of S3 for its transfer jobs.
    def read(self, bucket: str, key: str) -> bytes:
        return self.objects[bucket, key][0]

    def text(self, name: str) -> Any:
        """Return a JSON object of the engine's prefix."""
        return json.loads(self.objects[BUCKET, f"{PREFIX}/{name}"][0])

    def names(self) -> list[str]:
        """Return the keys of the engine's prefix."""
        return sorted(key.removeprefix(f"{PREFIX}/") for bucket, key in self.objects if bucket == BUCKET)


class FakeTwinMaker:
    """The methods of a TwinMaker client, on entities in memory.

    Args:
        s3: The objects of transfer jobs.
        clock: The time of changes.
        faults: What happens before calls.

    Attributes:
        entities: Entities in the form of a chunk, by id.
        refused: Reasons by entity that cannot be written.
        undeletable: Entities that cannot be deleted.
        job_speed: Entities that a job writes between two looks at it; 0 for a job that never ends.
        job_rate: Entities a second that a job writes, instead.
        stops: Whether a job that is cancelled ends.
    """

    def __init__(self, s3: MemoryS3, clock: ManualClock, faults: Faults) -> None:
        self.entities: dict[str, Json] = {}
        self.created: dict[str, float] = {}
        self.updated: dict[str, float] = {}
        self.refused: dict[str, str] = {}
        self.undeletable: set[str] = set()
        self.job_speed = 1_000_000
        self.job_rate: float | None = None
        self.stops = True
        self.jobs: dict[str, Json] = {}
        self._s3 = s3
        self._clock = clock
        self._faults = faults
        self._ticks = 0
        self._children: dict[str, dict[str, None]] = {}
        self._sorted: list[str] = []

    def put(self, entity: Json) -> None:
        """Write an entity as a person in the console or a job does."""
        entity_id = entity["entityId"]
        self._ticks += 1
        now = self._clock.time + self._ticks * 1e-3
        self.created.setdefault(entity_id, now)
        self.updated[entity_id] = now
        self._detach(entity_id)
        self.entities[entity_id] = entity
        self._children.setdefault(entity.get("parentEntityId", ROOT), {})[entity_id] = None

    def children(self, entity_id: str) -> list[str]:
        return list(self._children.get(entity_id, ()))

    def _detach(self, entity_id: str) -> None:
        if former := self.entities.get(entity_id):
            del self._children[former.get("parentEntityId", ROOT)][entity_id]

    def list_entities(self, *, maxResults: int, nextToken: str = "0", **_: Any) -> Json:  # noqa: N803
        self._faults.note("ListEntities")
        start = int(nextToken)
        if start == 0:
            self._sorted = sorted(self.entities)
        ids = self._sorted
        page = ids[start : start + maxResults]
        answer: Json = {"entitySummaries": [self._summary(item) for item in page]}
        if start + maxResults < len(ids):
            answer["nextToken"] = str(start + maxResults)
        return answer

    def get_entity(self, *, entityId: str, **_: Any) -> Json:  # noqa: N803
        self._faults.note("GetEntity")
        self._require(entityId)
        entity = copy.deepcopy(self.entities[entityId])
        components = {
            name: {
                **item,
                "properties": {
                    key: {"definition": {"isInherited": True}, **value}
                    for key, value in item.get("properties", {}).items()
                },
            }
            for name, item in entity.get("components", {}).items()
        }
        return {**self._summary(entityId), "components": components}

    def get_component_type(self, **_: Any) -> Json:
        """All properties of entities in memory are those of their type."""
        self._faults.note("GetComponentType")
        names = {
            name
            for item in self.entities.values()
            for component in item.get("components", {}).values()
            for name in component.get("properties", {})
        }
        return {"propertyDefinitions": {key: {} for key in names}}

    def create_entity(self, **members: Any) -> Json:
        self._faults.note("CreateEntity")
        if members["entityId"] in self.entities:
            raise client_error("ConflictException", "exists")
        members = copy.deepcopy(members)
        self._write({name: value for name, value in members.items() if name != "workspaceId"})
        return {}

    def update_entity(self, *, entityId: str, **members: Any) -> Json:  # noqa: N803
        self._faults.note("UpdateEntity")
        self._require(entityId)
        entity = copy.deepcopy(self.entities[entityId])
        for name in ("entityName", "description"):
            if name in members:
                entity[name] = members[name]
        if not entity.get("description"):
            entity.pop("description", None)
        if move := members.get("parentEntityUpdate"):
            entity["parentEntityId"] = move.get("parentEntityId", ROOT)
        components = entity.setdefault("components", {})
        for name, update in members.get("componentUpdates", {}).items():
            _update_component(components, name, update)
        if nested := members.get("compositeComponentUpdates"):
            entity["compositeComponents"] = {
                path: {"properties": item.get("propertyUpdates", {})} for path, item in nested.items()
            }
        self._write(entity)
        return {}

    def delete_entity(self, *, entityId: str, isRecursive: bool, **_: Any) -> Json:  # noqa: N803
        self._faults.note("DeleteEntity")
        self._require(entityId)
        if entityId in self.undeletable:
            raise client_error("ValidationException", f"{entityId} cannot be deleted")
        if self.children(entityId) and not isRecursive:
            raise client_error("ValidationException", f"{entityId} has child entities")
        pending = [entityId]
        while pending:
            current = pending.pop()
            pending += self.children(current)
            self._detach(current)
            del self.entities[current], self.created[current], self.updated[current]
        return {}

    def create_metadata_transfer_job(self, *, metadataTransferJobId: str, sources: Any, **_: Any) -> Json:  # noqa: N803
        self._faults.note("CreateMetadataTransferJob")
        if metadataTransferJobId in self.jobs:
            raise client_error("ConflictException", "exists")
        bucket, _, key = sources[0]["s3Configuration"]["location"].rpartition(":::")[2].partition("/")
        items = json.loads(self._s3.read(bucket, key))["entities"]
        progress = {"totalCount": len(items), "succeededCount": 0, "failedCount": 0}
        self.jobs[metadataTransferJobId] = {
            "status": {"state": "RUNNING"},
            "progress": progress,
            "items": _small(items),
            "began": self._clock.time,
        }
        return {}

    def get_metadata_transfer_job(self, *, metadataTransferJobId: str) -> Json:  # noqa: N803
        self._faults.note("GetMetadataTransferJob")
        if metadataTransferJobId not in self.jobs:
            raise client_error("ResourceNotFoundException", status=404)
        job = self.jobs[metadataTransferJobId]
        self._advance(job)
        return job

    def cancel_metadata_transfer_job(self, *, metadataTransferJobId: str) -> Json:  # noqa: N803
        self._faults.note("CancelMetadataTransferJob")
        job = self.jobs[metadataTransferJobId]
        if job["status"]["state"] == "RUNNING" and self.stops:
            job["status"]["state"] = "CANCELLED"
        return {}

    def _advance(self, job: Json) -> None:
        if job["status"]["state"] != "RUNNING" or not self.job_speed:
            return
        speed = self.job_speed
        if self.job_rate is not None:
            total = len(job["items"]) + job["progress"]["succeededCount"] + job["progress"]["failedCount"]
            left = total - int((self._clock.time - job["began"]) * self.job_rate)
            speed = len(job["items"]) - max(0, left)
        part, job["items"] = job["items"][:speed], job["items"][speed:]
        for entity in part:
            try:
                self._write(entity)
                job["progress"]["succeededCount"] += 1
            except ClientError as error:
                job["progress"]["failedCount"] += 1
                job["status"].setdefault("error", {"message": error.response["Error"]["Message"]})
        if not job["items"]:
            job["status"]["state"] = "ERROR" if job["progress"]["failedCount"] else "COMPLETED"

    def _write(self, entity: Json) -> None:
        entity_id, parent = entity["entityId"], entity.get("parentEntityId", ROOT)
        if entity_id in self.refused:
            raise client_error("ValidationException", self.refused[entity_id])
        above = parent
        while above != ROOT:
            if above == entity_id or above not in self.entities:
                raise client_error("ValidationException", f"Unable to find parent entity id {parent}")
            above = self.entities[above].get("parentEntityId", ROOT)
        self.put(entity)

    def _require(self, entity_id: str) -> None:
        if entity_id not in self.entities:
            raise client_error("ResourceNotFoundException", entity_id, 404)

    def _summary(self, entity_id: str) -> Json:
        entity = self.entities[entity_id]
        return {
            "entityId": entity_id,
            "arn": f"arn:aws:iottwinmaker:{REGION}:{ACCOUNT}:workspace/{WORKSPACE}/entity/{entity_id}",
            "entityName": entity["entityName"],
            "description": entity.get("description", ""),
            "parentEntityId": entity.get("parentEntityId", ROOT),
            "status": {"state": "ACTIVE"},
            "updateDateTime": datetime.fromtimestamp(self.updated[entity_id], UTC),
        }


def _update_component(components: Json, name: str, update: Json) -> None:
    kind = update.get("updateType", "UPDATE")
    if kind == "DELETE":
        del components[name]
        return
    if kind == "CREATE":
        if name in components:
            raise client_error("ConflictException", f"component {name} exists")
        components[name] = {"componentTypeId": update["componentTypeId"], "properties": {}}
    properties = components[name].setdefault("properties", {})
    for key, item in update.get("propertyUpdates", {}).items():
        if item.get("updateType") in ("DELETE", "RESET_VALUE"):
            properties.pop(key, None)
        else:
            properties[key] = {member: value for member, value in item.items() if member != "updateType"}


def _small(value: Any) -> Any:
    """Return a job's file with relationship values in the API's form."""
    if isinstance(value, list):
        return [_small(item) for item in value]
    if isinstance(value, dict):
        names = {"TargetEntityId": "targetEntityId", "TargetComponentName": "targetComponentName"}
        return {names.get(name, name): _small(item) for name, item in value.items()}
    return value
