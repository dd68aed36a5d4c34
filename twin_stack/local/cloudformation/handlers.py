"""The handlers that CloudFormation of the embedded AWS calls, for all types that this package provides.

- AWS::IoTTwinMaker::* (without sync jobs), AWS::IoTSiteWise::AssetModel and ::Asset call the services.
- The CDK's custom resources for buckets call S3.
- AWS::Grafana::Workspace, AWS::Cognito::ManagedLoginBranding and AWS::Cognito::UserPoolIdentityProvider are
  accepted, although no Grafana and no sign-in page runs here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from twin_stack.local.clients import make_client
from twin_stack.local.cloudformation import sitewise, twinmaker
from twin_stack.local.cloudformation.custom_resources import (
    AUTO_DELETE_OBJECTS,
    BUCKET_DEPLOYMENT,
    AutoDeleteObjects,
    BucketDeployment,
)
from twin_stack.local.cloudformation.resources import Provisioner, ProvisioningError
from twin_stack.local.recovery_journal import TouchedResource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin_stack.local.cloudformation.resources import Json, ResourceType
    from twin_stack.local.recovery_journal import RecoveryJournal
    from twin_stack.local.service import LocalServices
    from twin_stack.local.state import Access

TYPES: tuple[ResourceType, ...] = (*twinmaker.TYPES, *sitewise.TYPES)
"""The resource types that call TwinMaker and SiteWise."""

TYPES_BY_NAME: dict[str, ResourceType] = {kind.type_name: kind for kind in TYPES}
"""The same by CloudFormation's names."""


class Registry(Protocol):
    """CloudFormation, which takes handlers for resource types."""

    def register(
        self,
        type_name: str,
        handlers: Mapping[str, Callable[..., Any]],
        *,
        create_only: tuple[str, ...] = (),
        tags: str = "",
    ) -> None:
        """Add handlers for a resource type."""

    def register_import(
        self, type_name: str, identifiers: tuple[str, ...], adopt: Callable[[str], tuple[str, Json] | None]
    ) -> None:
        """Let change sets import existing resources of a registered type."""

    def caller(self) -> tuple[str, str]:
        """Return account and region of the current request."""


class Provisioners:
    """Makes provisioners, which run a type's operations for an account and region.

    Args:
        services: TwinMaker and SiteWise.
        journal: Records each resource before it changes.
    """

    def __init__(self, services: LocalServices, journal: RecoveryJournal) -> None:
        self._services = services
        self._journal = journal

    def make(self, kind: ResourceType, account: str, region: str) -> Provisioner:
        """Return the provisioner of a type.

        Args:
            kind: The resource type.
            account: Account id of the stack.
            region: Region of the stack.
        """

        def call(operation: str, params: Mapping[str, Any]) -> Json:
            return self._services.call(kind.service, operation, params, account=account, region=region)

        def record(physical_id: str) -> None:
            self._journal.add(TouchedResource(account, region, kind.type_name, physical_id))

        return Provisioner(kind, call, record)


def register_all(registry: Registry, provisioners: Provisioners, access: Access) -> None:
    """Register the handlers of all types.

    Args:
        registry: CloudFormation of the embedded AWS.
        provisioners: Makes provisioners of the types that call the services.
        access: Access to the embedded AWS, whose S3 the custom resources use.
    """
    for kind in TYPES:
        _register_type(registry, provisioners, kind)
    _register_sync_job(registry)
    _register_grafana_workspace(registry)
    _register_sign_in(registry)
    _register_bucket_resources(registry, access)


def _register_type(registry: Registry, provisioners: Provisioners, kind: ResourceType) -> None:
    def provisioner() -> Provisioner:
        return provisioners.make(kind, *registry.caller())

    def create(_logical_id: str, properties: Json, _stack_name: str) -> tuple[str, Json]:
        return provisioner().create(properties)

    def update(physical_id: str, old: Json, new: Json, _stack_name: str) -> tuple[str, Json]:
        return physical_id, provisioner().update(physical_id, old, new)

    def delete(physical_id: str, _properties: Json) -> None:
        provisioner().delete(physical_id)

    handlers: dict[str, Callable[..., Any]] = {"create": create, "update": update, "delete": delete}
    registry.register(kind.type_name, handlers, create_only=kind.create_only, tags=kind.tags)

    def adopt(physical_id: str) -> tuple[str, Json] | None:
        attributes = provisioner().adopt(physical_id)
        return None if attributes is None else (physical_id, attributes)

    registry.register_import(kind.type_name, kind.identifiers, adopt)


def _register_sync_job(registry: Registry) -> None:
    def refuse(*_: Any) -> Any:
        raise ProvisioningError(
            "sync jobs are not available in the embedded AWS; leave the resource out with a condition"
        )

    handlers = {"create": refuse, "update": refuse, "delete": lambda *_: None}
    registry.register("AWS::IoTTwinMaker::SyncJob", handlers)


def _register_grafana_workspace(registry: Registry) -> None:
    def create(logical_id: str, _properties: Json, stack_name: str) -> tuple[str, Json]:
        name = f"{stack_name}-{logical_id}"
        return name, {"Id": name, "Endpoint": "grafana.invalid", "Status": "ACTIVE"}

    handlers: dict[str, Callable[..., Any]] = {
        "create": create,
        "update": lambda physical_id, _old, _new, _stack_name: (physical_id, {}),
        "delete": lambda *_: None,
    }
    registry.register("AWS::Grafana::Workspace", handlers)


def _register_sign_in(registry: Registry) -> None:
    def create_style(logical_id: str, properties: Json, _stack_name: str) -> tuple[str, Json]:
        return f"{properties['UserPoolId']}|{logical_id}", {"ManagedLoginBrandingId": logical_id}

    def create_provider(_logical_id: str, properties: Json, _stack_name: str) -> tuple[str, Json]:
        return str(properties["ProviderName"]), {}

    for type_name, create in (
        ("AWS::Cognito::ManagedLoginBranding", create_style),
        ("AWS::Cognito::UserPoolIdentityProvider", create_provider),
    ):
        handlers: dict[str, Callable[..., Any]] = {
            "create": create,
            "update": lambda physical_id, _old, _new, _stack_name: (physical_id, {}),
            "delete": lambda *_: None,
        }
        registry.register(type_name, handlers)


def _register_bucket_resources(registry: Registry, access: Access) -> None:
    deployment, auto_delete = BucketDeployment(), AutoDeleteObjects()

    def s3() -> Any:
        account, region = registry.caller()
        return make_client(access, "s3", account=account, region=region)

    def deploy(physical_id: str, _old: Json, new: Json, _stack_name: str) -> tuple[str, Json]:
        return physical_id, deployment.deploy(s3(), new)

    registry.register(
        BUCKET_DEPLOYMENT,
        {
            "create": lambda _logical_id, new, _stack_name: deployment.create(s3(), new),
            "update": deploy,
            "delete": lambda _physical_id, properties: deployment.delete(s3(), properties),
        },
    )
    registry.register(
        AUTO_DELETE_OBJECTS,
        {
            "create": lambda logical_id, _new, stack_name: (f"{stack_name}-{logical_id}", {}),
            "update": lambda physical_id, _old, _new, _stack_name: (physical_id, {}),
            "delete": lambda _physical_id, properties: auto_delete.delete(s3(), properties),
        },
    )
