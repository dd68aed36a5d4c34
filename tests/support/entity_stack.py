"""A stack with the bulk custom resource in this process: CloudFormation, TwinMaker and S3, without HTTP."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from entity_reconciler.handler import _workspace_arn
from entity_reconciler.repository import Bucket, Clients, Workspace
from entity_reconciler.request import parse_request
from entity_reconciler.shapes import ReconcileError
from entity_reconciler.slices import begin, run_slice

from tests.support.memory_aws import (
    ACCOUNT,
    ASSETS,
    BUCKET,
    FUNCTION_ARN,
    PREFIX,
    REGION,
    ROOT,
    WORKSPACE,
    FakeTwinMaker,
    Faults,
    ManualClock,
    MemoryS3,
    client_error,
)
from twin_stack.local.service import LocalServices, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from entity_reconciler.progress import Progress
    from entity_reconciler.request import Request

Json = dict[str, Any]


@dataclass
class EntityStack:
    """CloudFormation and the CDK's provider framework, for one custom resource.

    Attributes:
        twin: The TwinMaker client.
        s3: The S3 client.
        clock: The time.
        options: Properties of the custom resource besides those of its entities.
        properties: Properties of the deployed resource; None before it is deployed.
        progress: What was published.
    """

    twin: Any
    s3: MemoryS3
    clock: ManualClock
    options: Json = field(default_factory=dict)
    properties: Json | None = None
    name: str = "Plant"
    progress: list[Progress] = field(default_factory=list)
    requests: int = 0

    def deploy(self, entities: Sequence[Json], **options: Any) -> None:
        """Create or update the resource; roll back as CloudFormation does if that fails.

        Raises:
            ReconcileError: The deployment failed.
        """
        former = self.properties
        wanted = self.resource(entities, **options)
        self.properties = wanted
        event = self.event("Create" if former is None else "Update", wanted)
        try:
            self.carry_out(event)
        except ReconcileError:
            self.roll_back(former, event)
            raise

    def roll_back(self, former: Json | None, failed: Json) -> None:
        """Send what CloudFormation sends after a failed request."""
        if former is None:
            # The framework's answer had the physical id of on_event.
            self.carry_out(self.event("Delete", failed["ResourceProperties"]))
        else:
            self.carry_out(self.event("Update", former))
        self.properties = former

    def delete(self) -> None:
        """Delete the resource."""
        assert self.properties is not None
        self.carry_out(self.event("Delete", self.properties))
        self.properties = None

    def event(self, request_type: str, properties: Json) -> Json:
        self.requests += 1
        return {
            "RequestType": request_type,
            "RequestId": f"{self.name}-{self.requests}",
            "StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.name}/5f3a",
            "LogicalResourceId": "Entities",
            "ResourceProperties": properties,
        }

    def carry_out(self, event: Json) -> None:
        """Send a request, and look until it is carried out."""
        self.begin(event)
        for _ in range(1000):
            if self.look(event):
                return
            self.clock.time += 10
        raise AssertionError("the request does not end")

    def begin(self, event: Json) -> None:
        self.clock.invoke()
        request = parse_request(event)
        begin(request, self._bucket(request), self.clock)

    def look(self, event: Json) -> bool:
        self.clock.invoke()
        request = parse_request(event)
        bucket = self._bucket(request)
        arn = _workspace_arn(request, FUNCTION_ARN)
        twin = Workspace(self._clients, arn, bucket, self.clock, request.rate)
        return run_slice(request, bucket, twin, self.clock, self.progress.append)

    def resource(self, entities: Sequence[Json], **options: Any) -> Json:
        """Write the assets of entities, and return the properties of the resource."""
        chunks = [json.dumps({"entities": part}).encode() for part in chunks_of(entities)]
        listed = [{"sha256": sha256(chunk).hexdigest(), "entities": 0} for chunk in chunks]
        manifest = json.dumps({"version": 1, "chunks": listed, "entities": len(entities)}).encode()
        for content in (*chunks, manifest):
            self.s3.objects[ASSETS, f"{sha256(content).hexdigest()}.json"] = (content, "-")
        keys = [{"Bucket": ASSETS, "Key": f"{sha256(content).hexdigest()}.json"} for content in chunks]
        return {
            "WorkspaceId": WORKSPACE,
            "BucketName": BUCKET,
            "StatePrefix": PREFIX,
            "Assets": keys,
            "Manifest": {"Bucket": ASSETS, "Key": f"{sha256(manifest).hexdigest()}.json"},
            "DesiredHash": sha256(manifest).hexdigest(),
            **self.options,
            **options,
        }

    @property
    def _clients(self) -> Clients:
        return Clients(self.twin, self.s3)

    def _bucket(self, request: Request) -> Bucket:
        return Bucket(self._clients, request.bucket, request.prefix, self.clock)


def chunks_of(entities: Iterable[Json], count: int = 4) -> list[list[Json]]:
    """Return entities in parts by a hash of their ids; empty parts are left out."""
    parts: list[list[Json]] = [[] for _ in range(count)]
    for entity in entities:
        parts[sha256(entity["entityId"].encode()).digest()[0] % count].append(entity)
    return [part for part in parts if part]


def fake_stack(**options: Any) -> EntityStack:
    """Return a stack on a TwinMaker in memory; its ``s3`` and ``twin`` note calls in ``faults``."""
    faults = Faults()
    clock = ManualClock()
    s3 = MemoryS3(faults)
    return EntityStack(FakeTwinMaker(s3, clock, faults), s3, clock, options)


def entity(entity_id: str, parent: str = ROOT, **values: Any) -> Json:
    """Return an entity of a chunk, with a component whose properties have the values."""
    members: Json = {"entityId": entity_id, "entityName": f"Entity {entity_id}"}
    if parent != ROOT:
        members["parentEntityId"] = parent
    if values:
        properties = {
            name: {"value": {"stringValue": value} if isinstance(value, str) else {"doubleValue": value}}
            for name, value in values.items()
        }
        members["components"] = {"info": {"componentTypeId": "com.example.Info", "properties": properties}}
    return members


def as_map(entities: Iterable[Json]) -> dict[str, Json]:
    return {item["entityId"]: comparable(item) for item in entities}


def comparable(item: Mapping[str, Any]) -> Json:
    """Return an entity without members that say nothing."""
    members = {name: value for name, value in item.items() if value not in ({}, "", None)}
    return {"parentEntityId": ROOT, **members}


def live(stack: EntityStack) -> dict[str, Json]:
    """Return the entities of the fake in the form of chunks."""
    return {key: comparable(item) for key, item in stack.twin.entities.items()}


class DirectTwinMaker:
    """The methods of a TwinMaker client, on the embedded service.

    Args:
        services: The services.

    Attributes:
        calls: The methods that were called.
    """

    def __init__(self, services: LocalServices) -> None:
        self._services = services
        self.calls: list[str] = []

    def __getattr__(self, method: str) -> Callable[..., Json]:
        operation = "".join(word.capitalize() for word in method.split("_"))

        def call(**parameters: Any) -> Json:
            self.calls.append(method)
            try:
                return self._services.call(
                    "iottwinmaker", operation, parameters, account=ACCOUNT, region=REGION
                )
            except ServiceError as error:
                raise client_error(error.code, error.message) from error

        return call


class _TransferObjects:
    """What the embedded service needs of S3.

    Args:
        s3: The objects.
    """

    def __init__(self, s3: MemoryS3) -> None:
        self._s3 = s3

    def get_object(self, bucket: str, key: str) -> bytes:
        return self._s3.read(bucket, key)


@contextmanager
def embedded_stack(folder: Path, **options: Any) -> Iterator[EntityStack]:
    """Yield a stack on an embedded TwinMaker of its own.

    Args:
        folder: The folder of its database.
        options: Properties of the custom resource.
    """
    s3 = MemoryS3(Faults())
    refuse: Any = None
    objects: Any = _TransferObjects(s3)
    services = LocalServices(folder / "twin.db", invoke=refuse, s3=objects)
    try:
        yield EntityStack(DirectTwinMaker(services), s3, RealWaitsClock(), options)
    finally:
        services.close()


class RealWaitsClock(ManualClock):
    """A clock whose waits let the service's threads work."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        time.sleep(0.002)
