"""`make up` and the local TwinMaker against plain ministack."""

from __future__ import annotations

import contextlib
import http.client
import os
import shlex
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.bench.synthesis import seconds, write_factory, write_peer_inputs
from twin_stack.local.clients import make_client
from twin_stack.local.ministack.settings import environment
from twin_stack.local.profile import client_environment
from twin_stack.local.state import ACCOUNT, REGION, Access, StateFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNS = 3
ROUNDS, CALLS = 40, 25
HISTORIES = 300
WORKSPACE = "my-factory-twin"
SECTION = """## On this machine

`make up` on a warm machine, from nothing deployed: it starts the embedded AWS, bootstraps, deploys the
factory and writes a day of telemetry. The peer is `cdk bootstrap` and `cdk deploy` of the factory by
hand on plain ministack, which runs already, with an SSM parameter instead of each resource type that it
does not support; {resources} resources each. Whole commands, alternately, {runs} times; the ratio is the
median of the pairs' ratios.

| what | ours, s | peer, s | ratio | goal |
|---|---|---|---|---|
| `make up` | {up} |

Signed calls are sent over one connection, without an SDK; {calls} of each, alternately. The peer
is GetItem of ministack's DynamoDB, for one row of telemetry. History is of the last hour of a temperature
through the deployed connector, {histories} times; ours is the time without the run of the Lambda function.

| what | ours, ms | peer, ms | ratio | goal |
|---|---|---|---|---|
| GetEntity of a machine with sensor and alarm | {get_entity} |
| ListEntities of the factory | {list_entities} |
| GetPropertyValueHistory, our part | {history} |
"""

Request = tuple[str, str, bytes, dict[str, str]]


def section() -> str:
    """Measure, and return a section of the page."""
    with tempfile.TemporaryDirectory() as name, _plain_ministack(Path(name) / "plain") as plain:
        folder = Path(name)
        app = _app(folder / "app")
        up = _measure_up(folder, app, plain)
        print(f"  make up {up['ours']:.1f} s, peer {up['peer']:.1f} s, ratio {up['ratio']:.2f}", flush=True)
        with _timed_server(StateFolder.of_app(app), folder / "notes") as ours:
            rows = _measure_calls(ours, plain)
            history = _measure_history(ours, folder / "notes")
        return SECTION.format(
            runs=RUNS,
            calls=ROUNDS * CALLS,
            histories=HISTORIES,
            resources=up["resources"],
            up=f"{up['ours']:.1f} | {up['peer']:.1f} | {up['ratio']:.2f} | 1.3",
            history=f"{history:.2f} | | | 5 ms",
            **{
                name: f"{ours:.2f} | {rows['get_item']:.2f} | {ours / rows['get_item']:.2f} | 2"
                for name, ours in rows.items()
                if name != "get_item"
            },
        )


def _app(folder: Path) -> Path:
    """This repository with a state folder of its own."""
    folder.mkdir()
    for item in ROOT.iterdir():
        if item.name not in (".git", ".twin", "cdk.out"):
            (folder / item.name).symlink_to(item)
    return folder


def _measure_up(folder: Path, app: Path, plain: Access) -> dict[str, float]:
    """Time both ways to a deployed stack, in turn; the last `make up` leaves its state."""
    flags, scene = write_peer_inputs(folder)
    write_factory(folder / "factory")
    program = shlex.join([sys.executable, "-m", "tests.bench.peer_plain", str(flags), str(scene)])
    environ = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    bare = {
        **client_environment(plain, environ),
        "CI": "1",
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_HOME": str(folder / "cdk-home"),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        "PYTHONPATH": str(ROOT),
    }
    cdk = str(ROOT / "node_modules" / ".bin" / "cdk")
    out = str(folder / "peer.out")
    bootstrap = [cdk, "bootstrap", f"aws://{ACCOUNT}/{REGION}"]
    deploy = [cdk, "deploy", "--all", "--require-approval", "never", "--app", program, "--output", out]
    destroy = [cdk, "destroy", "--all", "--force", "--app", out]
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(RUNS + 1):
        shutil.rmtree(app / ".twin", ignore_errors=True)
        ours = seconds(["make", "--silent", "up", f"MODEL={folder / 'factory'}"], environ, cwd=app)
        seconds(["make", "--silent", "down"], environ, cwd=app)
        peer = seconds(bootstrap, bare, cwd=folder) + seconds(deploy, bare, cwd=folder)
        (stack,) = (item for item in _stacks(plain) if item["StackName"] == WORKSPACE)
        resources = len(
            make_client(plain, "cloudformation").describe_stack_resources(StackName=WORKSPACE)[
                "StackResources"
            ]
        )
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        # Start from nothing again: retained resources would conflict.
        seconds(destroy, bare, cwd=folder)
        _forget(plain)
        if number:  # the first warms caches up
            times[0].append(ours)
            times[1].append(peer)
    ratios = [mine / theirs for mine, theirs in zip(*times, strict=True)]
    return {
        "ours": statistics.median(times[0]),
        "peer": statistics.median(times[1]),
        "ratio": statistics.median(ratios),
        "resources": resources,
    }


def _stacks(access: Access) -> list[dict[str, Any]]:
    stacks: list[dict[str, Any]] = make_client(access, "cloudformation").describe_stacks()["Stacks"]
    return stacks


def _forget(access: Access) -> None:
    """Reset plain ministack."""
    address = urlsplit(access.endpoint)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    connection.request("POST", "/_ministack/reset")
    assert connection.getresponse().status == 200
    connection.close()


