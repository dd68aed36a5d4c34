"""The page with many entities and tags: requests, and how soon and smoothly it shows them."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import build_app
from tests.bench.viewer import WATCH, deploy_definition, local_twin
from tests.support import chromium
from twin_stack.local.state import PAGE_PATH
from twin_stack.simulate.clients import Clients
from twin_stack.simulate.placeholder_assets import make_assets
from twin_stack.simulate.plan import make_plan
from twin_stack.simulate.writing import write_telemetry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, CDPSession, Page, Request

    from twin_stack.pytest_plugin import LocalTwin

MACHINES, PROPERTIES, TYPES = 200, 10, 4
ENTITIES, CHILDREN = 10_000, 100
REFRESH_SECONDS, WATCHED_SECONDS, HEAP_SECONDS = 5, 30, 180
SETTLED_SECONDS = 15
MAX_SINGLE = 8
"""Components that are read by themselves then: those that are charted, or silent and checked now and then."""
BATCH = 25
MANY, TREE = "many-tags", "many-entities"
SECTION = """## The page with many entities

Ours alone, on the embedded AWS, refreshed every {refresh} s. Requests are those for history that the browser
sends in {watched} s, after the types of all components are found. Memory is JavaScript's heap after a forced
collection, {heap_seconds} s apart, while the values of all tags change. Frames are measured as time that
passes: the embedded AWS, its connectors and software rendering use the same processors. CPU time is that of
the page's main thread alone: scripts, styles, layout and garbage collection. The load of the machine was
{before:.1f} and {after:.1f} at the start and the end.

