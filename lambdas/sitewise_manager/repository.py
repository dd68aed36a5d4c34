"""AWS IoT SiteWise, and the bucket of lists: the only module of this package that uses the AWS SDK.

A change returns when the asset or model is ACTIVE again. Throttling, and conflicts with a change that goes
on, are retried until the time of the invocation ends.
"""

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from aws_client.clients import create_client
from botocore.exceptions import BotoCoreError, ClientError

from sitewise_manager.list_record import LostLockError
from sitewise_manager.shapes import Json, RefusedError

if TYPE_CHECKING:
    from mypy_boto3_iotsitewise import IoTSiteWiseClient

_FIRST_DELAY, _MAX_DELAY = 0.05, 5.0
_FIRST_POLL, _MAX_POLL = 0.02, 2.0
_PAGE = 250
_MAX_LATEST = 128
"""Entries of BatchGetAssetPropertyValue (API reference)."""

_MISSING = "ResourceNotFoundException"
_EXISTS = "ResourceAlreadyExistsException"
_MISSING_OBJECT = frozenset({"NoSuchKey", "404"})
_CHANGED_OBJECT = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_LATER = frozenset(
    {
        "ConflictingOperationException",
        "InternalFailureException",
        "ServiceUnavailableException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


class Clients(NamedTuple):
    """The clients of the services.

    Attributes:
        sitewise: Of AWS IoT SiteWise.
        cloudformation: Of CloudFormation.
    """

    sitewise: "IoTSiteWiseClient"
    cloudformation: Any


def create_clients() -> Clients:
    """Create the clients; this module retries calls itself."""
    return Clients(
        cast("IoTSiteWiseClient", create_client("iotsitewise")), create_client("cloudformation", attempts=5)
    )


class SiteWiseRepository:
    """Assets and models; see ``shapes.Repository``.

    Args:
        clients: The clients of the services.
        stack_id: The stack of the request.
        seconds_left: Returns the time until which calls are tried.
        sleep: Waits.
        undoes: Whether changes are undone while the stack is not rolled back yet.
    """

    def __init__(
        self,
        clients: Clients,
        stack_id: str,
        seconds_left: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
        *,
        undoes: bool = False,
    ) -> None:
        self._clients = clients
        self._stack_id = stack_id
        self._seconds_left = seconds_left
        self._sleep = sleep
        self._rolling_back: bool | None = True if undoes else None

    def model(self, identifier: str) -> Json | None:
        """See ``shapes.Repository``."""
        return self._settled("describe_asset_model", "assetModelId", identifier, "assetModelStatus")

    def asset(self, identifier: str) -> Json | None:
        """See ``shapes.Repository``."""
        return self._settled("describe_asset", "assetId", identifier, "assetStatus")

    def create_model(self, members: Json) -> tuple[str, bool]:
        """See ``shapes.Repository``."""
        return self._create("create_asset_model", members, "assetModelId")

    def update_model(self, model_id: str, members: Json) -> None:
        """See ``shapes.Repository``."""
        self._change("update_asset_model", {"assetModelId": model_id, **members})
        self.model(model_id)

    def delete_model(self, model_id: str) -> None:
        """See ``shapes.Repository``."""
        self._delete("delete_asset_model", {"assetModelId": model_id})
        self.model(model_id)

    def create_asset(self, members: Json) -> tuple[str, bool]:
        """See ``shapes.Repository``."""
        return self._create("create_asset", members, "assetId")

    def update_asset(self, asset_id: str, members: Json) -> None:
        """See ``shapes.Repository``."""
        self._change("update_asset", {"assetId": asset_id, **members})
        self.asset(asset_id)

    def delete_asset(self, asset_id: str) -> None:
        """See ``shapes.Repository``."""
        self._delete("delete_asset", {"assetId": asset_id})
        self.asset(asset_id)

    def set_alias(self, asset_id: str, property_id: str, alias: str | None, notification: str | None) -> None:
        """See ``shapes.Repository``."""
        members = {"propertyAlias": alias, "propertyNotificationState": notification}
        present = {name: value for name, value in members.items() if value is not None}
        self._change("update_asset_property", {"assetId": asset_id, "propertyId": property_id, **present})

    def alias_holders(self, prefix: str) -> Mapping[str, tuple[str, str]]:
        """See ``shapes.Repository``."""
        pages = self._pages("list_time_series", {"aliasPrefix": prefix}, "TimeSeriesSummaries")
        return {
            item["alias"]: (item["assetId"], item["propertyId"])
            for item in pages
            if item.get("alias") and item.get("assetId")
        }

    def parent(self, asset_id: str) -> Json | None:
        """See ``shapes.Repository``."""
        parameters = {"assetId": asset_id, "traversalDirection": "PARENT"}
        return next(self._pages("list_associated_assets", parameters, "assetSummaries"), None)

    def children(self, asset_id: str, hierarchy_id: str) -> Iterator[str]:
        """See ``shapes.Repository``."""
        parameters = {"assetId": asset_id, "hierarchyId": hierarchy_id}
        return (item["id"] for item in self._pages("list_associated_assets", parameters, "assetSummaries"))

    def associate(self, parent_id: str, hierarchy_id: str, child_id: str) -> None:
        """See ``shapes.Repository``."""
        self._associate("associate_assets", parent_id, hierarchy_id, child_id, done=_EXISTS)

    def disassociate(self, parent_id: str, hierarchy_id: str, child_id: str) -> None:
        """See ``shapes.Repository``."""
        self._associate("disassociate_assets", parent_id, hierarchy_id, child_id, done=_MISSING)

    def assets_of(self, model_id: str) -> Iterator[Json]:
        """See ``shapes.Repository``."""
        return self._pages("list_assets", {"assetModelId": model_id, "filter": "ALL"}, "assetSummaries")

    def latest_values(self, addresses: Sequence[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], Any]]:
        """See ``shapes.Repository``."""
        remaining = iter(addresses)
        while batch := list(islice(remaining, _MAX_LATEST)):
            entries = [
                {"entryId": str(number), "assetId": asset_id, "propertyId": property_id}
                for number, (asset_id, property_id) in enumerate(batch)
            ]
            parameters: dict[str, Any] = {"entries": entries}
            while True:
                answer = self._call("batch_get_asset_property_value", parameters)
                for error in answer.get("errorEntries", []):
                    raise RefusedError(f"values cannot be read: {error.get('errorMessage')}; deploy again")
                for item in answer.get("successEntries", []):
                    value = item.get("assetPropertyValue")
                    if value is not None:
                        yield batch[int(item["entryId"])], next(iter(value["value"].values()), None)
                if not answer.get("nextToken"):
                    break
                parameters = {**parameters, "nextToken": answer["nextToken"]}

    def tags(self, arn: str) -> Mapping[str, str]:
        """See ``shapes.Repository``."""
        tags: Mapping[str, str] = self._call("list_tags_for_resource", {"resourceArn": arn})["tags"]
        return tags

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        """See ``shapes.Repository``."""
        self._call("tag_resource", {"resourceArn": arn, "tags": dict(tags)})

    def untag(self, arn: str, keys: Sequence[str]) -> None:
        """See ``shapes.Repository``."""
        self._call("untag_resource", {"resourceArn": arn, "tagKeys": list(keys)})

    def is_rolling_back(self) -> bool:
        """See ``shapes.Repository``."""
        if self._rolling_back is None:
            (stack,) = self._clients.cloudformation.describe_stacks(StackName=self._stack_id)["Stacks"]
            self._rolling_back = "ROLLBACK" in stack["StackStatus"]
        return self._rolling_back

    def _create(self, operation: str, members: Json, id_member: str) -> tuple[str, bool]:
        try:
            return str(self._change(operation, members)[id_member]), True
        except ClientError as error:
            if _code(error) != _EXISTS or "resourceId" not in error.response:
                raise
            return str(cast("Json", error.response)["resourceId"]), False

    def _delete(self, operation: str, parameters: Json) -> None:
        try:
            self._change(operation, parameters)
        except ClientError as error:
            if _code(error) != _MISSING:
                raise

    def _associate(
        self, operation: str, parent_id: str, hierarchy_id: str, child_id: str, *, done: str
    ) -> None:
        parameters = {"assetId": parent_id, "hierarchyId": hierarchy_id, "childAssetId": child_id}
        try:
            self._change(operation, parameters)
        except ClientError as error:
            if _code(error) != done:
                raise

    def _settled(self, operation: str, member: str, identifier: str, status: str) -> Json | None:
        """Return a description when no change goes on; None if there is none."""
        delay = _FIRST_POLL
        while True:
            try:
                described = self._call(operation, {member: identifier})
            except ClientError as error:
                if _code(error) == _MISSING:
                    return None
                raise
            state = described[status]["state"]
            if state == "ACTIVE":
                return described
            if state == "FAILED":
                detail = described[status].get("error", {}).get("message", "SiteWise gives no reason")
                raise RefusedError(f"{identifier} is FAILED: {detail}; correct or delete it in SiteWise")
            if self._seconds_left() < delay:
                raise RefusedError(
                    f"{identifier} is still {state} when the time of the function ends; deploy again"
                )
            self._sleep(delay)
            delay = min(2 * delay, _MAX_POLL)

    def _pages(self, operation: str, parameters: Json, member: str) -> Iterator[Json]:
        token: dict[str, str] = {}
        while True:
            answer = self._call(operation, {**parameters, "maxResults": _PAGE, **token})
            yield from answer[member]
            if not answer.get("nextToken"):
                return
            token = {"nextToken": answer["nextToken"]}

    def _change(self, operation: str, parameters: Json) -> Json:
        # With one token for all attempts, a change whose answer was lost is not made twice.
        return self._call(operation, {**parameters, "clientToken": str(uuid.uuid4())})

    def _call(self, operation: str, parameters: Json) -> Json:
        attempts = 0
        while True:
            attempts += 1
            try:
                answer: Json = getattr(self._clients.sitewise, operation)(**parameters)
                return answer
            except (ClientError, BotoCoreError) as error:
                delay = min(_FIRST_DELAY * 2**attempts, _MAX_DELAY) * random.uniform(0.5, 1)  # noqa: S311
                is_later = not isinstance(error, ClientError) or _code(error) in _LATER
                if not is_later or self._seconds_left() < delay:
                    raise
                self._sleep(delay)


class BucketStore:
    """See ``list_record.ListStore``.

    Args:
        s3: The client, which retries calls itself.
        bucket: The bucket's name.
        prefix: The prefix, without a slash at its end.
    """

    def __init__(self, s3: Any, bucket: str, prefix: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._prefix = f"{prefix}/"

    def read(self, key: str) -> tuple[bytes, str] | None:
        """See ``list_record.ListStore``."""
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=self._prefix + key)
        except ClientError as error:
            if _code(error) in _MISSING_OBJECT:
                return None
            raise
        return answer["Body"].read(), answer["ETag"]

    def write(self, key: str, body: bytes) -> None:
        """See ``list_record.ListStore``."""
        self._s3.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=body)

    def write_if(self, key: str, body: bytes, etag: str | None) -> str:
        """See ``list_record.ListStore``."""
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            answer = self._s3.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=body, **condition)
        except ClientError as error:
            if _code(error) in _CHANGED_OBJECT | _MISSING_OBJECT:
                raise LostLockError("another request for these assets has begun") from error
            raise
        return str(answer["ETag"])

    def read_asset(self, bucket: str, key: str) -> bytes:
        """See ``list_record.ListStore``."""
        content: bytes = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
