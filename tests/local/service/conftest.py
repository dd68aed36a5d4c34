"""Real boto3 clients against the local services on a loopback port.

One HTTP server runs for the session; each test gets services and a database of its own behind it.
Each answer is also checked against the service's model, including required members.
"""

from __future__ import annotations

import asyncio
import copy
import json
import socket
import threading
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from hypercorn.asyncio import serve
from hypercorn.config import Config as ServerConfig

from tests.support.service_cases import CASES
from twin_stack.local.service import FunctionFailedError, LocalServices
from twin_stack.local.service.shapes import compile_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Json = dict[str, Any]
ACCOUNT = "123456789012"
REGION = "us-east-1"
# AWS answers with these empty, although its model requires at least one character or entry; and the account
# of its own component types has no digits.
KNOWN_DEVIATIONS = (
    "errorEntries'",
    "at 'tags'",
    "assetModelDescription'",
    ".description'",
    ":iotrociaccount:",
)


class Functions:
    """A fake of Lambda: handlers by function name, and the payloads they got."""

    def __init__(self) -> None:
        self.handlers: dict[str, Callable[[Json], Any]] = {}
        self.calls: list[tuple[str, Json]] = []
        self.timeouts: list[float] = []

    def __call__(self, arn: str, payload: Json, timeout: float) -> Any:
        name = arn.rpartition(":")[2]
        self.calls.append((name, json.loads(json.dumps(payload))))
        self.timeouts.append(timeout)
        if name not in self.handlers:
            raise FunctionFailedError(f"function {name} does not exist")
        return self.handlers[name](payload)

    @staticmethod
    def arn(name: str) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"

    @property
    def payloads(self) -> list[Json]:
        return [payload for _, payload in self.calls]


class Objects:
    """A fake of S3."""

    def __init__(self) -> None:
        self.content: dict[tuple[str, str], bytes] = {}

    def get_object(self, bucket: str, key: str) -> bytes:
        return self.content[bucket, key]

    def put_object(self, bucket: str, key: str, body: bytes) -> None:
        self.content[bucket, key] = body


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


class Server:
    """A hypercorn server in a thread; `app` may be exchanged at any time."""

    def __init__(self) -> None:
        self.app: Any = None
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        await self.app(scope, receive, send)

    def __enter__(self) -> Server:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        config = ServerConfig()

        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.listen(128)
        config.bind = [f"fd://{listener.detach()}"]
        config.graceful_timeout = 0.1
        config.errorlog = None

        async def main() -> None:
            self._ready.set()
            await serve(self, config, shutdown_trigger=self._stop.wait)

        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(main())
        self._loop.close()


def check_answer(http_response: Any, model: Any, **_: Any) -> None:
    """Check the bytes of an answer against the output shape of the model."""
    if http_response.status_code >= 300 or not model.output_shape:
        return
    problems: list[str] = []
    compile_reader(model.output_shape)(json.loads(http_response.content), "", problems)
    unexpected = [p for p in problems if not any(deviation in p for deviation in KNOWN_DEVIATIONS)]
    assert not unexpected, f"{model.name}: {unexpected}"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(scope="session")
def make_client(server: Server) -> Callable[..., Any]:
    clients: dict[tuple[str, ...], Any] = {}

    def make(service: str, *, account: str = ACCOUNT, region: str = REGION) -> Any:
        key = (service, account, region)
        if key not in clients:
            clients[key] = boto3.client(  # type: ignore[call-overload]
                service,
                endpoint_url=server.url,
                region_name=region,
                aws_access_key_id=account,
                aws_secret_access_key="local",
                config=Config(
                    inject_host_prefix=False,
                    retries={"total_max_attempts": 1},
                    max_pool_connections=32,
                ),
            )
            clients[key].meta.events.register("after-call", check_answer)
        return clients[key]

    return make


@pytest.fixture
def functions() -> Functions:
    return Functions()


@pytest.fixture
def objects() -> Objects:
    return Objects()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def start(
    server: Server, database: Path, functions: Functions, objects: Objects, clock: Clock
) -> Iterator[Callable[..., LocalServices]]:
    """Start services on the database and serve them; options go to LocalServices."""
    started: list[LocalServices] = []

    def begin(**options: Any) -> LocalServices:
        options = {"clock": clock, "invoke": functions, "s3": objects, **options}
        services = LocalServices(database, **options)
        server.app = services.asgi
        started.append(services)
        return services

    yield begin
    for services in started:
        services.close()


@pytest.fixture
def services(start: Callable[..., LocalServices]) -> LocalServices:
    return start()


@pytest.fixture
def twinmaker(services: LocalServices, make_client: Callable[..., Any]) -> Any:
    """A boto3 client with an empty workspace `Factory`."""
    client = make_client("iottwinmaker")
    client.create_workspace(
        workspaceId="Factory",
        role=f"arn:aws:iam::{ACCOUNT}:role/workspace",
        s3Location="arn:aws:s3:::factory-bucket",
    )
    return client


@pytest.fixture
def sitewise(services: LocalServices, make_client: Callable[..., Any]) -> Any:
    return make_client("iotsitewise")


@pytest.fixture
def case() -> Callable[[str], Any]:
    """Return a request, event or answer in the form that AWS documents, by its name."""
    return lambda name: copy.deepcopy(CASES[name])
