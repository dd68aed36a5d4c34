"""SiteWise and a stack of its custom resources in this process, without HTTP and without Lambda."""

from __future__ import annotations

import itertools
import uuid
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from sitewise_manager.processing import process
from sitewise_manager.repository import Clients, SiteWiseRepository
from sitewise_manager.request import ASSET_TYPE, MODEL_TYPE, NOT_CREATED, parse_request

from twin_stack.local.service import LocalServices, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

Json = dict[str, Any]
_NO_TIME_LIMIT = 1e9
NOW = 1_699_999_999.0
"""The time of the service, in epoch seconds."""


class DirectSiteWise:
    """The methods of botocore's client, on the embedded SiteWise."""

    def __init__(self, services: LocalServices) -> None:
        self._services = services
        self.calls: list[str] = []

    def __getattr__(self, method: str) -> Callable[..., Json]:
        operation = "".join(word.capitalize() for word in method.split("_"))

        def call(**parameters: Any) -> Json:
            self.calls.append(method)
            try:
                return self._services.call("iotsitewise", operation, parameters)
            except ServiceError as error:
                response: Any = {
                    "Error": {"Code": error.code, "Message": error.message},
                    **error.members,
                }
                raise ClientError(response, operation) from error

        return call


def sitewise_in(folder: Path, **options: Any) -> DirectSiteWise:
    """Return a SiteWise of its own.

    Args:
        folder: The folder of its database.
        options: As for ``LocalServices``.
    """
    database = folder / f"{uuid.uuid4()}.db"
    refuse: Any = _refuse
    options = {"clock": lambda: NOW, **options}
    return DirectSiteWise(LocalServices(database, invoke=refuse, s3=refuse, **options))


def _refuse(*_: object) -> Any:
    raise AssertionError("SiteWise calls no other service")


class DeploymentFailedError(Exception):
    """A deployment that was rolled back."""


class Ref(str):
    """The physical id of another resource."""


class SiteWiseStack:
    """CloudFormation for the two custom resources: retained except on creation, or deleted.

    Args:
        sitewise: The service.
        name: Of the stack.
    """

    def __init__(self, sitewise: DirectSiteWise, name: str = "Plant") -> None:
        self.sitewise = sitewise
        self.name = name
        self.status = "UPDATE_COMPLETE"
        self.resources: dict[str, tuple[str, str, Json]] = {}
        self._digests: dict[str, str] = {}

    def deploy(self, template: Mapping[str, tuple[str, Json]], *, fails: bool = False) -> None:
        """Deploy a template, whose resources are in the order of their creation.

        Args:
            template: Type and properties by logical id; ``Ref`` values stand for other resources.
            fails: Whether another resource fails after these.

        Raises:
            DeploymentFailedError: A resource was refused, or ``fails``; the stack is as before.
        """
        before = dict(self.resources)
        self.status = "UPDATE_IN_PROGRESS"
        touched: list[str] = []
        try:
            for logical_id, (kind, declared) in template.items():
                properties = self._resolve(declared)
                old = before.get(logical_id)
                if old is not None and old[2] == properties:
                    continue
                touched.append(logical_id)
                if old is None:
                    physical_id = self._send("Create", logical_id, kind, "", properties)
                else:
                    self.resources[logical_id] = (kind, old[1], properties)
                    physical_id = self._send("Update", logical_id, kind, old[1], properties, old[2])
                self.resources[logical_id] = (kind, physical_id, properties)
            if fails:
                raise DeploymentFailedError("another resource failed")
        except Exception as error:
            self._roll_back(before, touched)
            raise DeploymentFailedError(str(error)) from error
        self.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
        for logical_id in reversed([name for name in before if name not in template]):
            kind, physical_id, properties = before[logical_id]
            del self.resources[logical_id]
            if properties["RemovalPolicy"] == "Destroy":
                self._send("Delete", logical_id, kind, physical_id, properties)
        self.status = "UPDATE_COMPLETE"

    def delete(self) -> None:
        """Delete the stack; what is retained stays."""
        self.deploy({})

    def id_of(self, logical_id: str) -> str:
        """Return the physical id of a resource."""
        return self.resources[logical_id][1]

    def _roll_back(self, before: Mapping[str, tuple[str, str, Json]], touched: Sequence[str]) -> None:
        self.status = "UPDATE_ROLLBACK_IN_PROGRESS"
        for logical_id in touched:
            if logical_id in before:
                kind, physical_id, properties = before[logical_id]
                failed = self.resources[logical_id][2]
                self._send("Update", logical_id, kind, physical_id, properties, failed)
        for logical_id in reversed([name for name in touched if name not in before]):
            created = self.resources.get(logical_id)
            if created is not None:
                self._send("Delete", logical_id, created[0], created[1], created[2])
        self.resources = dict(before)
        self.status = "UPDATE_ROLLBACK_COMPLETE"

    def _send(
        self,
        action: str,
        logical_id: str,
        kind: str,
        physical_id: str,
        properties: Json,
        old: Json | None = None,
    ) -> str:
        event = {
            "RequestType": action,
            "ResourceType": kind,
            "LogicalResourceId": logical_id,
            "StackId": f"arn:aws:cloudformation:us-east-1:000000000000:stack/{self.name}/5f3a",
            "ResourceProperties": properties,
            **({"PhysicalResourceId": physical_id} if physical_id else {}),
            **({"OldResourceProperties": old} if old is not None else {}),
        }
        request = parse_request(event)
        clients: Any = Clients(self.sitewise, self)  # type: ignore[arg-type]
        repository = SiteWiseRepository(
            clients, request.stack_id, lambda: _NO_TIME_LIMIT, sleep=lambda _seconds: None
        )
        answer = process(request, repository, lambda: str(uuid.uuid4()))
        assert answer.physical_id != NOT_CREATED
        if kind == MODEL_TYPE and action != "Delete":
            self._digests[answer.physical_id] = str(answer.attributes["PropertyDigest"])
        return answer.physical_id

    def describe_stacks(self, StackName: str) -> Json:  # noqa: N803
        """Answer as CloudFormation."""
        assert f"/{self.name}/" in StackName
        return {"Stacks": [{"StackStatus": self.status}]}

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return self.id_of(value)
        if isinstance(value, dict):
            resolved = {name: self._resolve(item) for name, item in value.items()}
            if "AliasPrefix" in resolved:
                resolved["PropertyDigest"] = self._digests.get(resolved["AssetModelId"])
            return resolved
        return [self._resolve(item) for item in value] if isinstance(value, list) else value


