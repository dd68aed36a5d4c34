"""Measure the connectors against their peers: `python -m tests.bench.connectors` prints the tables.

The peer of the kit is `udq_utils` with its Timestream reader (see `tests.bench.udq_peer`): both sides hold
the same rows in memory as their stores send them, and give the same points, which is checked first. The peer
of a cold start and of a warm read is a handler without us, or ours without its own way to read a response.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench import udq_peer
from tests.bench.connector_rows import DEVICES, Row, event, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
LAMBDAS = HERE.parents[1] / "lambdas"
if str(LAMBDAS) not in sys.path:
    sys.path.insert(0, str(LAMBDAS))

from connector_kit import Deadline, serve  # noqa: E402
from connector_kit import request as kit_request  # noqa: E402 - the line above makes it importable
from dynamodb_connector import repository as dynamodb_repository  # noqa: E402
from dynamodb_connector.environment import Environment  # noqa: E402
from dynamodb_connector.query import sources_for  # noqa: E402
from tests.bench.connector_table import InMemoryTable  # noqa: E402

SIZES = (1_000, 10_000, 100_000)
RUNS = 7
PROCESS_RUNS = 15
PAGE = 200
INDEX = "by_component_type"


class Measure(NamedTuple):
    """One line of a table: medians of processor milliseconds, and the median of the pairs' ratios."""

    what: str
    ours: float
    peer: float
    ratio: float
    goal: str


class Context:
    """The members of Lambda's context that a handler reads."""

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def ours(held: list[Row], *, by_type: bool) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return our connector over rows in memory."""
    environment = Environment(table_name="telemetry", component_type_index=INDEX)
    sources = partial(sources_for, environment=environment, repository=InMemoryTable(held, by_type=by_type))
    return lambda event: serve(event, sources)


def pages(call: Callable[[dict[str, Any]], dict[str, Any]], event: dict[str, Any]) -> list[dict[str, Any]]:
    """Follow the tokens to the end, as a caller does."""
    answers = [call(event)]
    while answers[-1]["nextToken"]:
        answers.append(call(event | {"nextToken": answers[-1]["nextToken"]}))
    return answers


def points(answers: list[dict[str, Any]]) -> dict[str, list[tuple[str, float]]]:
    """Return time and number of each point, by series."""
    series: dict[str, list[tuple[str, float]]] = {}
    for answer in answers:
        for item in answer["propertyValues"]:
            reference = item["entityPropertyReference"]
            owner = reference.get("entityId") or next(iter(reference["externalIdProperty"].values()))
            series.setdefault(f"{owner} {reference['propertyName']}", []).extend(
                (_instant(point["time"]), float(point["value"]["doubleValue"])) for point in item["values"]
            )
    return series


def _instant(text: str) -> str:
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return f"{whole}.{fraction:0<9}"


@contextlib.contextmanager
def page_limit(limit: int) -> Iterator[None]:
    """Raise the limit of points in a page to that of the benchmark."""
    usual = kit_request.MAX_RESULTS
    kit_request.MAX_RESULTS = limit
    try:
        yield
    finally:
        kit_request.MAX_RESULTS = usual


@contextlib.contextmanager
def logging_to(level: int) -> Iterator[None]:
    """Give the root logger a handler, as Lambda does, that writes into nothing."""
    root = logging.getLogger()
    usual = root.handlers, root.level
    with Path(os.devnull).open("w", encoding="utf-8") as nothing:
        root.handlers = [logging.StreamHandler(nothing)]
        root.setLevel(level)
        logging.getLogger("botocore").setLevel(logging.WARNING)
        try:
            yield
        finally:
            root.handlers = usual[0]
            root.setLevel(usual[1])


def _processor_seconds() -> float:
    """Time this process and its ended children had a processor: what others do here does not count."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)  # os.times counts them in hundredths only
    return time.process_time() + ended.ru_utime + ended.ru_stime


def in_turn(
    what: str, goal: str, left: Callable[[], object], right: Callable[[], object], runs: int, calls: int = 1
) -> Measure:
    """Time two functions in turn, each `calls` times in a row, after one run of each to warm up."""
    taken: tuple[list[float], list[float]] = ([], [])
    for run in range(runs + 1):
        for function, times in zip((left, right), taken, strict=True):
            gc.collect()
            start = _processor_seconds()
            for _ in range(calls):
                function()
            if run:
                times.append((_processor_seconds() - start) * 1000 / calls)
    ratio = statistics.median(mine / other for mine, other in zip(*taken, strict=True))
    measure = Measure(what, statistics.median(taken[0]), statistics.median(taken[1]), ratio, goal)
    print(f"  {what}: {measure.ours:.3f} ms, peer {measure.peer:.3f} ms, ratio {ratio:.3f}", flush=True)
    return measure


