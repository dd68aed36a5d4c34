"""The embedded AWS: ministack with TwinMaker and SiteWise beside it, in this process.

The only module that touches ministack, which is pinned because most of what is touched is private
by name: `tests/local/ministack/test_ministack_contract.py` names every piece. Nothing of ministack is
patched on the disk.

- Requests signed for TwinMaker or SiteWise go to the services of this package, those below `/_twin/` to the
  page, all others to ministack. Only the loopback interface is served, on one port.
- CloudFormation gets handlers for AWS::IoTTwinMaker::*, AWS::IoTSiteWise::AssetModel and ::Asset,
  and the CDK's own custom resources.
- TwinMaker's data connectors are run as ministack's Lambda functions, with no more of this
  process's environment than AWS gives.
- Topic rules may write to SiteWise and call `floor`; functions that follow a DynamoDB stream may report
  the records that failed, are tried as often as they say, and have a place for what fails for good.
- DynamoDB parses an expression once, not for each row.
- CloudFormation takes workspaces of Amazon Managed Grafana; there is no Grafana here.
- Alarms on expressions (metric math, Metrics Insights) are kept, and never raised.
- ministack's state is saved whenever a stack has settled, each time as a whole. After a crash,
  what CloudFormation did since is undone in TwinMaker and SiteWise.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import subprocess
import threading
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from twin_stack.local.clients import make_client
from twin_stack.local.cloudformation import sitewise as cfn_sitewise
from twin_stack.local.cloudformation import twinmaker as cfn_twinmaker
from twin_stack.local.cloudformation.custom_resources import (
    AUTO_DELETE_OBJECTS,
    BUCKET_DEPLOYMENT,
    AutoDeleteObjects,
    BucketDeployment,
)
from twin_stack.local.cloudformation.resources import Provisioner, ProvisioningError
from twin_stack.local.ministack.iot_sitewise import floor, put_entries
from twin_stack.local.ministack.key_conditions import predicate
from twin_stack.local.ministack.stream_mappings import StreamMappings
from twin_stack.local.page import Page, is_visit
from twin_stack.local.recovery_journal import Journal, Touched
from twin_stack.local.service import FunctionFailedError, FunctionTimedOutError, LocalServices
from twin_stack.local.state import ACCOUNT, PAGE, REGION, LocalError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from twin_stack.local.cloudformation.resources import Json, ResourceType

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

TYPES: tuple[ResourceType, ...] = (*cfn_twinmaker.TYPES, *cfn_sitewise.TYPES)
"""The resource types that CloudFormation gets handlers for."""

HEALTH = "/_twin/health"
SAVE = "/_twin/save"

# What AWS Lambda sets as well; all else in this process's environment stays out of functions.
_LAMBDA_INHERITS = frozenset({"PATH", "LANG", "TZ"})
_LAMBDA_RUNTIME = Path(__file__).parent / "lambda_runtime"
_OFF_LIMITS = ("/_ministack/reset", "/_ministack/config")
_WATCH_SECONDS = 0.5
_SETTLE_SECONDS = 20.0
_EXPRESSIONS = 512
_FUNCTION_ARN_PARTS = 7

_log = logging.getLogger(__name__)


def environment(folder: Path, port: int) -> dict[str, str]:
    """Return the environment the embedded AWS needs, read when ministack is imported.

    Args:
        folder: Where its state is.
        port: Its port.
    """
    return {
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "localhost",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        # Two listeners that would open ports on all interfaces.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        # Containers of this machine are none of its business.
        "DOCKER_HOST": "unix:///nonexistent",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "ministack"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "LOG_LEVEL": "WARNING",
        "TZ": "UTC",
    }


class EmbeddedAws:
    """An AWS for one user on this machine; an ASGI application.

    One a process, for ministack keeps its state in modules. The environment of the process must
    be that of `environment`.

    Args:
        folder: Where its state is; made when missing.
        port: The port it is served on.
        slow: Seconds for which TwinMaker's and SiteWise's CREATING, UPDATING and DELETING last.
        throttle: Requests per second before those two answer ThrottlingException.
    """

    def __init__(self, folder: Path, *, port: int, slow: float = 0.0, throttle: int | None = None) -> None:
        missing = {k: v for k, v in environment(folder, port).items() if os.environ.get(k) != v}
        if missing:
            raise LocalError(
                f"the embedded AWS needs other settings in its environment: {', '.join(sorted(missing))}; "
                "start it with `twin up`"
            )
        self._endpoint = f"http://127.0.0.1:{port}"
        self._saves = folder / "ministack"
        self._saves.mkdir(parents=True, exist_ok=True)
        self._generation = max(self._generations(), default=0)
        if not self._generation:
            # Objects without the buckets' settings: the first deployment did not get to its end.
            shutil.rmtree(folder / "s3", ignore_errors=True)
        self._ministack = _Ministack(self._saves / str(self._generation), put_values=self._put_values)
        self._services = LocalServices(
            folder / "twin.db",
            invoke=self._ministack.invoke,
            s3=_Objects(self._endpoint),
            account=ACCOUNT,
            region=REGION,
            slow=slow,
            throttle=throttle,
        )
        self._journal = Journal(folder / "journal.db", generation=self._generation)
        self._page = Page()
        self._saving = asyncio.Lock()
        self._saved_mark = (0, 0)
        self._watcher: asyncio.Task[None] | None = None
        for kind in TYPES:
            self._register(kind)
        self._refuse_sync_jobs()
        self._pass_over_grafana()
        self._register_custom()

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope.get("headers", ())}
        host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        # A name that someone else's DNS points to this machine is how web pages reach local servers.
        if not (host in ("127.0.0.1", "localhost", "[::1]") or host.endswith(".localhost")):
            await _answer(send, 403, {"message": f'host "{host}" is not this machine; use 127.0.0.1'})
        elif scope["type"] == "http" and scope["path"] in (HEALTH, SAVE):
            await self._administer(scope, send)
        elif scope["type"] == "http" and (scope["path"].startswith(PAGE) or is_visit(scope, headers)):
            await self._page.answer(scope, send)
        elif scope["path"] in _OFF_LIMITS:
            await _answer(
                send, 404, {"message": "not available; stop the server and delete its state folder"}
            )
        elif scope["type"] == "http" and self._services.asgi.serves(headers):
            await self._services.asgi(scope, receive, send)
        else:
            await self._ministack.serve(scope, receive, send)

    def _put_values(self, entries: list[Json], account: str, region: str) -> None:
        """Write to SiteWise what a topic rule took from a message.

        Raises:
            ValueError: SiteWise did not take all of it.
        """
        call = partial(self._services.call, "iotsitewise", "BatchPutAssetPropertyValue")
        refused = call({"entries": entries}, account=account, region=region)["errorEntries"]
        if refused:
            raise ValueError(json.dumps(refused))

    async def save(self) -> None:
        """Save ministack's state as a whole; the last state saved stays until this is complete.

        Raises:
            LocalError: The disk does not take it, or a stack does not settle.
        """
        async with self._saving:
            await self._settled()
            mark = self._ministack.mark()
            states = self._ministack.snapshot()
            generation = self._generation + 1
            draft = self._saves / f"{generation}.draft"
            await asyncio.to_thread(self._write, draft, states)
            draft.replace(self._saves / str(generation))
            self._generation, self._saved_mark = generation, mark
            self._journal.saved(generation)
            for old in self._generations():
                if old < generation:
                    shutil.rmtree(self._saves / str(old), ignore_errors=True)

    def _write(self, draft: Path, states: Json) -> None:
        shutil.rmtree(draft, ignore_errors=True)
        try:
            draft.mkdir()
            self._ministack.write(draft, states)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            raise LocalError(
                f"the state could not be saved in {self._saves} ({error}); make room and deploy again, "
                "the state saved before is kept"
            ) from error

    async def _settled(self) -> None:
        """Wait until no stack is on its way: half a deployment is nothing to come back to."""
        deadline = asyncio.get_running_loop().time() + _SETTLE_SECONDS
        while any(status.endswith("_IN_PROGRESS") for status in self._ministack.stack_statuses()):
            if asyncio.get_running_loop().time() > deadline:
                raise LocalError(
                    "a stack is still being deployed, so the state was not saved; "
                    "the next start goes on from the state before it"
                )
            await asyncio.sleep(0.1)

    def _generations(self) -> list[int]:
        return [int(item.name) for item in self._saves.iterdir() if item.name.isdigit()]

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and stop with the server."""
        await receive()
        await self._ministack.start()
        try:
            if await asyncio.to_thread(self._recover):
                await self.save()
            self._saved_mark = self._ministack.mark()
            self._watcher = asyncio.create_task(self._watch())
            await send({"type": "lifespan.startup.complete"})
        except Exception as error:  # noqa: BLE001 (whatever it is, the server must not start half)
            _log.exception("start failed")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await receive()
        self._watcher.cancel()
        try:
            await self.save()
        except LocalError as error:
            _log.error("%s", error)
        self._services.close()
        self._journal.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _watch(self) -> None:
        """Save whenever stacks have settled in another way than when last saved."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            in_progress = any(s.endswith("_IN_PROGRESS") for s in self._ministack.stack_statuses())
            if self._ministack.mark() != self._saved_mark and not in_progress:
                try:
                    await self.save()
                except LocalError as error:
                    _log.error("%s", error)

    async def _administer(self, scope: Mapping[str, Any], send: Send) -> None:
        if scope["path"] == HEALTH:
            await _answer(send, 200, {"pid": os.getpid()})
        elif scope["method"] != "POST":
            await _answer(send, 405, {"message": "use POST"})
        else:
            try:
                await self.save()
            except LocalError as error:
                await _answer(send, 507, {"message": str(error)})
            else:
                await _answer(send, 200, {"generation": self._generation})

    def _provisioner(self, kind: ResourceType, account: str, region: str) -> Provisioner:
        def call(operation: str, params: Mapping[str, Any]) -> Json:
            return self._services.call(kind.service, operation, params, account=account, region=region)

        def touch(physical_id: str) -> None:
            self._journal.add(Touched(account, region, kind.type_name, physical_id))

        return Provisioner(kind, call, touch)

    def _register(self, kind: ResourceType) -> None:
        """Give CloudFormation handlers for a resource type."""

        def here() -> Provisioner:
            return self._provisioner(kind, *self._ministack.caller())

        def create(_logical_id: str, properties: Json, _stack_name: str) -> tuple[str, Json]:
            return here().create(properties)

        def update(physical_id: str, old: Json, new: Json, _stack_name: str) -> tuple[str, Json]:
            return physical_id, here().update(physical_id, old, new)

        def delete(physical_id: str, _properties: Json) -> None:
            here().delete(physical_id)

        handlers: dict[str, Callable[..., Any]] = {"create": create, "update": update, "delete": delete}
        self._ministack.register(kind.type_name, handlers, create_only=kind.create_only, tags=kind.tags)

    def _refuse_sync_jobs(self) -> None:
        def refuse(*_: Any) -> Any:
            raise ProvisioningError(
                "sync jobs are not available in the embedded AWS; leave the resource out with a condition"
            )

        handlers = {"create": refuse, "update": refuse, "delete": lambda *_: None}
        self._ministack.register("AWS::IoTTwinMaker::SyncJob", handlers)

    def _pass_over_grafana(self) -> None:
        """Take workspaces of Amazon Managed Grafana, behind whose name nothing runs: there is none here."""

        def create(logical_id: str, _properties: Json, stack_name: str) -> tuple[str, Json]:
            name = f"{stack_name}-{logical_id}"
            return name, {"Id": name, "Endpoint": "grafana.invalid", "Status": "ACTIVE"}

        handlers: dict[str, Callable[..., Any]] = {
            "create": create,
            "update": lambda physical_id, _old, _new, _stack_name: (physical_id, {}),
            "delete": lambda *_: None,
        }
        self._ministack.register("AWS::Grafana::Workspace", handlers)

    def _register_custom(self) -> None:
        deployment, emptying = BucketDeployment(), AutoDeleteObjects()

        def s3() -> Any:
            account, region = self._ministack.caller()
            return make_client(self._endpoint, "s3", account=account, region=region)

        def deploy(physical_id: str, _old: Json, new: Json, _stack_name: str) -> tuple[str, Json]:
            return physical_id, deployment.deploy(s3(), new)

        self._ministack.register(
            BUCKET_DEPLOYMENT,
            {
                "create": lambda _logical_id, new, _stack_name: deployment.create(s3(), new),
                "update": deploy,
                "delete": lambda _physical_id, properties: deployment.delete(s3(), properties),
            },
        )
        self._ministack.register(
            AUTO_DELETE_OBJECTS,
            {
                "create": lambda logical_id, _new, stack_name: (f"{stack_name}-{logical_id}", {}),
                "update": lambda physical_id, _old, _new, _stack_name: (physical_id, {}),
                "delete": lambda _physical_id, properties: emptying.delete(s3(), properties),
            },
        )

    def _recover(self) -> bool:
        """Undo in TwinMaker and SiteWise what CloudFormation did after its state was saved.

        What saved stacks hold is restored, what they do not hold is deleted, in that order: an entity
        that was moved must leave its new parent before that can go.

        Returns:
            Whether there was anything to do.
        """
        kinds = {kind.type_name: kind for kind in TYPES}
        touched = self._journal.lines()
        held = {key: props for key, props in self._ministack.stack_resources() if key.type_name in kinds}
        repairs = [
            (key, partial(self._of(kinds, key).restore, key.physical_id, held[key]))
            for key in held
            if key in touched
        ]
        repairs += [
            (key, partial(self._of(kinds, key).delete, key.physical_id))
            for key in reversed(touched)
            if key not in held
        ]
        while repairs:
            failed = [(key, repair, error) for key, repair in repairs if (error := _attempt(repair))]
            for key, _ in repairs:
                if key not in [one for one, _, _ in failed]:
                    _log.warning("put %s %s right after a crash", key.type_name, key.physical_id)
            if len(failed) == len(repairs):
                for key, _, error in failed:
                    _log.error("%s %s is not as it was: %s", key.type_name, key.physical_id, error)
                break
            # One may have been in the way of another.
            repairs = [(key, repair) for key, repair, _ in failed]
        return bool(touched)

    def _of(self, kinds: Mapping[str, ResourceType], key: Touched) -> Provisioner:
        return self._provisioner(kinds[key.type_name], key.account, key.region)


def _attempt(repair: Callable[[], None]) -> ProvisioningError | None:
    """Do it, and return why it did not work."""
    try:
        repair()
    except ProvisioningError as error:
        return error
    return None


class _Objects:
    """Objects of the embedded AWS, for metadata transfer jobs."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def get_object(self, bucket: str, key: str) -> bytes:
        """Return the object's bytes."""
        body: bytes = make_client(self._endpoint, "s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def put_object(self, bucket: str, key: str, body: bytes) -> None:
        """Write the object."""
        make_client(self._endpoint, "s3").put_object(Bucket=bucket, Key=key, Body=body)


class _Ministack:
    """Every touch of ministack's modules.

    Args:
        load_from: Folder of the state to start from; nothing is loaded when it is missing.
        put_values: Writes a topic rule's entries to SiteWise, for an account and region.
    """

    def __init__(self, load_from: Path, *, put_values: Callable[[list[Json], str, str], None]) -> None:
        # ministack reads its settings when it is imported.
        from ministack import app  # type: ignore[import-untyped]  # noqa: PLC0415
        from ministack.core import (  # type: ignore[import-untyped]  # noqa: PLC0415
            lambda_runtime,
            persistence,
            responses,
        )
        from ministack.services import (  # type: ignore[import-untyped]  # noqa: PLC0415
            cloudformation,
            dynamodb,
            iot,
            lambda_svc,
        )
        from ministack.services.cloudformation import (  # type: ignore[import-untyped]  # noqa: PLC0415
            provisioners,
            stacks,
        )

        self._app = app
        self._persistence = persistence
        self._responses = responses
        self._cloudformation = cloudformation
        self._lambda = lambda_svc
        self._dynamodb = dynamodb
        self._provisioners = provisioners
        self._lifespan: asyncio.Task[None] | None = None
        self._types: set[str] = set()
        persistence.STATE_DIR = str(load_from)
        # Code of functions is kept beside the states; one that is gone may be needed by the state before.
        lambda_svc._prune_orphan_code_blobs = lambda _referenced: None
        lambda_runtime.subprocess = SimpleNamespace(
            **{**vars(subprocess), "Popen": partial(_LambdaProcess, log_settings=self._log_settings)}
        )

        runs_on_thread = stacks._runs_on_worker_thread
        # The services commit to the disk and may run a schema initializer: not for the event loop.
        stacks._runs_on_worker_thread = lambda type_name: (
            type_name in self._types or runs_on_thread(type_name)
        )

        provisioners._cw_metric_alarm_record = partial(
            _alarm_record, record=provisioners._cw_metric_alarm_record
        )
        _remember_expressions(dynamodb)
        self._mappings = StreamMappings()
        lambda_svc._poll_dynamodb_streams = self._poll_streams
        _extend_topic_rules(iot, put_values)

    def _poll_streams(self) -> bool:
        """Take every mapping of a DynamoDB stream a batch further; in place of ministack's own."""
        moved = False
        for account, region, mapping in self._lambda._iter_all_esms():
            with self._responses.request_scope(account, region):
                stream = _Stream.of(self._lambda, self._dynamodb, mapping)
                if stream is not None:
                    moved = self._mappings.advance(mapping, stream) or moved
        return moved

    def _log_settings(self, function_arn: str) -> Json:
        parts = function_arn.split(":")
        key = (parts[4], parts[3], parts[6]) if len(parts) >= _FUNCTION_ARN_PARTS else ()
        function = self._lambda._functions._data.get(key) or {}
        settings: Json = function.get("config", {}).get("LoggingConfig") or {}
        return settings

    async def serve(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._app.app(scope, receive, send)

    async def start(self) -> None:
        """Load the saved state. There is no stopping: all it would do is save."""
        started = asyncio.Event()
        messages = [{"type": "lifespan.startup"}]

        async def receive() -> dict[str, Any]:
            return messages.pop() if messages else await asyncio.Future()

        async def send(_message: dict[str, Any]) -> None:
            started.set()

        self._lifespan = asyncio.create_task(self._app.app({"type": "lifespan"}, receive, send))
        await started.wait()

    def register(
        self,
        type_name: str,
        handlers: Mapping[str, Callable[..., Any]],
        *,
        create_only: tuple[str, ...] = (),
        tags: str = "",
    ) -> None:
        """Give CloudFormation handlers for a resource type."""
        self._types.add(type_name)
        self._provisioners._RESOURCE_HANDLERS[type_name] = dict(handlers)
        self._provisioners._REPLACING_PROPERTIES[type_name] = create_only
        if tags:
            self._provisioners._STACK_TAG_PROPERTY[type_name] = ("Tags", tags)

    def caller(self) -> tuple[str, str]:
        """Return account and region of the request that is being worked on."""
        return self._responses.get_account_id(), self._responses.get_region()

    def stack_statuses(self) -> list[str]:
        """Return the status of every stack."""
        return [stack["StackStatus"] for stack in list(self._cloudformation._stacks._data.values())]

    def mark(self) -> tuple[int, int]:
        """Return something that changes with every step of a stack."""
        events = list(self._cloudformation._stack_events._data.values())
        return len(events), sum(len(stack) for stack in events)

    def stack_resources(self) -> Iterator[tuple[Touched, Json]]:
        """Yield every resource of every stack with its properties, in the order they were made."""
        for (account, region, _), stack in self._cloudformation._stacks._data.items():
            for resource in stack.get("_resources", {}).values():
                key = Touched(account, region, resource["ResourceType"], resource["PhysicalResourceId"])
                yield key, resource.get("Properties", {})

    def snapshot(self) -> Json:
        """Return the state of all services, copied; must be called on the event loop."""
        getters = self._app._build_persistence_save_dict()
        return {name: get() for name, get in getters.items()}

    def write(self, folder: Path, states: Json) -> None:
        """Write a snapshot.

        Raises:
            OSError: The disk does not take it.
        """
        failures: list[str] = []
        watch = _Failures(failures)
        logger = logging.getLogger("persistence")
        logger.addHandler(watch)
        previous, self._persistence.STATE_DIR = self._persistence.STATE_DIR, str(folder)
        try:
            for name, state in states.items():
                if state is not None:
                    self._persistence.save_state(name, state)
        finally:
            self._persistence.STATE_DIR = previous
            logger.removeHandler(watch)
        if failures:
            raise OSError(failures[0])

    def invoke(self, function_arn: str, payload: Json, timeout_seconds: float) -> Any:
        """Run a Lambda function and return its answer.

        Raises:
            FunctionFailedError: It does not exist or answered with an error.
            FunctionTimedOutError: It took too long.
        """
        parts = function_arn.split(":")
        if len(parts) < _FUNCTION_ARN_PARTS:
            raise FunctionFailedError(f"{function_arn} is not the ARN of a function")
        self._responses.set_request_account_id(parts[4])
        self._responses.set_request_region(parts[3])
        path = f"/2015-03-31/functions/{':'.join(parts[6:])}/invocations"
        try:
            status, headers, body = self._app.call_service_handler_sync(
                self._lambda.handle_request,
                "POST",
                path,
                {},
                json.dumps(payload).encode(),
                {},
                timeout=timeout_seconds,
            )
        except TimeoutError:
            raise FunctionTimedOutError(f"{parts[6]} took more than {timeout_seconds:g} s") from None
        failed = status >= 300 or any(name.lower() == "x-amz-function-error" for name in headers)
        if not failed:
            return json.loads(body or b"null")
        details: Any = None
        with suppress(ValueError):
            details = json.loads(body)
        details = details if isinstance(details, dict) else {}
        message = details.get("errorMessage") or details.get("message") or f"status {status}"
        if details.get("errorType") == "Sandbox.Timedout":
            raise FunctionTimedOutError(str(message))
        raise FunctionFailedError(str(message))


class _Stream:
    """The stream of an event source mapping, as ministack keeps it."""

    def __init__(self, lambda_svc: Any, dynamodb: Any, mapping: Json, function: Json) -> None:
        self._lambda = lambda_svc
        self._dynamodb = dynamodb
        self._mapping = mapping
        self._function = function
        self._table = _table_of(mapping)

    @classmethod
    def of(cls, lambda_svc: Any, dynamodb: Any, mapping: Json) -> _Stream | None:
        """Return it, or None if there is nothing to read: no table, no function, or switched off."""
        table = dynamodb._tables.get(_table_of(mapping))
        function, _ = lambda_svc._get_func_record_for_qualifier(
            mapping["FunctionName"], mapping.get("Qualifier")
        )
        is_on = mapping.get("Enabled", True) and table and function
        is_same = is_on and table.get("LatestStreamArn") == mapping["EventSourceArn"]
        return cls(lambda_svc, dynamodb, mapping, function) if is_same else None

    @property
    def position(self) -> int:
        """Where the next record is, among those that the stream has.

        A restart forgets the records and counts them from 0 again, but not the position.
        """
        first: int = self._dynamodb.stream_start_position(self._table)
        positions = self._lambda._dynamodb_stream_positions
        if self._mapping["UUID"] not in positions:
            is_new = self._mapping.get("StartingPosition", "LATEST") == "LATEST"
            self.position = self._dynamodb.stream_end_position(self._table) if is_new else first
        position = int(positions[self._mapping["UUID"]])
        return position if first <= position <= self._dynamodb.stream_end_position(self._table) else first

    @position.setter
    def position(self, position: int) -> None:
        with self._lambda._dynamodb_stream_positions_lock:
            self._lambda._dynamodb_stream_positions[self._mapping["UUID"]] = position

    def read(self, limit: int) -> list[Json]:
        """Return records from the position on."""
        found: list[Json] = self._dynamodb.stream_records_since(self._table, self.position, limit)
        return found

    def wanted(self, records: list[Json]) -> list[Json]:
        """Return those that the mapping's filters let through."""
        found: list[Json] = self._lambda._apply_filter_criteria(records, self._mapping)
        return found

    def invoke(self, records: list[Json]) -> Json:
        """Run the function."""
        found: Json = self._lambda._execute_function(self._function, {"Records": records})
        return found

    def bury(self, records: list[Json], result: Json) -> None:
        """Tell the on-failure destination."""
        self._lambda._send_ddb_stream_failure_record(
            self._mapping,
            self._function,
            records,
            self._mapping["EventSourceArn"],
            result,
            "RetryAttemptsExhausted",
        )


def _table_of(mapping: Json) -> str:
    """Return the table of a mapping's stream; nothing where it follows something else."""
    _, _, rest = str(mapping.get("EventSourceArn", "")).partition(":table/")
    return rest.partition("/stream/")[0]


def _extend_topic_rules(iot: Any, put_values: Callable[[list[Json], str, str], None]) -> None:
    """Give topic rules the `iotSiteWise` action and SQL the function `floor`."""
    message: ContextVar[Callable[[str], Any]] = ContextVar("message")
    run, dispatch, function = iot._run_rule_actions, iot._dispatch_rule_action, iot._eval_select_function
    iot._IMPLEMENTED_SQL_FUNCS |= {"floor"}
    iot._RULE_ACTION_RESOURCE_KEYS["iotSiteWise"] = ()

    def evaluate(expression: str, topic: str, payload: bytes, client_id: str | None) -> Any:
        decoded = iot._rule_message(payload)
        found = iot._eval_select_expr(expression, topic, payload, decoded, client_id)
        return None if found is iot._MISSING else found

    async def run_with_message(  # noqa: PLR0917 (as ministack calls it)
        account: str,
        region: str,
        rule: Json,
        payload: bytes,
        topic: str = "",
        client_id: str | None = None,
    ) -> None:
        # Templates of an action are about the message as it came, not about what the rule selects.
        token = message.set(lambda expression: evaluate(expression, topic, payload or b"", client_id))
        try:
            await run(account, region, rule, payload, topic, client_id)
        finally:
            message.reset(token)

    async def dispatch_also_to_sitewise(
        account: str, region: str, rule_name: str, action: Json, event: Any
    ) -> None:
        if "iotSiteWise" not in action:
            await dispatch(account, region, rule_name, action, event)
            return
        entries = put_entries(action["iotSiteWise"], message.get())
        await asyncio.to_thread(put_values, entries, account, region)

    def with_floor(  # noqa: PLR0917 (as ministack calls it)
        name: str,
        args: list[str],
        topic: str,
        payload: bytes,
        decoded: Any,
        client_id: str | None = None,
    ) -> Any:
        if name != "floor" or len(args) != 1:
            return function(name, args, topic, payload, decoded, client_id)
        found = floor(iot._eval_select_expr(args[0], topic, payload, decoded, client_id))
        return iot._MISSING if found is None else found

    iot._run_rule_actions = run_with_message
    iot._dispatch_rule_action = dispatch_also_to_sitewise
    iot._eval_select_function = with_floor


def _remember_expressions(dynamodb: Any) -> None:
    """Read an expression of DynamoDB once, and a key condition once a Query, not for each row.

    Otherwise they are nearly all of a Query's time, and by that of a burst that alarms follow.
    """
    tokenize = lru_cache(_EXPRESSIONS)(dynamodb._tokenize)
    dynamodb._tokenize = lambda expression: [*tokenize(expression)]
    for name in ("_check_redundant_parens", "_check_reserved_keyword_usage"):
        check = lru_cache(_EXPRESSIONS)(getattr(dynamodb, name))
        setattr(dynamodb, name, partial(_with_tuple, check))
    dynamodb._condition_syntax_error = lru_cache(_EXPRESSIONS)(dynamodb._condition_syntax_error)

    evaluate = dynamodb._evaluate_condition
    last: tuple[Any, ...] = (None, None, None, None)

    def evaluate_key_conditions_once(
        expression: str, row: Json, values: Json, names: Json, slot: str = "ConditionExpression"
    ) -> Any:
        nonlocal last
        if slot != "KeyConditionExpression":
            return evaluate(expression, row, values, names, slot=slot)
        text, its_values, its_names, test = last
        if text == expression and its_values is values and its_names is names:
            return test(row) if test else evaluate(expression, row, values, names, slot=slot)
        found = evaluate(expression, row, values, names, slot=slot)  # which says what is wrong with it
        clauses = dynamodb._key_condition_clauses(tokenize(expression))
        last = (
            expression,
            values,
            names,
            predicate(clauses, values or {}, names or {}, dynamodb._ddb_comparable),
        )
        return found

    dynamodb._evaluate_condition = evaluate_key_conditions_once


def _with_tuple(check: Callable[..., Any], tokens: list[Any], *more: Any) -> Any:
    return check(tuple(tokens), *more)


def _alarm_record(name: str, properties: Json, *, record: Callable[[str, Json], Json]) -> Json:
    """Return what CloudWatch keeps of an alarm, also of one on an expression.

    That one has the expression where a metric's name would be. Nothing is measured under that name, so it
    is never raised.
    """
    metrics = properties.get("Metrics")
    if metrics:
        shown = {"Namespace": "Expression", "MetricName": metrics[0]["Expression"]}
        properties = {**properties, **shown, "Metrics": None}
    return record(name, properties)


class _Failures(logging.Handler):
    """Collects what a logger calls an error."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._messages = messages
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        self._messages.append(record.getMessage())


class _LambdaProcess(subprocess.Popen[Any]):
    """A process that runs a function, without this process's own environment.

    Args:
        args: The command.
        env: What ministack would give it.
        log_settings: Returns the `LoggingConfig` of the function with an ARN.
        **options: As for every process.
    """

    def __init__(
        self, args: Any, *, env: Mapping[str, str], log_settings: Callable[[str], Json], **options: Any
    ) -> None:
        given = {
            name: value
            for name, value in env.items()
            if name in _LAMBDA_INHERITS or os.environ.get(name) != value
        }
        config = log_settings(env.get("_LAMBDA_FUNCTION_ARN", ""))
        given["PYTHONPATH"] = str(_LAMBDA_RUNTIME)
        given["AWS_LAMBDA_LOG_GROUP_NAME"] = config.get("LogGroup", "")
        given["AWS_LAMBDA_LOG_FORMAT"] = config.get("LogFormat", "Text")
        if config.get("LogFormat") == "JSON":
            given["AWS_LAMBDA_LOG_LEVEL"] = config.get("ApplicationLogLevel", "INFO")
        super().__init__(args, env=given, **options)


async def _answer(send: Send, status: int, body: Json) -> None:
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
