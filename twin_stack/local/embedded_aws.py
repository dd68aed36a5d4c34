"""The embedded AWS: ministack with TwinMaker and SiteWise beside it, in this process.

- Requests that pass the gate go to the services of this package if they are signed for TwinMaker or SiteWise,
  to the page if they are below ``/_twin/``, and otherwise to ministack.
- Only the loopback interface is served, on one port for programs and one for the page.
- CloudFormation gets handlers for the resource types of ``cloudformation.handlers``.
- TwinMaker allows users and roles what IAM allows them, and the account everything.
- TwinMaker's data connectors run as ministack's Lambda functions, with the environment that AWS gives them.
- ministack's state is saved whenever a stack has settled, each time as a whole, or on request only. After a
  crash, what CloudFormation did since is undone in TwinMaker and SiteWise.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
from typing import TYPE_CHECKING, Any

from twin_stack.local.clients import make_client
from twin_stack.local.cloudformation.handlers import Provisioners, register_all
from twin_stack.local.cloudformation.recovery import recover
from twin_stack.local.gate import Gate
from twin_stack.local.generations import Generations
from twin_stack.local.ministack.adapter import Ministack
from twin_stack.local.ministack.settings import environment
from twin_stack.local.page import Page
from twin_stack.local.recovery_journal import RecoveryJournal
from twin_stack.local.service import LocalServices
from twin_stack.local.state import (
    ACCOUNT,
    HEALTH_PATH,
    PAGE_PATH,
    REGION,
    SAVE_PATH,
    Access,
    LocalError,
    health_answer,
)
from twin_stack.local.state_check import JOURNAL, MINISTACK, OBJECTS, SERVICES
from twin_stack.local.state_saver import StateSaver
from twin_stack.twinmaker.quotas import MAX_WORKSPACE_ENTITIES, MAX_WORKSPACES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    Json = dict[str, Any]
    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

_BLOCKED_PATHS = ("/_ministack/reset", "/_ministack/config")

_log = logging.getLogger(__name__)


class EmbeddedAws:
    """An AWS for one user on this machine; an ASGI application.

    Only one can exist in a process, because ministack keeps its state in modules. The environment of the
    process must be that of ``ministack.settings.environment``.

    Args:
        folder: Folder of its state, which is created when missing.
        port: Port that programs use.
        page_port: Port that browsers use for the page.
        secret: The secret access key of every account.
        slow: Seconds for which TwinMaker's and SiteWise's CREATING, UPDATING and DELETING last.
        throttle: Requests per second before those two answer ThrottlingException; None for no limit.
        like_aws: Whether those two throttle at the rates that AWS documents.
        max_workspaces: Quota of workspaces in an account and region.
        max_entities: Quota of entities in a workspace.
        transfer_speed: Items a second of a metadata transfer job; None for as fast as it can.
        allowed_origins: Origins of web apps that may call the API, such as ``http://localhost:3000``.
        saves: Whether it saves its state after deployments and at its end, or on request only.

    Raises:
        LocalError: The environment of the process is another one.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int,
        page_port: int,
        secret: str,
        slow: float = 0.0,
        throttle: int | None = None,
        like_aws: bool = False,
        max_workspaces: int = MAX_WORKSPACES,
        max_entities: int = MAX_WORKSPACE_ENTITIES,
        transfer_speed: float | None = None,
        allowed_origins: AbstractSet[str] = frozenset(),
        saves: bool = True,
    ) -> None:
        missing = {k: v for k, v in environment(folder, port).items() if os.environ.get(k) != v}
        if missing:
            raise LocalError(
                f"the embedded AWS needs other settings in its environment: {', '.join(sorted(missing))}; "
                "start it with `twin up`"
            )
        access = Access(f"http://127.0.0.1:{port}", secret)
        generations = Generations(folder / MINISTACK)
        if not generations.current:
            # Objects without the settings of their buckets: the first deployment was cut off.
            shutil.rmtree(folder / OBJECTS, ignore_errors=True)
        self._ministack = Ministack(generations.path, secret=secret, put_values=self._put_values)
        self._services = LocalServices(
            folder / SERVICES,
            invoke=self._ministack.functions.invoke,
            s3=_Objects(access),
            account=ACCOUNT,
            region=REGION,
            slow=slow,
            throttle=throttle,
            like_aws=like_aws,
            max_workspaces=max_workspaces,
            max_entities=max_entities,
            transfer_speed=transfer_speed,
            refusal=self._ministack.permissions.refusal,
        )
        self._journal = RecoveryJournal(folder / JOURNAL, generation=generations.current)
        self._saves = saves
        self._saver = StateSaver(generations, self._ministack, self._journal, folder / OBJECTS)
        self._provisioners = Provisioners(self._services, self._journal)
        self._page = Page(api_origin=access.endpoint)
        self._health = health_answer(os.getpid(), secret)
        self._gate = Gate(
            self._serve,
            secret=secret,
            secret_of=self._ministack.access_keys.secret,
            page_port=page_port,
            allowed_origins=allowed_origins,
        )
        register_all(self._ministack.cloudformation, self._provisioners, access)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one ASGI connection.

        Args:
            scope: Of ASGI.
            receive: Of ASGI.
            send: Of ASGI.
        """
        await self._gate(scope, receive, send)

    async def _serve(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve what passes the gate."""
        if scope["type"] == "lifespan":
            await self._run_lifespan(receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope.get("headers", ())}
        if scope["type"] == "http" and scope["path"] in (HEALTH_PATH, SAVE_PATH):
            await self._administer(scope, send)
        elif scope["type"] == "http" and scope["path"].startswith(PAGE_PATH):
            await self._page.answer(scope, send)
        elif scope["path"] in _BLOCKED_PATHS:
            await _answer(
                send, 404, {"message": "not available; stop the server and delete its state folder"}
            )
        elif scope["type"] == "http" and self._services.asgi.serves(headers):
            await self._services.asgi(scope, receive, send)
        else:
            await self._ministack.serve(scope, receive, send)

    def _put_values(self, entries: list[Json], account: str, region: str) -> None:
        """Write to SiteWise what a topic rule derived from a message.

        Raises:
            ValueError: SiteWise refused an entry.
        """
        answer = self._services.call(
            "iotsitewise", "BatchPutAssetPropertyValue", {"entries": entries}, account=account, region=region
        )
        if answer["errorEntries"]:
            raise ValueError(json.dumps(answer["errorEntries"]))

    async def _run_lifespan(self, receive: Receive, send: Send) -> None:
        """Start and stop with the server."""
        await receive()
        try:
            await self._ministack.start()
            if await asyncio.to_thread(self._recover):
                await self._saver.save()
            self._saver.mark_saved()
            background = asyncio.create_task(self._saver.save_settled_stacks()) if self._saves else None
            await send({"type": "lifespan.startup.complete"})
        except LocalError as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        except Exception as error:  # noqa: BLE001 (the server must not run after a start that failed)
            _log.exception("start failed")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await receive()
        if background is not None:
            background.cancel()
            try:
                await self._saver.save()
            except LocalError as error:
                _log.error("%s", error)
        self._services.close()
        self._journal.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _recover(self) -> bool:
        resources = self._ministack.cloudformation.stack_resources()
        return recover(self._journal.entries(), resources, self._provisioners)

    async def _administer(self, scope: Mapping[str, Any], send: Send) -> None:
        if scope["path"] == HEALTH_PATH:
            await _answer(send, 200, self._health)
        elif scope["method"] != "POST":
            await _answer(send, 405, {"message": "use POST"})
        else:
            try:
                generation = await self._saver.save()
            except LocalError as error:
                await _answer(send, 507, {"message": str(error)})
            else:
                await _answer(send, 200, {"generation": generation})


class _Objects:
    """Objects in S3 of the embedded AWS, for metadata transfer jobs."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def get_object(self, bucket: str, key: str) -> bytes:
        """Return the bytes of an object."""
        body: bytes = make_client(self._access, "s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def put_object(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object."""
        make_client(self._access, "s3").put_object(Bucket=bucket, Key=key, Body=body)


async def _answer(send: Send, status: int, body: Json) -> None:
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
