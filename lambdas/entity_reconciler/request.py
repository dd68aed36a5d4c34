"""The request of the custom resource, as the CDK's provider framework passes it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from entity_reconciler.entity_documents import canonical
from entity_reconciler.shapes import ReconcileError

DEFAULT_RATE = 8.0
"""Model calls a second, of the ten that an account has."""


class Asset(NamedTuple):
    """An object of the assets' bucket.

    Attributes:
        bucket: The bucket's name.
        key: The object's key.
    """

    bucket: str
    key: str


@dataclass(frozen=True, slots=True)
class DesiredEntities:
    """The desired state of a deployment.

    Attributes:
        key: Identifies it; equal states have equal keys.
        manifest: The list of chunks.
        assets: The chunks, in the order of the manifest.
        substitutions: Values by the placeholder that stands for them in chunks.
        asset_ids: The object with the ids of SiteWise assets, whose key changes with them; None for none.
    """

    key: str
    manifest: Asset
    assets: tuple[Asset, ...]
    substitutions: Mapping[str, str]
    asset_ids: Asset | None = None

    @property
    def substitutions_digest(self) -> str:
        """A hash of the substitutions; empty without any."""
        if self.asset_ids is not None:
            return sha256(canonical([self.substitutions, self.asset_ids.key])).hexdigest()
        return sha256(canonical(self.substitutions)).hexdigest() if self.substitutions else ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request of CloudFormation.

    Attributes:
        action: ``Create``, ``Update`` or ``Delete``.
        request_id: Its id.
        stack_id: The ARN of the stack.
        workspace_id: The workspace.
        bucket: The bucket of the workspace.
        prefix: The engine's prefix in the bucket, without a slash at its end.
        desired: The desired state; None for the deletion.
        overwrites_drift: Whether changes made by hand are put back.
        adopts: Whether existing entities that the stack does not own are taken over.
        retains: Whether entities stay when the resource is deleted.
        rate: Model calls a second.
    """

    action: str
    request_id: str
    stack_id: str
    workspace_id: str
    bucket: str
    prefix: str
    desired: DesiredEntities | None
    overwrites_drift: bool
    adopts: bool
    retains: bool
    rate: float

    @property
    def physical_id(self) -> str:
        """The id of the custom resource."""
        return f"{self.workspace_id}/{self.prefix}"


def parse_request(event: Mapping[str, Any]) -> Request:
    """Return the request of an event of ``onEvent`` or ``isComplete``.

    Args:
        event: The event.

    Raises:
        ReconcileError: A property is missing.
    """
    properties = event["ResourceProperties"]
    action = event["RequestType"]
    try:
        return Request(
            action=action,
            request_id=event["RequestId"],
            stack_id=event["StackId"],
            workspace_id=properties["WorkspaceId"],
            bucket=properties["BucketName"],
            prefix=properties["StatePrefix"].strip("/"),
            desired=None if action == "Delete" else _desired(properties),
            overwrites_drift=properties.get("OnDrift") == "overwrite",
            adopts=_is_true(properties.get("Adopt")),
            retains=properties.get("OnDelete") == "retain",
            rate=float(properties.get("RequestsPerSecond", DEFAULT_RATE)),
        )
    except KeyError as error:
        raise ReconcileError(f"the property {error} of the custom resource is missing") from error


def _desired(properties: Mapping[str, Any]) -> DesiredEntities:
    substitutions = {str(name): str(value) for name, value in properties.get("Substitutions", {}).items()}
    asset_ids = _asset(properties["AssetIds"]) if "AssetIds" in properties else None
    identity: dict[str, Any] = {"desired": properties["DesiredHash"], "substitutions": substitutions}
    if asset_ids is not None:
        identity["assetIds"] = asset_ids.key
    return DesiredEntities(
        key=sha256(canonical(identity)).hexdigest()[:40],
        manifest=_asset(properties["Manifest"]),
        assets=tuple(map(_asset, properties["Assets"])),
        substitutions=substitutions,
        asset_ids=asset_ids,
    )


def _asset(place: Mapping[str, Any]) -> Asset:
    return Asset(place["Bucket"], place["Key"])


def _is_true(value: object) -> bool:
    # CloudFormation passes booleans as strings.
    return str(value).lower() == "true"
