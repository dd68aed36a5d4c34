"""AWS IoT TwinMaker and AWS IoT SiteWise on this machine.

Both services are generated from botocore's models of them (routes, constraints, errors, form of the answers).
Their state is in one SQLite file, which is committed before a call is answered.

    services = LocalServices(Path("twin.db"), invoke=call_lambda, s3=objects)
    services.asgi                                  # an ASGI application for both
    services.call("iottwinmaker", "GetEntity", {"workspaceId": "Factory", "entityId": "mixer-1"})

``invoke(function_arn, payload, timeout_seconds)`` runs a Lambda function and returns its answer as decoded
JSON. It raises ``FunctionFailedError(message)`` when the function answered with an error and
``FunctionTimedOutError(message)`` when it took longer than ``timeout_seconds``. It is called from worker
threads, never from the event loop, and never while the database is locked; the function may call the
services.

``s3`` has ``get_object(bucket, key) -> bytes`` and ``put_object(bucket, key, body)``; only metadata
transfer jobs use it, from a thread of their own.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from twin_stack.local.service import sitewise, twinmaker
from twin_stack.local.service.asgi import LocalApp
from twin_stack.local.service.errors import FunctionFailedError, FunctionTimedOutError, ServiceError
from twin_stack.local.service.scope import Scope
from twin_stack.local.service.store import Store
from twin_stack.local.service.throttle import Rate, Throttle
from twin_stack.twinmaker import quotas

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from twin_stack.local.service.rest_json import Refusal
    from twin_stack.local.service.twinmaker.context import Invoke, ObjectStore

__all__ = [
    "FunctionFailedError",
    "FunctionTimedOutError",
    "LocalServices",
    "Scope",
    "ServiceError",
]


_RATES_OF_AWS = {
    "iottwinmaker": [
        Rate(quotas.MODEL_REQUESTS_PER_SECOND, quotas.MODEL_OPERATIONS),
        Rate(quotas.DATA_REQUESTS_PER_SECOND, quotas.DATA_OPERATIONS),
    ],
    "iotsitewise": [
        Rate(quotas.CREATE_ASSET_REQUESTS_PER_SECOND, {"CreateAsset"}),
        Rate(quotas.CREATE_ASSET_MODEL_REQUESTS_PER_SECOND, {"CreateAssetModel"}),
    ],
}


class LocalServices:
    """The two services, ready to be served or called.

    Args:
        database: The SQLite file, which is created when missing. Only one process may use it.
        invoke: Runs a Lambda function; see the module's text.
        s3: Objects for metadata transfer jobs; see the module's text.
        account: Account id of callers whose access key is not one, and the default of ``call``.
        region: Default of ``call``; the signature of an HTTP request names its region.
        slow: Seconds for which CREATING, UPDATING and DELETING last; 0 for not at all.
        throttle: Requests per second of each service before it answers ThrottlingException;
            None for no limit. ``call`` is never throttled.
        like_aws: Whether to throttle at the rates that AWS documents, by operation.
        max_workspaces: Quota of workspaces in an account and region, which AWS raises on request.
        max_entities: Quota of entities in a workspace, which AWS raises on request.
        transfer_speed: Items a second of a metadata transfer job; None for as fast as it can. AWS does not
            publish its own.
        connector_timeout: Seconds a data connector may take. AWS does not publish its own limit.
        clock: Returns the current time in epoch seconds.
        refusal: Returns why a user or role may not make a call of TwinMaker, by access key, operation,
            members of the request and scope; None if everyone may make all calls.

    Attributes:
        asgi: ASGI application; its ``serves(headers)`` tells whether a request is for one of the
            services, by the service name in the SigV4 signature.
    """

    def __init__(
        self,
        database: Path,
        *,
        invoke: Invoke,
        s3: ObjectStore,
        account: str = "000000000000",
        region: str = "us-east-1",
        slow: float = 0.0,
        throttle: int | None = None,
        like_aws: bool = False,
        max_workspaces: int = quotas.MAX_WORKSPACES,
        max_entities: int = quotas.MAX_WORKSPACE_ENTITIES,
        transfer_speed: float | None = None,
        connector_timeout: float = 30.0,
        clock: Callable[[], float] = time.time,
        refusal: Refusal | None = None,
    ) -> None:
        self._default = Scope(account, region)
        self._store = Store(database)

        def limit(service: str) -> Throttle | None:
            rates = [Rate(throttle)] if throttle is not None else []
            rates += _RATES_OF_AWS[service] if like_aws else []
            return Throttle(rates, clock) if rates else None

        context = sitewise.Context(self._store, clock, slow)
        site_wise = sitewise.SiteWise(context, throttle=limit("iotsitewise"))
        self._twin_maker = twinmaker.TwinMaker(
            twinmaker.Context(
                store=self._store,
                clock=clock,
                slow=slow,
                invoke=invoke,
                connector_timeout=connector_timeout,
                s3=s3,
                sitewise=site_wise.api.call,
                max_workspaces=max_workspaces,
                max_entities=max_entities,
                transfer_speed=transfer_speed,
            ),
            throttle=limit("iottwinmaker"),
            refusal=refusal,
        )
        apis = (self._twin_maker.api, site_wise.api)
        self._apis = {api.service_name: api for api in apis}
        self.asgi = LocalApp(apis, account=account)
        self._twin_maker.start()

    def call(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        *,
        account: str | None = None,
        region: str | None = None,
    ) -> dict[str, Any]:
        """Run one operation without HTTP, for example from a CloudFormation handler.

        Args:
            service: ``iottwinmaker`` or ``iotsitewise``.
            operation: Its name, such as ``CreateEntity``.
            params: Members of the request, with the API's names; dates as epoch numbers,
                ISO 8601 text or ``datetime``.
            account: Account id, twelve digits; None for the default.
            region: Region; None for the default.

        Returns:
            The members of the answer; dates as epoch seconds.

        Raises:
            ServiceError: The service answers with this error.
            KeyError: The service or the operation does not exist.
        """
        scope = Scope(account or self._default.account, region or self._default.region)
        return self._apis[service].call(operation, params, scope)

    def implemented(self, service: str) -> list[str]:
        """Return the names of the operations of a service that are implemented."""
        return self._apis[service].implemented

    def close(self) -> None:
        """Stop background work and close the file. Nothing is lost without it."""
        self._twin_maker.close()
        self.asgi.close()
        self._store.close()
