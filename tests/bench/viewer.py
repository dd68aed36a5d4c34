"""The page against AWS IoT App Kit's scene viewer: the same scenes, the same server, the same Chromium."""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from app import build_app
from tests.support import app_kit_viewer, chromium
from tests.support.local_factory import deploy_factory
from twin_stack.local import launcher
from twin_stack.local.state import PAGE_PATH, StateFolder
from twin_stack.pytest_plugin import LocalTwin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import Browser, Page

RUNS = 3
IDLE_SECONDS = 10
WATCHED_SECONDS = 20
MACHINES, PROPERTIES = 50, 10
FACTORY = "workspace=my-factory-twin&scene=factory-overview"
MANY = "workspace=many-tags&scene=tags"
SECTION = """## The page

Against the scene viewer of AWS IoT App Kit 10.13.1 (SceneViewer alone on a page, built by Vite, the
proprietary Matterport SDK stubbed), on the factory's scene from the same embedded AWS, which serves both
pages. Chromium {version}, headless, renders in software; each run starts a new browser with an empty
cache. Medians of {runs} runs each, alternately. Data is on the screen when a tag shows the icon that a rule
gives its newest value, the model is loaded and the frame is rendered. One of our requests is for
the alarms of the entity tree, which the peer does not have. The load of the machine was {before:.1f} and
{after:.1f} at the start and the end.

| what | ours | peer | ratio | goal |
|---|---|---|---|---|
| transferred until data is on the screen | {bytes} | 1/8 |
| from opening the page to data on the screen | {first} | 1/3 |
| CPU time of all Chromium processes in {idle} s without user input | {cpu} | 1/20 |
| history requests for a refresh of the factory's scene | {requests} | |

{tags} tags of {machines} machines, each with its own value that changes between refreshes, every 5 s;
observed for {watched} s after the first data.

| what | ours | peer | goal |
|---|---|---|---|
| history requests for a refresh | {many_requests} | one a component and ten properties |
| frames that took the page more than 50 ms (Chromium's long animation frames) | {frames} | 0 |
| the longest of them | {longest} | 50 ms |
| frames more than 50 ms after the previous one, with software rendering | {late} | |
"""

# Runs in both pages: when did a tag first show what is expected, and had the model come?
WATCH = """
addEventListener('twinmaker:scene-loaded', ({detail}) => { globalThis.drawn = detail.scene })
globalThis.tags = () => {
  const said = [...document.querySelectorAll('.scene-tags li')]
  const icons = said.map((one) => one.textContent.split(': ').at(-1))
  globalThis.drawn?.traverse((one) => {
    if (one.visualState !== undefined) icons.push(one.visualState)
  })
  return icons
}
globalThis.shown = (icon, file, count) => new Promise((resolve, reject) => {
  setTimeout(() => reject(Error(`no ${count} ${icon}: ${tags()}`)), 120000)
  const look = () => {
    const isThere = performance.getEntriesByType('resource').some(({name}) => name.includes(file))
    if (!isThere || tags().filter((one) => one === icon).length < count) return requestAnimationFrame(look)
    requestAnimationFrame(() => requestAnimationFrame(() => {
      // Reading a pixel waits until the picture is drawn.
      const gl = document.querySelector('canvas').getContext('webgl2')
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4))
      resolve(performance.now())
    }))
  }
  look()
})
globalThis.watchFrames = (milliseconds) => new Promise((resolve) => {
  const tasks = [], frames = [], gaps = []
  const noted = {longtask: tasks, 'long-animation-frame': frames}
  const observer = new PerformanceObserver((list) => {
    for (const {entryType, duration} of list.getEntries()) noted[entryType].push(duration)
  })
  observer.observe({entryTypes: Object.keys(noted)})
  const end = performance.now() + milliseconds
  let last = performance.now()
  const frame = (now) => {
    gaps.push(now - last)
    last = now
    if (now < end) return requestAnimationFrame(frame)
    observer.disconnect()
    resolve({tasks, frames, gaps: gaps.slice(1)})
  }
  requestAnimationFrame(frame)
})
"""


@dataclass
class Run:
    """What one opening of a page took."""

    bytes: int
    first: float
    cpu: float
    requests: int


@dataclass
class Watched:
    """How smooth a page was."""

    requests: int
    tasks: list[float]
    frames: list[float]
    gaps: list[float]