def against_udq(reader: type[Any], sizes: tuple[int, ...] = SIZES) -> list[Measure]:
    """Time rows to answer against the peer; check first that both give the same points."""
    measures = []
    for by_type in (False, True):
        style = "by component type" if by_type else "by entity"
        goal = "<= 1/20" if by_type else "<= 1/10"
        for size in sizes:
            held = rows(size)
            timestream = udq_peer.StandInTimestream(held)
            mine = ours(held, by_type=by_type)
            theirs = reader(timestream, "bench", "telemetry").process_query
            whole, paged = event(by_type=by_type), event(by_type=by_type, maxResults=PAGE)
            with page_limit(size):
                both = points([mine(whole)]), points([theirs(whole)])
                if both[0] != both[1] or sum(map(len, both[0].values())) != size:
                    sys.exit(f"{style}, {size} rows: the points differ")
                calls = max(1, 10_000 // size)
                measures.append(
                    in_turn(
                        f"{style}, {size:,} rows in one answer",
                        goal,
                        partial(mine, whole),
                        partial(theirs, whole),
                        RUNS if size < max(SIZES) else 3,
                        calls,
                    )
                )
            if size == max(SIZES):
                continue  # too many to read two hundred at a time
            if points(pages(mine, paged)) != points(pages(theirs, paged)):
                sys.exit(f"{style}, {size} rows in pages: the points differ")
            measures.append(
                in_turn(
                    f"{style}, {size:,} rows, {PAGE} a page",
                    goal,
                    partial(pages, mine, paged),
                    partial(pages, theirs, paged),
                    RUNS,
                )
            )
    nothing: list[Row] = []
    measures.append(
        in_turn(
            "a call without rows",
            "<= 1/10, <= 0.3 ms",
            partial(ours(nothing, by_type=False), event(by_type=False)),
            partial(
                reader(udq_peer.StandInTimestream(nothing), "bench", "telemetry").process_query,
                event(by_type=False),
            ),
            RUNS,
            calls=200,
        )
    )
    return measures


def growth() -> Measure:
    """Time a row among many against a row among few."""
    few, many = SIZES[0], SIZES[-1]
    large, small = ours(rows(many), by_type=False), ours(rows(few), by_type=False)
    with page_limit(many):
        request = event(by_type=False)
        measure = in_turn(
            "", "", partial(large, request), lambda: [small(request) for _ in range(many // few)], RUNS
        )
    return Measure(
        f"a row among {many:,} against a row among {few:,} (µs)",
        measure.ours / many * 1000,
        measure.peer / many * 1000,
        measure.ratio,
        "<= 1.3",
    )


def floor() -> Measure:
    """Time the answer against a part that every connector needs: writing it as JSON."""
    size = 10_000
    call, request = ours(rows(size), by_type=False), event(by_type=False)
    with page_limit(size):
        answer = call(request)
        return in_turn(
            f"{size:,} rows to answer; peer: one json.dumps of the answer",
            "",
            partial(call, request),
            partial(json.dumps, answer),
            RUNS * 3,
        )


def store_page(count: int, skip: int, *, is_last: bool) -> bytes:
    """Return a response of DynamoDB's Query that projects the time and the property."""
    held = rows(skip + count)[skip:]
    items = [{"timestamp": {"N": str(r.milliseconds)}, "temperature": {"N": r.value}} for r in held]
    body: dict[str, Any] = {"Count": count, "Items": items, "ScannedCount": count}
    if not is_last:
        body["LastEvaluatedKey"] = {"device_id": {"S": DEVICES[0]}, "timestamp": items[-1]["timestamp"]}
    return json.dumps(body, separators=(",", ":")).encode()


@contextlib.contextmanager
def store(folder: Path, *bodies: bytes) -> Iterator[dict[str, str]]:
    """Run the stub of DynamoDB; gives the environment that leads an AWS client to it."""
    names = []
    for number, body in enumerate(bodies):
        names.append(str(folder / f"page-{number}.json"))
        Path(names[-1]).write_bytes(body)
    command = [sys.executable, str(HERE / "stub_dynamodb.py"), *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            yield {
                "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{port}",
                "AWS_DEFAULT_REGION": "eu-central-1",
                "AWS_ACCESS_KEY_ID": "bench",
                "AWS_SECRET_ACCESS_KEY": "bench",
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                "AWS_EC2_METADATA_DISABLED": "true",
                "TABLE_NAME": "telemetry",
            }
        finally:
            process.terminate()


_COLD = """
import json, os, sys
sys.path.insert(0, {folder!r})
from {module} import handler
class Context:
    def get_remaining_time_in_millis(self): return 30_000
with open({event!r}) as file: event = json.load(file)
sys.stdout.write(json.dumps(handler(event, Context())))
sys.stdout.flush()
os._exit(0)  # Lambda does not end its process after an answer
"""
_IMPORT = """
import sys, time
import botocore.session
botocore.session.get_session().create_client("dynamodb")
import logging, json
sys.path.insert(0, {folder!r})
start = time.process_time()
import dynamodb_connector.handler
print((time.process_time() - start) * 1000)
"""


def _python(code: str, environment: dict[str, str]) -> str:
    """Run a program as Lambda does: the function's own folder is read-only, so it holds no bytecode."""
    environment = {**os.environ, **environment, "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    if process.returncode:
        sys.exit(process.stderr)
    return process.stdout


def cold(folder: Path) -> list[Measure]:
    """Time whole processes: import of the handler, and from nothing to the first answer."""
    deployed = folder / "deployed"
    shutil.copytree(LAMBDAS, deployed, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "bare_reader.py", deployed)
    event_file = folder / "event.json"
    event_file.write_text(json.dumps(event(by_type=False, maxResults=PAGE)), encoding="utf-8")
    # The SDK of Lambda's runtime has bytecode; the one here gets some when it is used.
    writes = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    use = "import boto3; boto3.client('dynamodb', region_name='eu-central-1')"
    subprocess.run([sys.executable, "-c", use], env=writes, check=True)
    code = _IMPORT.format(folder=str(deployed))
    imports = [float(_python(code, {"AWS_DEFAULT_REGION": "eu-central-1"})) for _ in range(PROCESS_RUNS)]
    print(f"  import: {statistics.median(imports):.1f} ms", flush=True)
    measures = [
        Measure("import of the handler, beyond the AWS client", statistics.median(imports), 0, 0, "<= 25 ms")
    ]
    with store(folder, store_page(PAGE, 0, is_last=True)) as environment:
        programs = [
            _COLD.format(folder=str(deployed), module=module, event=str(event_file))
            for module in ("dynamodb_connector.handler", "bare_reader")
        ]
        mine, bare = (json.loads(_python(program, environment)) for program in programs)
        values = [float(point["value"]["doubleValue"]) for point in mine["propertyValues"][0]["values"]]
        if values != [float(item["temperature"]["N"]) for item in bare] or len(values) != PAGE:
            sys.exit("cold start: the points differ")
        first, second = (partial(_python, program, environment) for program in programs)
        measures.append(
            in_turn(
                f"cold start to the first answer of {PAGE} points; peer: boto3's client, items as they come",
                "<= 0.85",
                first,
                second,
                PROCESS_RUNS,
            )
        )
    return measures


def warm(folder: Path, size: int = 10_000) -> Measure:
    """Time a large read of a warm function with and without our way to take the items."""
    half = size // 2
    bodies = store_page(half, 0, is_last=False), store_page(half, half, is_last=True)
    request = event(by_type=False)
    with store(folder, *bodies) as environment, page_limit(size):
        os.environ.update(environment)
        calls = []
        taken = dynamodb_repository.skip_item_parsing
        for way in (taken, lambda _: None):
            dynamodb_repository.skip_item_parsing = way
            table = dynamodb_repository.TableRepository(
                dynamodb_repository.create_client("telemetry"), "telemetry", Deadline(lambda: 30.0)
            )
            settings = Environment(table_name="telemetry")
            calls.append(
                partial(serve, request, partial(sources_for, environment=settings, repository=table))
            )
        dynamodb_repository.skip_item_parsing = taken
        if calls[0]() != calls[1]() or len(calls[0]()["propertyValues"][0]["values"]) != size:
            sys.exit("warm read: the points differ")
        return in_turn(
            f"warm read of {size:,} points over HTTP in two pages; peer: botocore's own parsing",
            "<= 0.45",
            calls[0],
            calls[1],
            RUNS,
        )


def _line(measure: Measure) -> str:
    if not measure.peer:
        return f"| {measure.what} | {measure.ours:.2f} | | | {measure.goal} |"
    ratio = f"{measure.ratio:.2f}" if measure.ratio > 0.3 else f"1/{1 / measure.ratio:.1f}"
    return f"| {measure.what} | {measure.ours:.3g} | {measure.peer:.3g} | {ratio} | {measure.goal} |"


def table(measures: list[Measure]) -> str:
    """Write a Markdown table."""
    head = ["| what | ours, ms | peer, ms | ratio | goal |", "|---|---|---|---|---|"]
    return "\n".join([*head, *map(_line, measures)])


def section() -> str:
    """Measure everything and write it as Markdown; name the parts that have no peer here."""
    logging.getLogger("connector").setLevel(logging.NOTSET)
    parts = [
        "## Connectors",
        "From stored rows in memory, in the form of the store, to the response, in milliseconds of CPU time; "
        f'medians, alternately. "In one answer" is without our page limit of {PAGE} points.',
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        samples = udq_peer.checkout()
        if samples is None:
            parts.append(f"The comparison with `udq_utils` was left out: `{udq_peer.VARIABLE}` was not set.")
        else:
            udq_peer.install(samples, folder / "packages")
            reader = udq_peer.load_reader(samples, folder / "packages")
            for words, level, sizes in (
                ("Peer: `udq_utils`. Both write the log lines they write in Lambda.", logging.INFO, SIZES),
                ("Peer: `udq_utils`. Logging off, on both sides.", logging.ERROR, SIZES[1:2]),
            ):
                print(words, flush=True)
                with logging_to(level):
                    parts += [words, table(against_udq(reader, sizes))]
        print("Ours alone, and over HTTP", flush=True)
        with logging_to(logging.INFO):
            own = [growth(), floor(), *cold(folder), warm(folder)]
        parts += ["Ours alone, and over HTTP against a stub of DynamoDB.", table(own)]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors.\n\n{section()}")