| what | ours | goal |
|---|---|---|
| {entities} entities: from opening the page to the first rows of the tree | {rows} | |
| from the first request for entities to the first rows | {rows_after} | 500 ms |
| from the selection to the value of an entity, before {tags} tags of {machines} components are read \
| {selected} | 1 s |
| history requests for a refresh of {tags} tags of {types} component types | {many} | {types} |
| history requests for a refresh of the building's scene, 200 devices | {building} | 8 |
| {tags} tags, frames of more than 50 ms (Chromium's long animation frames) | {frames} | 0 |
| the longest of them | {longest} | 50 ms |
| CPU time of the longest task between two frames | {longest_task} | 50 ms |
| growth of the heap in {heap_seconds} s | {heap} | 1 MB |
"""


@dataclass
class Histories:
    """The requests of a page for history, with the time that each was sent."""

    sent: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def record(self, request: Request) -> None:
        """Take a request of the page."""
        if request.url.endswith("/history"):
            self.sent.append((time.monotonic(), json.loads(request.post_data or "{}")))

    def since(self, start: float) -> list[dict[str, Any]]:
        """Return the requests since a time."""
        return [body for at, body in self.sent if at >= start]


def section() -> str:
    """Measure, and return a section of the page."""
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name, local_twin(Path(name)) as twin:
        table = _deploy_many(twin, Path(name))
        building_id = _deploy_building(twin, Path(name))
        _create_tree(twin)
        url = f"http://127.0.0.1:{twin.server.page_port}{PAGE_PATH}#key={twin.server.secret}&workspace="
        with chromium.browser() as browser:
            rows, rows_after = _first_rows(browser.new_page(), f"{url}{TREE}")
            print(f"  rows: {rows:.0f} ms, {rows_after:.0f} ms", flush=True)
        with chromium.browser() as browser:
            page = browser.new_page(viewport={"width": 1000, "height": 700})
            histories = Histories()
            page.on("request", histories.record)
            page.goto(f"{url}{building_id}", wait_until="commit")
            page.wait_for_timeout(REFRESH_SECONDS * 3_000)
            building = _requests_for_refresh(page, histories)
            print(f"  building: {building} requests", flush=True)
        with _changing(twin, table), chromium.browser() as browser:
            page = browser.new_page(viewport={"width": 1000, "height": 700})
            histories = Histories()
            page.on("request", histories.record)
            page.add_init_script(WATCH)
            page.goto(f"{url}{MANY}&scene=tags", wait_until="commit")
            selected = _select(page, f"machine-{MACHINES - 1:02}")
            print(f"  selected: {selected:.0f} ms", flush=True)
            page.evaluate("history.back()")
            many = _requests_for_refresh(page, histories)
            watched = page.evaluate(f"watchFrames({WATCHED_SECONDS * 1000})")
            longest_task = _longest_task(browser, page)
            print(
                f"  many: {many} requests, frames {watched['frames']}, CPU {longest_task:.1f} ms", flush=True
            )
            devtools = page.context.new_cdp_session(page)
            used = _heap(devtools)
            page.wait_for_timeout(HEAP_SECONDS * 1000)
            growth = _heap(devtools) - used
            print(f"  heap: {used / 1e6:.1f} MB {growth / 1e6:+.2f} MB", flush=True)
    frames = watched["frames"]
    return SECTION.format(
        before=before,
        after=os.getloadavg()[0],
        refresh=REFRESH_SECONDS,
        watched=WATCHED_SECONDS,
        heap_seconds=HEAP_SECONDS,
        entities=f"{ENTITIES:,}",
        tags=f"{MACHINES * PROPERTIES:,}",
        machines=MACHINES,
        types=TYPES,
        rows=f"{rows:.0f} ms",
        rows_after=f"{rows_after:.0f} ms",
        selected=f"{selected / 1000:.2f} s",
        many=many,
        building=building,
        frames=len(frames),
        longest=f"{max(frames):.0f} ms" if frames else "none",
        longest_task=f"{longest_task:.0f} ms",
        heap=f"{growth / 1e6:+.2f} MB",
    )


@contextlib.contextmanager
def _changing(twin: LocalTwin, table: str) -> Iterator[None]:
    """Every machine reports other values every 2.5 seconds."""
    ended = threading.Event()
    dynamodb = twin.client("dynamodb")

    def report() -> None:
        turn = 0
        while not ended.is_set():
            turn += 1
            now = str(int(time.time() * 1000))
            rows = [_row(machine, turn, now) for machine in range(MACHINES)]
            for first in range(0, MACHINES, BATCH):
                puts = [{"PutRequest": {"Item": row}} for row in rows[first : first + BATCH]]
                dynamodb.batch_write_item(RequestItems={table: puts})
            ended.wait(2.5)

    thread = threading.Thread(target=report)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _row(machine: int, turn: int, now: str) -> dict[str, dict[str, str]]:
    values = {
        f"value{number}": {"N": str(85 if (turn + machine + number) % 2 else 40)}
        for number in range(PROPERTIES)
    }
    type_id = f"com.example.Values{machine % TYPES}"
    return {
        "device_id": {"S": f"machine-{machine:02}"},
        "timestamp": {"N": now},
        "component_type_id": {"S": type_id},
        **values,
    }


def _requests_for_refresh(page: Page, histories: Histories) -> str:
    """Return the requests for a refresh once the types of components are found."""
    _settle(page, histories)
    start = time.monotonic()
    page.wait_for_timeout(WATCHED_SECONDS * 1000)
    return f"{len(histories.since(start)) / (WATCHED_SECONDS / REFRESH_SECONDS):.1f}"


def _first_rows(page: Page, url: str) -> tuple[float, float]:
    page.add_init_script(
        """globalThis.rowsAt = new Promise((resolve) => {
          const look = () => document.querySelector('.tree .row')
            ? resolve(performance.now()) : requestAnimationFrame(look)
          requestAnimationFrame(look)
        })"""
    )
    page.goto(url, wait_until="commit")
    rows = page.evaluate("rowsAt")
    asked = page.evaluate(
        "performance.getEntriesByType('resource').find(({name}) => name.includes('entities-list')).startTime"
    )
    return rows, rows - asked


def _select(page: Page, entity_id: str) -> float:
    """Select an entity while the page reads the tags; return milliseconds until its value is shown."""
    # The requests of 200 components take ten seconds at the page's rate. Playwright's own wait_for_function
    # evaluates text, which the page's policy forbids.
    milliseconds: float = page.evaluate(
        """(entity) => new Promise((resolve) => {
          const hasNumber = (one) => /\\d/.test(one.textContent)
          const isRead = ({name}) => name.endsWith('/history')
          let start
          const look = () => {
            if (start === undefined && performance.getEntriesByType('resource').filter(isRead).length > 5) {
              start = performance.now()
              location.hash += `&entity=${entity}`
            }
            if (start !== undefined && [...document.querySelectorAll('.panel .value')].some(hasNumber)) {
              return resolve(performance.now() - start)
            }
            requestAnimationFrame(look)
          }
          look()
        })""",
        entity_id,
    )
    return milliseconds


def _settle(page: Page, histories: Histories) -> None:
    """Wait until components of one type are read together."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        start = time.monotonic()
        page.wait_for_timeout(SETTLED_SECONDS * 1000)
        single = {body.get("entityId") for body in histories.since(start)} - {None}
        if len(single) <= MAX_SINGLE:
            return
    print("  not all components are read by type", flush=True)


def _longest_task(browser: Browser, page: Page) -> float:
    """Return the most CPU time, in milliseconds, that a task of the page's main thread takes."""
    devtools = browser.new_browser_cdp_session()
    events: list[dict[str, Any]] = []
    completions: list[bool] = []
    devtools.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    devtools.on("Tracing.tracingComplete", lambda _: completions.append(True))
    categories = ["toplevel", "blink.user_timing"]
    devtools.send("Tracing.start", {"traceConfig": {"includedCategories": categories}})
    page.evaluate("performance.mark('main thread of the page')")
    page.wait_for_timeout(WATCHED_SECONDS * 1000)
    devtools.send("Tracing.end")
    while not completions:
        page.wait_for_timeout(100)
    main_thread = next(
        (event["pid"], event["tid"]) for event in events if event["name"] == "main thread of the page"
    )
    tasks: list[float] = [
        event.get("tdur", 0) / 1000
        for event in events
        if event["name"].endswith("RunTask") and (event["pid"], event["tid"]) == main_thread
    ]
    return max(tasks)


def _heap(devtools: CDPSession) -> float:
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    return float(devtools.send("Runtime.getHeapUsage")["usedSize"])


def _deploy_building(twin: LocalTwin, folder: Path) -> str:
    """Deploy the building, whose devices have values of the last minutes, and return its workspace."""
    context = {"twin-stack": {"defaultStage": "dev", "stages": {"dev": {"model": "models/building"}}}}
    build_app(context=context, outdir=str(folder / "building.out")).synth()
    (outputs,) = twin.deploy(folder / "building.out").values()
    names = ("iottwinmaker", "lambda", "dynamodb", "iotsitewise", "iot", "iot-data")
    clients = Clients(*(twin.client(name) for name in names))
    workspace: str = outputs["WorkspaceId"]
    plan = make_plan(clients, workspace)
    make_assets(clients.sitewise, plan.assets)
    now = datetime.now(UTC)
    minutes = timedelta(minutes=1)
    write_telemetry(clients, workspace, start=now - 3 * minutes, end=now, interval=minutes, plan=plan)
    return workspace


def _create_tree(twin: LocalTwin) -> None:
    """Create a workspace with many entities and no scene."""
    twinmaker = twin.client("iottwinmaker")
    described = twinmaker.get_workspace(workspaceId=MANY)
    twinmaker.create_workspace(workspaceId=TREE, s3Location=described["s3Location"], role=described["role"])

    def create(numbers: Iterator[int] | range, parent: int | None) -> None:
        for number in numbers:
            place = {} if parent is None else {"parentEntityId": f"hall-{parent:03}"}
            kind = "hall" if parent is None else f"machine-{parent:03}"
            entity = {"entityId": f"{kind}-{number:03}", "entityName": f"{kind} {number}"}
            twinmaker.create_entity(workspaceId=TREE, **entity, **place)

    halls = ENTITIES // (CHILDREN + 1)
    create(range(halls), None)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda hall: create(range(CHILDREN), hall), range(halls)))