_COMMON = {"ServiceToken": "arn", "ServiceTimeout": "960", "Workspace": "plant"}


def model_resource(
    type_id: str,
    properties: Sequence[Json],
    *,
    former: Sequence[str] = (),
    children: Mapping[str, str] | None = None,
    destroys: bool = False,
) -> tuple[str, Json]:
    """Return the resource of a model.

    Args:
        type_id: The component type.
        properties: Of the model, as in the template.
        former: Former ids of the type.
        children: Logical ids of child models by the name of the hierarchy.
        destroys: Whether the removal policy is Destroy.
    """
    return MODEL_TYPE, {
        **_COMMON,
        "RemovalPolicy": "Destroy" if destroys else "Retain",
        "ExternalId": f"plant:{type_id}",
        **({"FormerExternalIds": [f"plant:{old}" for old in former]} if former else {}),
        "Name": f"plant/{type_id}",
        "Properties": list(properties),
        **(
            {
                "Hierarchies": [
                    {"Name": name, "ChildAssetModelId": Ref(model)} for name, model in children.items()
                ]
            }
            if children
            else {}
        ),
    }


def asset_resource(
    entity_id: str,
    type_id: str,
    model: str,
    *,
    component: str = "device",
    former: Sequence[tuple[str, str]] = (),
    parent: str | None = None,
    destroys: bool = False,
) -> tuple[str, Json]:
    """Return the resource of an asset.

    Args:
        entity_id: The entity.
        type_id: The component type.
        model: The logical id of its model.
        component: The name of the component, or the path of a part.
        former: Former pairs of entity and type.
        parent: The logical id of the asset above.
        destroys: Whether the removal policy is Destroy.
    """
    return ASSET_TYPE, {
        **_COMMON,
        "RemovalPolicy": "Destroy" if destroys else "Retain",
        "ExternalId": f"plant:{entity_id}:{type_id}"
        + (f".{component.replace('/', '.')}" if "/" in component else ""),
        **({"FormerExternalIds": [f"plant:{old}:{kind}" for old, kind in former]} if former else {}),
        "Name": f"plant/{entity_id}/{component}",
        "AssetModelId": Ref(model),
        "AliasPrefix": f"/plant/{entity_id}/" + (f"{component}/" if "/" in component else ""),
        **({"ParentAssetId": Ref(parent), "HierarchyName": type_id} if parent is not None else {}),
    }


def measurement(name: str, data_type: str = "DOUBLE", **members: Any) -> Json:
    """Return a measurement as in the template."""
    return {"Name": name, "Kind": "Measurement", "DataType": data_type, **members}


_times = itertools.count(1_700_000_000)


def write(sitewise: DirectSiteWise, alias: str, value: Any = 1.5) -> tuple[int, Any]:
    """Write one point by alias and return its time and value."""
    member = {str: "stringValue", bool: "booleanValue", float: "doubleValue", int: "integerValue"}[
        type(value)
    ]
    time = next(_times)
    answer = sitewise.batch_put_asset_property_value(
        entries=[
            {
                "entryId": "a",
                "propertyAlias": alias,
                "propertyValues": [
                    {
                        "value": {member: value},
                        "timestamp": {"timeInSeconds": time, "offsetInNanos": 0},
                        "quality": "GOOD",
                    }
                ],
            }
        ]
    )
    assert answer["errorEntries"] == []
    return time, value


def points(sitewise: DirectSiteWise, **address: str) -> list[tuple[int, Any]]:
    """Return the points of a property, oldest first, addressed by alias or by asset and property."""
    answer = sitewise.get_asset_property_value_history(
        **address, startDate=0, endDate=2_000_000_000, maxResults=1000
    )
    return [
        (item["timestamp"]["timeInSeconds"], next(iter(item["value"].values())))
        for item in answer["assetPropertyValueHistory"]
    ]
