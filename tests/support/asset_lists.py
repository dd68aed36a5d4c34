"""The custom resource of many assets in this process: CloudFormation, the provider framework and a bucket."""

from __future__ import annotations

import hashlib
import itertools
import json
from typing import TYPE_CHECKING, Any

from sitewise_manager.list_record import LostLockError
from sitewise_manager.list_request import parse_list_request
from sitewise_manager.list_slices import Tools, begin, run_slice
from sitewise_manager.repository import Clients, SiteWiseRepository

from tests.support.sitewise_stack import DeploymentFailedError, SiteWiseStack, measurement, model_resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Json = dict[str, Any]
PREFIX = "twin-stack/assets/Plant/Assets"


class KilledError(BaseException):
    """The function ends in the middle."""


class Faults:
    """What happens before each call of SiteWise or the bucket.

    Attributes:
        before: Called with the number and the name of a call.
        count: Number of calls.
    """

    def __init__(self) -> None:
        self.before: Callable[[int, str], None] = lambda _number, _name: None
        self.count = 0

    def call(self, name: str) -> None:
        """Count a call, and let it fail."""
        number, self.count = self.count, self.count + 1
        self.before(number, name)


class MemoryStore:
    """A bucket's prefix in memory, and the assets of the CDK."""

    def __init__(self, faults: Faults) -> None:
        self.objects: dict[str, bytes] = {}
        self.lists: dict[str, bytes] = {}
        self._faults = faults

    def read(self, key: str) -> tuple[bytes, str] | None:
        self._faults.call("read")
        body = self.objects.get(key)
        return (body, _etag(body)) if body is not None else None

    def write(self, key: str, body: bytes) -> None:
        self._faults.call("write")
        self.objects[key] = body

    def write_if(self, key: str, body: bytes, etag: str | None) -> str:
        self._faults.call("write_if")
        present = self.objects.get(key)
        if (_etag(present) if present is not None else None) != etag:
            raise LostLockError(key)
        self.objects[key] = body
        return _etag(body)

    def read_asset(self, bucket: str, key: str) -> bytes:
        assert bucket == "assets"
        self._faults.call("read_asset")
        return self.lists[key]


def _etag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def listed(
    entity_id: str, model: str = "Mill", *, parent: str | None = None, former: Sequence[str] = ()
) -> Json:
    """Return an asset of a list."""
    return {
        "Key": f"{entity_id}/device",
        "ExternalId": f"plant:{entity_id}:{model}",
        "Name": f"plant/{entity_id}/device",
        "AssetModel": model,
        "AliasPrefix": f"/plant/{entity_id}/",
        **({"FormerExternalIds": [f"plant:{old}:{model}" for old in former]} if former else {}),
        **({"Parent": f"{parent}/device", "HierarchyName": "Mill"} if parent is not None else {}),
    }


class _Faulty:
    """A client whose calls may fail."""

    def __init__(self, client: Any, faults: Faults) -> None:
        self._client = client
        self._faults = faults

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            self._faults.call(name)
            return getattr(self._client, name)(**parameters)

        return call


class AssetListStack:
    """A stack with the models ``Hall`` and ``Mill``, and one resource of many assets.

    Args:
        stack: A stack in which the models are.
        destroys: Whether the removal policy of assets is Destroy.
    """

    def __init__(self, stack: SiteWiseStack, *, destroys: bool = False) -> None:
        self.stack = stack
        self.faults = Faults()
        self.store = MemoryStore(self.faults)
        self.destroys = destroys
        self.physical_id = ""
        self.properties: Json = {}
        self._numbers = itertools.count()
        stack.deploy(
            {
                "MillModel": model_resource("Mill", [measurement("power")]),
                "HallModel": model_resource("Hall", [measurement("load")], children={"Mill": "MillModel"}),
            }
        )

    def deploy(self, assets: Iterable[Json], *, fails: bool = False, tags: Mapping[str, str] = {}) -> None:
        """Deploy a list; ``fails`` says that another resource fails afterwards."""
        desired = self._properties(list(assets), tags)
        former, former_id = self.properties, self.physical_id
        self.stack.status = "UPDATE_IN_PROGRESS"
        try:
            action = "Update" if former else "Create"
            self.physical_id = self.send(action, desired, former_id)
            if fails:
                raise DeploymentFailedError("another resource failed")
        except Exception as error:
            self.stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
            failed_id = self.physical_id
            if former:
                self.physical_id = self.send("Update", former, failed_id)
                if failed_id != self.physical_id and self.destroys:
                    self.send("Delete", desired, failed_id)
            elif failed_id:
                self.send("Delete", desired, failed_id)
                self.physical_id = ""
            raise DeploymentFailedError(str(error)) from error
        self.properties = desired
        self.stack.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
        if former_id and former_id != self.physical_id and self.destroys:
            self.send("Delete", former, former_id)
        self.stack.status = "UPDATE_COMPLETE"

    def delete(self) -> None:
        """Delete the stack."""
        self.stack.status = "DELETE_IN_PROGRESS"
        if self.destroys:
            self.send("Delete", self.properties, self.physical_id)

    def send(self, action: str, properties: Json, physical_id: str) -> str:
        """Carry out a request as the framework does; a killed function is called again."""
        event = {
            "RequestType": action,
            "RequestId": f"request-{next(self._numbers)}",
            "LogicalResourceId": "Assets",
            "StackId": f"arn:aws:cloudformation:us-east-1:000000000000:stack/{self.stack.name}/5f3a",
            "ResourceProperties": properties,
            **({"PhysicalResourceId": physical_id} if physical_id else {}),
        }
        answered = self._again(lambda: begin(parse_list_request(event), self.store))
        assert self._again(lambda: begin(parse_list_request(event), self.store)) == answered
        event["PhysicalResourceId"] = answered
        for _ in range(50):
            complete, key = self._again(lambda: run_slice(parse_list_request(event), self._tools()))
            if complete:
                self.ids = json.loads(self.store.objects[key])
                return str(answered)
        raise AssertionError("the request does not end")

    def _again(self, action: Callable[[], Any]) -> Any:
        for _ in range(3):
            try:
                return action()
            except KilledError:
                continue
        raise AssertionError("killed again and again")

    def _tools(self) -> Tools:
        clients: Any = Clients(_Faulty(self.stack.sitewise, self.faults), self.stack)  # type: ignore[arg-type]

        def repository_of(phase: str) -> SiteWiseRepository:
            return SiteWiseRepository(
                clients, f"a/{self.stack.name}/b", lambda: 0.0, lambda _: None, undoes=phase == "undo"
            )

        return Tools(self.store, repository_of, lambda: 1.0, map)

    def _properties(self, assets: list[Json], tags: Mapping[str, str]) -> Json:
        body = json.dumps({"assets": assets}).encode()
        key = hashlib.sha256(body).hexdigest()
        self.store.lists[key] = body
        return {
            "StatePrefix": PREFIX,
            "BucketName": "bucket",
            "Workspace": "plant",
            "RemovalPolicy": "Destroy" if self.destroys else "Retain",
            "Tags": dict(tags),
            "Assets": [{"Bucket": "assets", "Key": key}],
            "DesiredHash": key,
            "Models": {
                name: {"Id": self.stack.id_of(f"{name}Model"), "PropertyDigest": "1"}
                for name in ("Mill", "Hall")
            },
        }