def section() -> str:
    """Measure, and return a section of the page."""
    before = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory() as name,
        local_twin(Path(name)) as twin,
        app_kit_viewer.served(twin.server.page_port) as theirs,
    ):
        folder = Path(name)
        report = _deploy_factory(twin, folder)
        table = _deploy_many(twin, folder)
        key = f"key={twin.server.secret}"
        # Both by the same way, which takes time.
        ours = theirs.replace(f"{app_kit_viewer.PATH}index.html", PAGE_PATH)
        pages = {"ours": f"{ours}#{{}}&{key}", "peer": f"{theirs}?{{}}#{key}"}
        runs: dict[str, list[Run]] = {side: [] for side in pages}
        for number in range(RUNS + 1):
            for side, page in pages.items():
                report()
                run = _run(page.format(FACTORY))
                print(f"  {side}: {run}", flush=True)
                if number:  # the first starts the connectors
                    runs[side].append(run)
        watched = {}
        with _changing(twin, table):
            for side, page in pages.items():
                watched[side] = _watch(page.format(MANY))
                measured = watched[side]
                print(f"  {side}: {measured.requests} requests", flush=True)
                print(
                    f"    tasks {_round(measured.tasks)}, frames {_round(measured.frames)}",
                    flush=True,
                )
                print(f"    longest gaps {_round(sorted(measured.gaps)[-8:])}", flush=True)
        with chromium.browser() as browser:
            version = browser.version.split(".")[0]
    return SECTION.format(
        before=before,
        after=os.getloadavg()[0],
        version=version,
        runs=RUNS,
        idle=IDLE_SECONDS,
        watched=WATCHED_SECONDS,
        tags=MACHINES * PROPERTIES,
        machines=MACHINES,
        bytes=_row(runs, lambda run: run.bytes / 1e6, "{:.2f} MB"),
        first=_row(runs, lambda run: run.first / 1000, "{:.2f} s"),
        cpu=_row(runs, lambda run: run.cpu, "{:.2f} s"),
        requests=_row(runs, lambda run: run.requests, "{:.0f}"),
        many_requests=_pair(watched, lambda measured: f"{measured.requests}"),
        frames=_pair(watched, lambda measured: f"{len(measured.frames)}"),
        longest=_pair(
            watched,
            lambda measured: f"{max(measured.frames):.0f} ms" if measured.frames else "none",
        ),
        late=_pair(
            watched,
            lambda measured: f"{sum(gap > 50 for gap in measured.gaps)} of {len(measured.gaps)}",
        ),
    )


def _round(values: list[float]) -> list[int]:
    return [round(value) for value in values]


def _row(runs: Mapping[str, list[Run]], measure: Callable[[Run], float], form: str) -> str:
    ours, peer = (statistics.median(measure(run) for run in runs[side]) for side in ("ours", "peer"))
    ratio = f"1/{peer / ours:.1f}" if ours else "0"
    return f"{form.format(ours)} | {form.format(peer)} | {ratio}"


def _pair(watched: Mapping[str, Watched], tell: Callable[[Watched], str]) -> str:
    return f"{tell(watched['ours'])} | {tell(watched['peer'])}"


@contextlib.contextmanager
def local_twin(folder: Path) -> Iterator[LocalTwin]:
    """Run an embedded AWS in a folder."""
    state = StateFolder(folder / "twin")
    state.path.mkdir()
    with state.locked():
        server = launcher.start(state, port=0)
        try:
            yield LocalTwin(server, folder)
        finally:
            launcher.stop(state, grace=5)


def _deploy_factory(twin: LocalTwin, folder: Path) -> Callable[[], None]:
    """Deploy it, and return what has a machine report that it is too hot."""
    build_app(outdir=str(folder / "factory.out")).synth()
    factory = deploy_factory(twin, folder / "factory.out")
    dynamodb = twin.client("dynamodb")

    def report() -> None:
        now = str(int(time.time() * 1000))
        row = {"device_id": {"S": "machine-001"}, "timestamp": {"N": now}, "temperature": {"N": "91"}}
        dynamodb.put_item(TableName=factory.table, Item=row)

    return report