def _deploy_many(twin: LocalTwin, folder: Path) -> str:
    """Deploy machines of some types with a scene of nothing but tags, and return their table."""
    names = [f"value{number}" for number in range(PROPERTIES)]
    rules = {
        name: {
            "statements": [
                {"expression": f"{name} >= 80", "target": "iottwinmaker.common.icon:Error"},
                {"expression": f"{name} >= 0", "target": "iottwinmaker.common.icon:Warning"},
            ]
        }
        for name in names
    }
    machines = [f"machine-{machine:02}" for machine in range(MACHINES)]
    nodes: list[dict[str, Any]] = [
        {
            "name": f"Tag {machine} {name}",
            "transform": {"position": [(index % 25) * 1.6 - 20, number * 1.2, -(index // 25) * 6]},
            "components": [
                {
                    "type": "Tag",
                    "ruleBasedMapId": name,
                    "valueDataBinding": {
                        "dataBindingContext": {
                            "entityId": machine,
                            "componentName": "values",
                            "propertyName": name,
                        }
                    },
                }
            ],
        }
        for index, machine in enumerate(machines)
        for number, name in enumerate(names)
    ]
    camera = {
        "name": "All",
        "transform": {"position": [0, 6, 26]},
        "components": [{"type": "Camera", "fov": 53.13, "far": 200}],
    }
    properties = {
        "device": {"dataType": "STRING", "isExternalId": True},
        **{name: {"dataType": "DOUBLE", "isTimeSeries": True} for name in names},
    }
    definition: dict[str, Any] = {
        "twin.yaml": {"workspaceId": MANY, "connectors": {"telemetry": {"kind": "dynamodb"}}},
        "component_types/values.yaml": {
            f"com.example.Values{number}": {
                "propertyDefinitions": properties,
                "functions": {"dataReader": {"connector": "telemetry"}},
            }
            for number in range(TYPES)
        },
        "entities/machines.yaml": {
            machine: {
                "entityName": f"Machine {index}",
                "components": {
                    "values": {
                        "componentTypeId": f"com.example.Values{index % TYPES}",
                        "properties": {"device": machine},
                    }
                },
            }
            for index, machine in enumerate(machines)
        },
        "scenes/tags.yaml": {
            "properties": {"environmentPreset": "neutral"},
            "rules": rules,
            "nodes": [*nodes, camera],
        },
    }
    return deploy_definition(twin, folder, definition)
