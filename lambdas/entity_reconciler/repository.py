"""The entities of a workspace and the objects of a bucket: the only module that uses the AWS SDK."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from aws_client.clients import create_client
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from entity_reconciler.live import PAGE, live_entity
from entity_reconciler.shapes import (
    Clock,
    Job,
    Json,
    LiveEntity,
    LostLockError,
    OutOfTimeError,
    RefusedError,
)
from entity_reconciler.token_bucket import Pace

_FIRST_DELAY, _MAX_DELAY = 0.1, 20.0
_CALL_SECONDS = 6.0
"""Seconds that one call may take; see ``aws_client.clients``."""

_SAVE_SECONDS = 12.0
"""Seconds after the end of a slice in which the checkpoint may be written."""

_ACCESS_SECONDS = 60.0
"""How long a denied call is repeated: a policy that was just attached may not be in effect yet."""

_UNSETTLED_TRIES = 30
"""How often a change of an entity is repeated whose last change has not ended."""

_MAX_REMOVED = 1_000
"""Objects of a call of DeleteObjects. Source: S3 API reference."""

_THROTTLED = frozenset(
    {"ThrottlingException", "Throttling", "TooManyRequestsException", "SlowDown", "RequestLimitExceeded"}
)
_DENIED = frozenset({"AccessDeniedException", "AccessDenied", "403"})
_MISSING = frozenset({"ResourceNotFoundException", "NoSuchKey", "404"})
_CHANGED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})


class _MissingError(RefusedError):
    """The entity, job or object does not exist."""


class _ConflictingError(RefusedError):
    """The entity or job exists, or is being changed."""


class _QuotaError(RefusedError):
    """As many jobs wait as an account may have."""


_KINDS: Mapping[str, type[RefusedError]] = {
    **dict.fromkeys(_MISSING, _MissingError),
    "ConflictException": _ConflictingError,
    "ServiceQuotaExceededException": _QuotaError,
}


class Clients(NamedTuple):
    """The clients of the services.

    Attributes:
        twinmaker: Of AWS IoT TwinMaker.
        s3: Of S3.
    """

    twinmaker: Any
    s3: Any


def create_clients() -> Clients:
    """Create the clients; this module retries calls itself."""
    return Clients(create_client("iottwinmaker"), create_client("s3"))


class _Calls:
    """Calls with retries within the time of an invocation."""

    def __init__(self, client: Any, clock: Clock, pace: Pace | None, grace: float = 0.0) -> None:
        self._client = client
        self._grace = grace
        self._clock = clock
        self._pace = pace
        self._denied_until = clock.now() + _ACCESS_SECONDS
        self.count = 0

    def call(self, operation: str, **parameters: Any) -> Json:
        """Call an operation; retry what may succeed later.

        Raises:
            ClientError: The service refuses the call.
            OutOfTimeError: The invocation has no time for another try.
        """
        attempts = 0
        while True:
            self._wait()
            self.count += 1
            attempts += 1
            try:
                answer: Json = getattr(self._client, operation)(**parameters)
            except (ClientError, BotoCoreError) as error:
                if not self._may_succeed_later(error):
                    raise
                delay = min(_FIRST_DELAY * 2**attempts, _MAX_DELAY) * random.uniform(0.5, 1)  # noqa: S311
                self._clock.sleep(delay)
            else:
                if self._pace:
                    self._pace.speed_up()
                return answer

    def _wait(self) -> None:
        delay = self._pace.delay(self._clock.now()) if self._pace else 0.0
        if self._clock.seconds_left() + self._grace < delay + _CALL_SECONDS:
            raise OutOfTimeError
        if delay:
            self._clock.sleep(delay)
        if self._pace:
            self._pace.take(self._clock.now())

    def _may_succeed_later(self, error: ClientError | BotoCoreError) -> bool:
        if not isinstance(error, ClientError):
            return isinstance(error, HTTPClientError | ConnectionError)
        code = _code(error)
        if code in _THROTTLED:
            if self._pace:
                self._pace.slow_down()
            return True
        if code in _DENIED:
            return self._clock.now() < self._denied_until
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or code in {"InternalServerException", "InternalError", "RequestTimeout"}


class Workspace:
    """The entities of a workspace; see ``shapes.Twin``.

    Args:
        clients: The clients of the services.
        arn: The ARN of the workspace.
        bucket: The engine's prefix in the bucket.
        clock: The time of the invocation.
        rate: Calls a second.
    """

    def __init__(self, clients: Clients, arn: str, bucket: "Bucket", clock: Clock, rate: float) -> None:
        self._calls = _Calls(clients.twinmaker, clock, Pace(rate))
        self._clock = clock
        self._arn = arn
        self._workspace_id = arn.rpartition("/")[2]
        self._bucket = bucket

    @property
    def calls(self) -> int:
        """See ``shapes.Twin``."""
        return self._calls.count

    def list_entities(self, token: str | None) -> tuple[Mapping[str, LiveEntity], str | None]:
        """See ``shapes.Twin``."""
        more = {"nextToken": token} if token else {}
        try:
            answer = self._call("list_entities", maxResults=PAGE, **more)
        except RefusedError:
            if self._has_workspace():
                raise
            return {}, None  # It was deleted, and all entities with it.
        summaries = answer["entitySummaries"]
        return {item["entityId"]: live_entity(item) for item in summaries}, answer.get("nextToken")

    def get_entity(self, entity_id: str) -> Json | None:
        """See ``shapes.Twin``."""
        try:
            return self._call("get_entity", entityId=entity_id)
        except _MissingError:
            return None

    def type_properties(self, type_id: str) -> Sequence[str]:
        """See ``shapes.Twin``."""
        answer = self._call("get_component_type", componentTypeId=type_id)
        return sorted(answer.get("propertyDefinitions") or {})

    def nested_component(self, entity_id: str, path: str) -> tuple[Mapping[str, Json], Sequence[str]]:
        """See ``shapes.Twin``."""
        place = {"entityId": entity_id, "componentPath": path}
        values = {
            item["propertyName"]: item["value"]
            for item in self._pages("list_properties", "propertySummaries", **place)
            if item.get("value") not in (None, item.get("definition", {}).get("defaultValue"))
            and not item.get("definition", {}).get("isImported")
        }
        inside = self._pages("list_components", "componentSummaries", **place)
        return values, [item["componentName"] for item in inside]

    def _pages(self, operation: str, member: str, **parameters: Any) -> Iterator[Json]:
        while True:
            answer = self._call(operation, maxResults=PAGE, **parameters)
            yield from answer[member]
            if not answer.get("nextToken"):
                return
            parameters["nextToken"] = answer["nextToken"]

    def create_entity(self, members: Json) -> bool:
        """See ``shapes.Twin``."""
        try:
            self._call("create_entity", **members)
        except _ConflictingError:
            return False
        return True

    def update_entity(self, entity_id: str, members: Json) -> None:
        """See ``shapes.Twin``."""
        self._settled(lambda: self._call("update_entity", entityId=entity_id, **members))

    def get_tags(self, arn: str) -> Mapping[str, str]:
        """See ``shapes.Twin``."""
        tags: Mapping[str, str] = self._call_service("list_tags_for_resource", resourceARN=arn).get(
            "tags", {}
        )
        return tags

    def set_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        """See ``shapes.Twin``."""
        present = self.get_tags(arn)
        changed = {key: value for key, value in tags.items() if present.get(key) != value}
        # Those of AWS, such as of a stack, cannot be removed.
        removed = [key for key in present if key not in tags and not key.startswith("aws:")]
        if changed:
            self._call_service("tag_resource", resourceARN=arn, tags=changed)
        if removed:
            self._call_service("untag_resource", resourceARN=arn, tagKeys=removed)

    def delete_entity(self, entity_id: str, *, is_recursive: bool) -> None:
        """See ``shapes.Twin``."""
        try:
            self._call("delete_entity", entityId=entity_id, isRecursive=is_recursive)
        except _MissingError:
            return

    def start_job(self, job_id: str, key: str) -> bool:
        """See ``shapes.Twin``."""
        source = {"type": "s3", "s3Configuration": {"location": self._bucket.object_arn(self._arn, key)}}
        destination = {"type": "iottwinmaker", "iotTwinMakerConfiguration": {"workspace": self._arn}}
        try:
            self._call_service(
                "create_metadata_transfer_job",
                metadataTransferJobId=job_id,
                sources=[source],
                destination=destination,
            )
        except _ConflictingError:
            return True
        except _QuotaError:
            return False
        return True

    def get_job(self, job_id: str) -> Job | None:
        """See ``shapes.Twin``."""
        try:
            answer = self._call_service("get_metadata_transfer_job", metadataTransferJobId=job_id)
        except _MissingError:
            return None
        progress, status = answer.get("progress") or {}, answer["status"]
        return Job(
            state=status["state"],
            failed=progress.get("failedCount") or 0,
            succeeded=progress.get("succeededCount") or 0,
            message=(status.get("error") or {}).get("message", ""),
            report_url=answer.get("reportUrl") or "",
        )

    def cancel_job(self, job_id: str) -> None:
        """See ``shapes.Twin``."""
        try:
            self._call_service("cancel_metadata_transfer_job", metadataTransferJobId=job_id)
        except (_ConflictingError, _MissingError):
            return

    def _has_workspace(self) -> bool:
        try:
            self._call("get_workspace")
        except _MissingError:
            return False
        return True

    def _call(self, operation: str, **parameters: Any) -> Json:
        return self._call_service(operation, workspaceId=self._workspace_id, **parameters)

    def _call_service(self, operation: str, **parameters: Any) -> Json:
        try:
            return self._calls.call(operation, **parameters)
        except ClientError as error:
            kind = _KINDS.get(_code(error), RefusedError)
            raise kind(f"{_code(error)}: {error.response['Error'].get('Message', '')}") from error
        except BotoCoreError as error:
            raise RefusedError(str(error)) from error

    def _settled(self, change: Callable[[], object]) -> None:
        """Make a change, and repeat it while the service has not ended the last one."""
        for attempt in range(1, _UNSETTLED_TRIES + 1):
            try:
                change()
                return
            except _ConflictingError:
                if attempt == _UNSETTLED_TRIES:
                    raise
                self._clock.sleep(min(0.2 * attempt, 2.0))


class Bucket:
    """The objects of one prefix in the bucket of the workspace; see ``shapes.Store``.

    Args:
        clients: The clients of the services.
        bucket: The bucket's name.
        prefix: The prefix, without a slash at its end.
        clock: The time of the invocation.
    """

    def __init__(self, clients: Clients, bucket: str, prefix: str, clock: Clock) -> None:
        self._calls = _Calls(clients.s3, clock, None, _SAVE_SECONDS)
        self._bucket = bucket
        self._prefix = f"{prefix}/"

    def object_arn(self, workspace_arn: str, key: str) -> str:
        """Return the ARN of an object.

        Args:
            workspace_arn: The ARN of the workspace, which has the partition.
            key: The key within the prefix.
        """
        return f"arn:{workspace_arn.split(':')[1]}:s3:::{self._bucket}/{self._prefix}{key}"

    def read(self, key: str) -> tuple[bytes, str] | None:
        """See ``shapes.Store``."""
        try:
            answer = self._call("get_object", Bucket=self._bucket, Key=self._prefix + key)
        except _MissingError:
            return None
        return answer["Body"].read(), answer["ETag"]

    def write(self, key: str, body: bytes) -> None:
        """See ``shapes.Store``."""
        self._call("put_object", Bucket=self._bucket, Key=self._prefix + key, Body=body)

    def write_if(self, key: str, body: bytes, etag: str | None) -> str:
        """See ``shapes.Store``."""
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            answer = self._call(
                "put_object", Bucket=self._bucket, Key=self._prefix + key, Body=body, **condition
            )
        except _MissingError as error:  # It was removed.
            raise LostLockError(key) from error
        return str(answer["ETag"])

    def keys(self, prefix: str) -> Sequence[str]:
        """See ``shapes.Store``."""
        keys: list[str] = []
        more: dict[str, str] = {}
        while True:
            answer = self._call("list_objects_v2", Bucket=self._bucket, Prefix=self._prefix + prefix, **more)
            keys += [item["Key"].removeprefix(self._prefix) for item in answer.get("Contents", ())]
            if not answer.get("IsTruncated"):
                return keys
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def remove(self, keys: Iterable[str]) -> None:
        """See ``shapes.Store``."""
        rest = iter(keys)
        while batch := list(islice(rest, _MAX_REMOVED)):
            objects = [{"Key": self._prefix + key} for key in batch]
            self._call("delete_objects", Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})

    def read_asset(self, bucket: str, key: str) -> bytes:
        """See ``shapes.Store``."""
        content: bytes = self._call("get_object", Bucket=bucket, Key=key)["Body"].read()
        return content

    def _call(self, operation: str, **parameters: Any) -> Json:
        try:
            return self._calls.call(operation, **parameters)
        except ClientError as error:
            code = _code(error)
            if code in _CHANGED:
                raise LostLockError(code) from error
            text = f"s3 {operation} of {parameters.get('Key', parameters['Bucket'])}: {error}"
            raise (_MissingError if code in _MISSING else RefusedError)(text) from error
        except BotoCoreError as error:
            raise RefusedError(str(error)) from error


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