def _deploy_many(twin: LocalTwin, folder: Path) -> str:
    """Deploy machines with a scene of nothing but tags, and return their table."""
    names = [f"value{number}" for number in range(PROPERTIES)]
    statements = [
        {"expression": "true", "target": "iottwinmaker.common.icon:Info"},
    ]
    rules = {}
    for name in names:
        rules[name] = {
            "statements": [
                {"expression": f"{name} >= 80", "target": "iottwinmaker.common.icon:Error"},
                {"expression": f"{name} >= 0", "target": "iottwinmaker.common.icon:Warning"},
                *statements,
            ]
        }
    nodes = [
        {
            "name": f"Tag {machine} {name}",
            "transform": {"position": [(machine % 25) * 1.6 - 20, number * 1.2, -(machine // 25) * 6]},
            "components": [
                {
                    "type": "Tag",
                    "ruleBasedMapId": name,
                    "valueDataBinding": {
                        "dataBindingContext": {
                            "entityId": f"machine-{machine:02}",
                            "componentName": "values",
                            "propertyName": name,
                        }
                    },
                }
            ],
        }
        for machine in range(MACHINES)
        for number, name in enumerate(names)
    ]
    camera = {
        "name": "All",
        "transform": {"position": [0, 6, 26]},
        "components": [{"type": "Camera", "fov": 53.13, "far": 200}],
    }
    definition = {
        "twin.yaml": {"workspaceId": "many-tags", "connectors": {"telemetry": {"kind": "dynamodb"}}},
        "component_types/values.yaml": {
            "com.example.Values": {
                "propertyDefinitions": {name: {"dataType": "DOUBLE", "isTimeSeries": True} for name in names},
                "functions": {"dataReader": {"connector": "telemetry"}},
            }
        },
        "entities/machines.yaml": {
            f"machine-{machine:02}": {
                "entityName": f"Machine {machine}",
                "components": {"values": {"componentTypeId": "com.example.Values"}},
            }
            for machine in range(MACHINES)
        },
        "scenes/tags.yaml": {
            "properties": {"environmentPreset": "neutral"},
            "rules": rules,
            "nodes": [*nodes, camera],
        },
    }
    return deploy_definition(twin, folder, definition)


def deploy_definition(twin: LocalTwin, folder: Path, definition: Mapping[str, object]) -> str:
    """Deploy a twin with a table, and return the table.

    Args:
        twin: The embedded AWS.
        folder: A folder for files of the twin.
        definition: Contents of its files by name.
    """
    model = folder / "many"
    for file, content in definition.items():
        path = model / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    context = {"twin-stack": {"defaultStage": "dev", "stages": {"dev": {"model": str(model)}}}}
    build_app(context=context, outdir=str(folder / "many.out")).synth()
    (outputs,) = twin.deploy(folder / "many.out").values()
    return outputs["TelemetryTableName"]


@contextlib.contextmanager
def _changing(twin: LocalTwin, table: str) -> Iterator[None]:
    """Every machine reports other values every 2.5 seconds."""
    ended = threading.Event()
    dynamodb = twin.client("dynamodb")

    def report() -> None:
        turn = 0
        while True:
            turn += 1
            now = str(int(time.time() * 1000))
            for machine in range(MACHINES):
                values = {
                    f"value{number}": {"N": str(85 if (turn + machine + number) % 2 else 40)}
                    for number in range(PROPERTIES)
                }
                row = {"device_id": {"S": f"machine-{machine:02}"}, "timestamp": {"N": now}, **values}
                dynamodb.put_item(TableName=table, Item=row)
                if ended.wait(0.05):
                    return

    thread = threading.Thread(target=report)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _run(url: str) -> Run:
    """Open a page in a browser of its own until data is on the screen, and leave it alone then."""
    with chromium.browser() as browser:
        page, transferred, histories = _open(browser)
        page.goto(url, wait_until="commit")
        first = page.evaluate("shown('Error', 'factory.glb', 1)")
        until_data = sum(transferred)
        page.wait_for_timeout(6_000)
        before = len(histories)
        cpu = _cpu_seconds()
        time.sleep(IDLE_SECONDS)
        cpu = _cpu_seconds() - cpu
        page.wait_for_timeout(1)  # lets Playwright deliver the events of requests
        return Run(until_data, first, cpu, round((len(histories) - before) / (IDLE_SECONDS / 5)))


def _watch(url: str) -> Watched:
    """Open a page and measure its frames once its tags have data."""
    with chromium.browser() as browser:
        page, _, histories = _open(browser)
        page.goto(url, wait_until="commit")
        page.evaluate(f"shown('Error', '/history', {MACHINES * PROPERTIES // 4})")
        page.wait_for_timeout(6_000)
        before = len(histories)
        measured = page.evaluate(f"watchFrames({WATCHED_SECONDS * 1000})")
        requests = round((len(histories) - before) / (WATCHED_SECONDS / 5))
        return Watched(requests, measured["tasks"], measured["frames"], measured["gaps"])


def _open(browser: Browser) -> tuple[Page, list[int], list[str]]:
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    page.add_init_script(WATCH)
    page.set_default_timeout(180_000)
    transferred: list[int] = []
    histories: list[str] = []
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: transferred.append(int(event["encodedDataLength"])))
    page.on("request", lambda sent: histories.append(sent.url) if sent.url.endswith("/history") else None)
    return page, transferred, histories


def _cpu_seconds() -> float:
    """CPU time of all processes of Chromium that this process has started, directly or not."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            name, _, rest = (folder / "stat").read_text().rpartition(")")
            fields = rest.split()
            parents[int(folder.name)] = int(fields[1])
            if "chrom" in name:
                ticks[int(folder.name)] = int(fields[11]) + int(fields[12])

    def is_ours(pid: int) -> bool:
        while pid in parents:
            if pid == os.getpid():
                return True
            pid = parents[pid]
        return False

    return sum(count for pid, count in ticks.items() if is_ours(pid)) / os.sysconf("SC_CLK_TCK")
