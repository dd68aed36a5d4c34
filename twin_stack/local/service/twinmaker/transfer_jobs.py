"""Metadata transfer jobs between S3 and a workspace.

Jobs run one after another in a background thread. They are stored, so that a job that a crash interrupts runs
again from its start. That is safe, because it creates or replaces by id.

Decisions that the documentation leaves open: an export is one object, ``<prefix>/<job id>.json``; a
job with failed items ends in ERROR and its status names the first of them; there is no
``reportUrl``. Transfers from SiteWise are not available here.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.scope import Scope
from twin_stack.local.service.twinmaker.context import (
    CONFLICT,
    check_quota,
    invalid,
    not_found,
    page_size,
    workspace_arn,
)
from twin_stack.local.service.twinmaker.entity_requests import new_body, new_record
from twin_stack.local.service.twinmaker.transfer_files import (
    component_request,
    entity_request,
    read_file,
    type_request,
    write_file,
)
from twin_stack.twinmaker.names import SCHEMA_INITIALIZER
from twin_stack.twinmaker.quotas import MAX_JOB_FILE_BYTES, MAX_JOB_RESOURCES, MAX_WAITING_JOBS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import Any

    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.twinmaker.component_types import ComponentTypes
    from twin_stack.local.service.twinmaker.context import Context, Json
    from twin_stack.local.service.twinmaker.entities import Entities
    from twin_stack.local.service.twinmaker.tags import Tags
    from twin_stack.local.service.twinmaker.workspaces import Workspaces

    Check = Callable[[str, Json], Json]

_LOG = logging.getLogger(__name__)
_FINAL_STATES = ("COMPLETED", "ERROR", "CANCELLED")
_MAX_REPORTED_FAILURES = 5
# Other calls wait while a batch is written, and a request to cancel is seen after it.
_MAX_BATCH = 50
_MAX_BATCH_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class _Step:
    """The transfer of one item.

    Attributes:
        name: Of the item, in errors.
        run: Transfers it; raises ``ServiceError``.
        is_entity: Whether it writes an entity or a component of one.
    """

    name: str
    run: Callable[[], None]
    is_entity: bool = False


class TransferJobs:
    """Create-, Get-, List- and CancelMetadataTransferJob.

    Args:
        context: Shared by all parts of the service.
        workspaces: Workspaces, to find source and destination.
        types: Component types, to write and list them.
        entities: Entities, to write and list them.
        tags: Tags of both.
        check: Checks the members of a request against the service's model: ``(operation, params)`` ->
            converted params; raises ``ServiceError``.
    """

    def __init__(
        self,
        context: Context,
        *,
        workspaces: Workspaces,
        types: ComponentTypes,
        entities: Entities,
        tags: Tags,
        check: Check,
    ) -> None:
        self._context = context
        self._workspaces = workspaces
        self._types = types
        self._entities = entities
        self._tags = tags
        self._check = check
        self._jobs = context.resources("metadata_transfer_job")
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="transfer-job")
        self._stopping = threading.Event()

    def create_metadata_transfer_job(self, scope: Scope, params: Json) -> Json:
        """Queue a job from S3 to a workspace, or from a workspace to S3."""
        job_id = params.get("metadataTransferJobId") or str(uuid.uuid4())
        self._workspace_of(scope, params)
        body = {
            "sources": params["sources"],
            "destination": params["destination"],
            "description": params.get("description"),
            "state": "PENDING",
            "progress": dict.fromkeys(_COUNTS, 0),
            "error": {},
        }
        with self._context.store.transaction():
            if self._jobs.get(scope, "", job_id):
                raise ServiceError(CONFLICT, f"metadata transfer job {job_id!r} exists already")
            waiting = [job for job in self._jobs.every(scope, "") if job.body["state"] == "PENDING"]
            place = f"account {scope.account} in {scope.region}"
            check_quota(place, len(waiting) + 1, MAX_WAITING_JOBS, "waiting metadata transfer jobs")
            job = self._jobs.put(scope, "", job_id, body)
        self._worker.submit(self._run, scope, job_id)
        return {**_summary(scope, job), "creationDateTime": job.created}

    def get_metadata_transfer_job(self, scope: Scope, params: Json) -> Json:
        """Return one job."""
        job = self._require(scope, params["metadataTransferJobId"])
        names = ("description", "sources", "destination")
        return {
            **_summary(scope, job),
            **{name: job.body[name] for name in names},
            # jobs run with the caller's permissions, and the request has no role
            "metadataTransferJobRole": f"arn:{scope.partition}:iam::{scope.account}:role/caller",
        }

    def list_metadata_transfer_jobs(self, scope: Scope, params: Json) -> Json:
        """Return jobs between two kinds of place; a job must pass every filter."""
        page = self._jobs.page(scope, "", limit=page_size(params), token=params.get("nextToken"))
        filters = params.get("filters", ())
        return {
            "metadataTransferJobSummaries": [
                _summary(scope, job)
                for job in page.items
                if job.body["sources"][0]["type"] == params["sourceType"]
                and job.body["destination"]["type"] == params["destinationType"]
                and all(_matches(job, item) for item in filters)
            ],
            "nextToken": page.next_token,
        }

    def cancel_metadata_transfer_job(self, scope: Scope, params: Json) -> Json:
        """Cancel a job; items that it has written stay."""
        with self._context.store.transaction():
            job = self._require(scope, params["metadataTransferJobId"])
            if job.body["state"] in _FINAL_STATES:
                raise ServiceError(CONFLICT, f"job {job.id!r} is {job.body['state']} and cannot be cancelled")
            is_pending = job.body["state"] == "PENDING"
            state = "CANCELLED" if is_pending else "CANCELLING"
            changed = self._jobs.put(scope, "", job.id, {**job.body, "state": state})
        return _summary(scope, changed)

    def resume(self) -> None:
        """Queue the jobs that a former process had not completed."""
        with self._context.store.reading() as db:
            rows = db.execute(
                "SELECT scope, id FROM resource WHERE kind = 'metadata_transfer_job'"
            ).fetchall()
        for key, job_id in rows:
            scope = Scope(*key.split("/", 1))
            if self._require(scope, job_id).body["state"] not in _FINAL_STATES:
                self._worker.submit(self._run, scope, job_id)

    def close(self) -> None:
        """Stop the running job between two items; it runs again at the next start."""
        self._stopping.set()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _run(self, scope: Scope, job_id: str) -> None:
        """Run one job from beginning to end."""
        body = self._require(scope, job_id).body
        if body["state"] in _FINAL_STATES or self._stopping.is_set():
            return
        failures: list[str] = []
        counts = dict.fromkeys(_COUNTS, 0)
        state = "COMPLETED"
        try:
            steps = list(self._steps(scope, job_id, body))
            check_quota(f"metadata transfer job {job_id!r}", len(steps), MAX_JOB_RESOURCES, "resources")
            counts["totalCount"] = len(steps)
            speed = self._context.transfer_speed
            size = _MAX_BATCH if speed is None else min(_MAX_BATCH, int(speed * _MAX_BATCH_SECONDS) or 1)
            begun = time.monotonic()
            for start in range(0, len(steps), size):
                state = self._save(scope, job_id, "RUNNING", counts, failures)
                if state == "CANCELLED" or self._stopping.is_set():
                    break
                batch = steps[start : start + size]
                with self._writing(scope, body, batch):
                    for step in batch:
                        try:
                            step.run()
                            counts["succeededCount"] += 1
                        except ServiceError as error:
                            counts["failedCount"] += 1
                            failures.append(f"{step.name}: {error.message}")
                if speed is not None:
                    written = min(start + size, len(steps))
                    self._stopping.wait(max(0.0, begun + written / speed - time.monotonic()))
            else:
                state = "ERROR" if failures else "COMPLETED"
        except ServiceError as error:
            failures, state = [error.message], "ERROR"
        except Exception as error:  # noqa: BLE001 a job ends in ERROR; the thread must live on
            _LOG.exception("metadata transfer job %s failed", job_id)
            failures, state = [f"{type(error).__name__}: {error}"], "ERROR"
        if not self._stopping.is_set() or state in _FINAL_STATES:
            self._save(scope, job_id, state, counts, failures)

    def _writing(self, scope: Scope, body: Json, batch: list[_Step]) -> AbstractContextManager[Any]:
        """Return a transaction for a batch of entities, which spares most of the waiting for the disk.

        A schema initializer is a function that may call the service, which a transaction would block.
        """
        declared = self._types.declared(scope, self._workspace_of(scope, body)).values()
        has_initializer = any(SCHEMA_INITIALIZER in item.get("functions", {}) for item in declared)
        if has_initializer or not all(step.is_entity for step in batch):
            return nullcontext()
        return self._context.store.transaction()

    def _save(self, scope: Scope, job_id: str, state: str, counts: Json, failures: list[str]) -> str:
        """Store state and progress, and return the state; a request to cancel takes precedence."""
        with self._context.store.transaction():
            body = self._require(scope, job_id).body
            if body["state"] == "CANCELLING":
                state = "CANCELLED"
            error: Json = {}
            if failures:
                message = "; ".join(failures[:_MAX_REPORTED_FAILURES])[:2048]
                error = {"code": "VALIDATION_ERROR", "message": message}
            body = {**body, "state": state, "progress": dict(counts), "error": error}
            self._jobs.put(scope, "", job_id, body)
        return state

    def _steps(self, scope: Scope, job_id: str, body: Json) -> Iterator[_Step]:
        workspace_id = self._workspace_of(scope, body)
        source, destination = body["sources"][0], body["destination"]
        if source["type"] == "s3":
            bucket, key = _bucket_and_key(source["s3Configuration"]["location"])
            data = self._context.s3.get_object(bucket, key)
            check_quota(f"file {key!r}", len(data), MAX_JOB_FILE_BYTES, "bytes")
            yield from self._import_steps(scope, workspace_id, data)
        else:
            bucket, prefix = _bucket_and_key(destination["s3Configuration"]["location"])
            key = f"{prefix.rstrip('/')}/{job_id}.json".lstrip("/")
            filters = source["iotTwinMakerConfiguration"].get("filters", ())
            yield _Step(key, partial(self._export, scope, workspace_id, filters, bucket, key))

    def _import_steps(self, scope: Scope, workspace_id: str, data: bytes) -> Iterator[_Step]:
        sections = read_file(data, scope)
        for item in sections["componentTypes"]:
            request = type_request(item, workspace_id)
            yield _Step(item["componentTypeId"], partial(self._put_type, scope, request))
        for item in sections["entities"]:
            request = entity_request(item, workspace_id)
            yield _Step(item["entityId"], partial(self._put_entity, scope, request), is_entity=True)
        for item in sections["entityComponents"]:
            yield _Step(
                f"{item.get('entityId')}/{item.get('componentName')}",
                partial(self._put_component, scope, workspace_id, item),
                is_entity=True,
            )

    def _put_type(self, scope: Scope, request: Json) -> None:
        params = self._check("CreateComponentType", request)
        workspace_id, type_id = params["workspaceId"], params["componentTypeId"]
        if type_id in self._types.declared(scope, workspace_id):
            changes = {key: value for key, value in params.items() if key != "tags"}
            self._types.update_component_type(scope, changes)
            arn = workspace_arn(scope, workspace_id, f"component-type/{type_id}")
            self._tags.set(scope, arn, params.get("tags", {}))
        else:
            self._types.create_component_type(scope, params)

    def _put_entity(self, scope: Scope, request: Json) -> None:
        params = self._check("CreateEntity", request)
        workspace_id, entity_id = params["workspaceId"], params["entityId"]
        old = self._entities.get(scope, workspace_id, entity_id)
        if old is None:
            self._entities.create_entity(scope, params)
            return
        body = new_body(params, self._entities.types(scope, workspace_id))
        self._entities.write(scope, workspace_id, entity_id, body, old=old)
        arn = workspace_arn(scope, workspace_id, f"entity/{entity_id}")
        self._tags.set(scope, arn, params.get("tags", {}))

    def _put_component(self, scope: Scope, workspace_id: str, item: Json) -> None:
        entity_id, name, request = component_request(item, workspace_id)
        params = self._check("CreateEntity", request)
        old = self._entities.require(scope, workspace_id, entity_id)
        types = self._entities.types(scope, workspace_id)
        record = new_record(name, params["components"][name], types)
        body = {**old.body, "components": {**old.body["components"], name: record}}
        self._entities.write(scope, workspace_id, entity_id, body, old=old)

    def _export(self, scope: Scope, workspace_id: str, filters: list[Json], bucket: str, key: str) -> None:
        """Write all types and entities of the workspace, or exactly those that the filters name."""
        type_ids = {
            f["filterByComponentType"]["componentTypeId"] for f in filters if "filterByComponentType" in f
        }
        entity_ids = {f["filterByEntity"]["entityId"] for f in filters if "filterByEntity" in f}
        types = [
            (type_id, declared, self._tags_of(scope, workspace_id, "component-type", type_id))
            for type_id, declared in self._types.declared(scope, workspace_id).items()
            if not filters or type_id in type_ids
        ]
        entities = [
            (item.id, item.body, self._tags_of(scope, workspace_id, "entity", item.id))
            for item in self._entities.every(scope, workspace_id)
            if not filters or item.id in entity_ids
        ]
        self._context.s3.put_object(bucket, key, write_file(types, entities))

    def _tags_of(self, scope: Scope, workspace_id: str, kind: str, identifier: str) -> Json:
        return dict(self._tags.of(scope, workspace_arn(scope, workspace_id, f"{kind}/{identifier}")))

    def _workspace_of(self, scope: Scope, params: Json) -> str:
        """Return the workspace of a job.

        Raises:
            ServiceError: The job is not between S3 and a workspace, or the workspace does not exist.
        """
        source, destination = params["sources"][0], params["destination"]
        kinds = (source["type"], destination["type"])
        ends = {
            ("s3", "iottwinmaker"): (source, destination),
            ("iottwinmaker", "s3"): (destination, source),
        }.get(kinds)
        if ends is None:
            raise invalid(
                f"transfers from {kinds[0]} to {kinds[1]} are not available in the local service; "
                "available are s3 to iottwinmaker and iottwinmaker to s3"
            )
        s3, twinmaker = ends
        if "s3Configuration" not in s3 or "iotTwinMakerConfiguration" not in twinmaker:
            raise invalid("s3Configuration and iotTwinMakerConfiguration must be given for the types")
        arn = twinmaker["iotTwinMakerConfiguration"]["workspace"]
        return self._workspaces.require(scope, arn.rpartition("workspace/")[2]).id

    def _require(self, scope: Scope, job_id: str) -> Resource:
        job = self._jobs.get(scope, "", job_id)
        if job is None:
            raise not_found("metadata transfer job", job_id)
        return job


_COUNTS = ("totalCount", "succeededCount", "skippedCount", "failedCount")


def _bucket_and_key(location: str) -> tuple[str, str]:
    bucket, _, key = location.rpartition(":::")[2].partition("/")
    return bucket, key


def _matches(job: Resource, item: Json) -> bool:
    if "state" in item:
        return bool(job.body["state"] == item["state"])
    ends = (job.body["sources"][0], job.body["destination"])
    arns = [end.get("iotTwinMakerConfiguration", {}).get("workspace", "") for end in ends]
    return any(arn.endswith(f"workspace/{item['workspaceId']}") for arn in arns)


def _summary(scope: Scope, job: Resource) -> Json:
    return {
        "metadataTransferJobId": job.id,
        "arn": scope.arn("iottwinmaker", f"metadata-transfer-job/{job.id}"),
        "creationDateTime": job.created,
        "updateDateTime": job.updated,
        "status": {"state": job.body["state"], "error": job.body["error"]},
        "progress": job.body["progress"],
    }