@contextlib.contextmanager
def _plain_ministack(folder: Path) -> Iterator[Access]:
    """Ministack as its makers start it, but for the ports it opens."""
    folder.mkdir()
    port = _free_port()
    settings = {
        **environment(folder, port),
        "PERSIST_STATE": "0",
        "S3_PERSIST": "0",
        "BIND_HOST": "127.0.0.1",
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    command = [str(Path(sys.executable).with_name("ministack"))]
    with _process(command, {**kept, **settings}, port):
        yield Access(f"http://127.0.0.1:{port}", "local")


@contextlib.contextmanager
def _timed_server(folder: StateFolder, notes: Path) -> Iterator[Access]:
    """The embedded AWS with the state of an app."""
    with socket.socket() as listener, socket.socket() as page_listener:
        command = [sys.executable, str(HERE / "timed_server.py"), str(notes), "--state", str(folder.state)]
        command += ["--secret", str(folder.secret_file)]
        for prefix, each in (("", listener), ("page-", page_listener)):
            each.bind(("127.0.0.1", 0))
            each.listen(64)
            command += [f"--{prefix}socket", str(each.fileno()), f"--{prefix}port", str(_port(each))]
        environ = {**os.environ, **environment(folder.state, _port(listener)), "PYTHONPATH": str(ROOT)}
        with _process(command, environ, _port(listener), listener.fileno(), page_listener.fileno()):
            yield Access(f"http://127.0.0.1:{_port(listener)}", folder.secret())


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


@contextlib.contextmanager
def _process(command: Sequence[str], environ: Mapping[str, str], port: int, *files: int) -> Iterator[None]:
    """A server, which answers."""
    process = subprocess.Popen(
        command, env=environ, pass_fds=files, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/_ministack/health")
                connection.getresponse().read()
                break
            time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _signed(client: Any, call: Callable[[Any], Any]) -> Request:
    """The request that an SDK sends for a call."""
    sent: list[Any] = []
    client.meta.events.register("before-send", lambda request, **_: sent.append(request))
    call(client)
    address = urlsplit(sent[-1].url)
    headers = {
        key: value.decode() if isinstance(value, bytes) else value for key, value in sent[-1].headers.items()
    }
    body = sent[-1].body or b""
    path = address.path + (f"?{address.query}" if address.query else "")
    return sent[-1].method, path, body.encode() if isinstance(body, str) else body, headers


class _Line:
    """One connection on which a request is sent again and again."""

    def __init__(self, access: Access, request: Request) -> None:
        address = urlsplit(access.endpoint)
        self._connection = http.client.HTTPConnection(str(address.hostname), address.port)
        self._request = request
        for _ in range(20):
            self.milliseconds()

    def milliseconds(self) -> float:
        """How long an answer takes."""
        method, path, body, headers = self._request
        begun = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        response.read()
        taken = (time.perf_counter() - begun) * 1000
        assert response.status == 200
        return taken


def _measure_calls(access: Access, plain: Access) -> dict[str, float]:
    """Median milliseconds of reads of TwinMaker, and of GetItem."""
    dynamodb = make_client(plain, "dynamodb")
    dynamodb.create_table(
        TableName="rows",
        KeySchema=[
            {"AttributeName": "device_id", "KeyType": "HASH"},
            {"AttributeName": "timestamp", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "device_id", "AttributeType": "S"},
            {"AttributeName": "timestamp", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    key = {"device_id": {"S": "machine-001"}, "timestamp": {"N": "1767225600000"}}
    dynamodb.put_item(TableName="rows", Item={**key, "temperature": {"N": "20.5"}, "humidity": {"N": "40"}})
    twinmaker = make_client(access, "iottwinmaker")
    lines = {
        "get_entity": _Line(
            access,
            _signed(twinmaker, lambda c: c.get_entity(workspaceId=WORKSPACE, entityId="machine-001")),
        ),
        "list_entities": _Line(access, _signed(twinmaker, lambda c: c.list_entities(workspaceId=WORKSPACE))),
        "get_item": _Line(plain, _signed(dynamodb, lambda c: c.get_item(TableName="rows", Key=key))),
    }
    taken: dict[str, list[float]] = {name: [] for name in lines}
    for _ in range(ROUNDS):
        for name, line in lines.items():
            taken[name] += [line.milliseconds() for _ in range(CALLS)]
    medians = {name: statistics.median(times) for name, times in taken.items()}
    print("  " + ", ".join(f"{name} {ms:.2f} ms" for name, ms in medians.items()), flush=True)
    return medians


def _measure_history(access: Access, notes: Path) -> float:
    """Median milliseconds of a history read less those of its Lambda function."""
    now = datetime.now(UTC)
    request = {
        "workspaceId": WORKSPACE,
        "entityId": "machine-001",
        "componentName": "temperatureSensor",
        "selectedProperties": ["temperature"],
        "startTime": (now - timedelta(hours=1)).isoformat(),
        "endTime": now.isoformat(),
    }
    client = make_client(access, "iottwinmaker")
    line = _Line(access, _signed(client, lambda c: c.get_property_value_history(**request)))
    answer = client.get_property_value_history(**request)
    assert len(answer["propertyValues"][0]["values"]) > 50
    notes.write_text("", encoding="utf-8")
    whole = [line.milliseconds() for _ in range(HISTORIES)]
    function = [float(text) * 1000 for text in notes.read_text(encoding="utf-8").splitlines()]
    ours = statistics.median(all_ - its for all_, its in zip(whole, function, strict=True))
    print(f"  history {statistics.median(whole):.1f} ms, all but the function {ours:.2f} ms", flush=True)
    return ours
