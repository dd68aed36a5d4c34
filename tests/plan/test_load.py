"""The load that an open page and an open dashboard put on the data API."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.load import DASHBOARD_SECONDS, PAGE_SECONDS, PAGE_STATIC_SECONDS, data_load

ROOT = Path(__file__).parents[2]


def pump(series: int, static: int = 0) -> str:
    names = [f"s{number}: {{dataType: DOUBLE, isTimeSeries: true}}" for number in range(series)]
    names += [f"v{number}: STRING" for number in range(static)]
    return (
        f"com.example.Pump:\n  propertyDefinitions: {{{', '.join(names)}}}\n"
        "  functions: {dataReader: {connector: telemetry}}\n"
    )


ENTITY = "pump-1: {entityName: Pump 1, components: {pump: {componentTypeId: com.example.Pump}}}"


def scene(*bindings: tuple[str, bool]) -> str:
    rules = "".join(
        "\n      - {type: Tag, valueDataBinding: {dataBindingContext: {entityId: pump-1, "
        f"componentName: pump, propertyName: {name}}}{', isStaticData: true' if is_static else ''}}}}}"
        for name, is_static in bindings
    )
    return f"nodes:\n  - name: Hall\n    components:{rules}\n" if bindings else "nodes: []\n"


@pytest.mark.parametrize(
    ("type_text", "scene_text", "page", "dashboard"),
    [
        pytest.param(pump(1), "", 2 / 5, 1 / 60, id="panel and chart of one series"),
        pytest.param(pump(10), "", 2 / 5, 10 / 60, id="ten properties are one request"),
        pytest.param(pump(11), "", 4 / 5, 11 / 60, id="eleven are two"),
        pytest.param(pump(1, 1), "", 2 / 5 + 1 / 30, 2 / 60, id="a value without time is read seldom"),
        pytest.param(pump(2), scene(("s0", False), ("s1", False)), 3 / 5, 2 / 60, id="scene"),
        pytest.param(pump(1, 1), scene(("v0", True)), 2 / 5 + 2 / 30, 2 / 60, id="static binding"),
    ],
)
def test_load_counts_requests(
    type_text: str, scene_text: str, page: float, dashboard: float, tmp_path: Path
) -> None:
    files = {"component_types/t.yaml": type_text, "entities/e.yaml": ENTITY}
    if scene_text:
        files["scenes/hall.yaml"] = scene_text
    assert data_load(load(write(tmp_path, files))) == pytest.approx((page, dashboard))


def test_load_is_an_estimate_before_and_after(tmp_path: Path) -> None:
    before, after = (
        load(write(tmp_path / f"{n}", {"component_types/t.yaml": pump(n), "entities/e.yaml": ENTITY}))
        for n in (1, 11)
    )
    assert make_plan(before, after).estimates[-1] == (
        "requests of the data API (estimate): one open page 0.4 -> 0.8 a second, one open dashboard "
        "0.0 -> 0.2, of 100 a second for the account"
    )
    assert make_plan(before, before).estimates == ()


def test_intervals_are_those_of_page_and_dashboards() -> None:
    viewer = ROOT / "viewer" / "src"
    patterns = {
        viewer / "data" / "poller.ts": (r"INTERVAL_MS = (\d+)_000\b", PAGE_SECONDS),
        viewer / "api" / "config.ts": (r"REFRESH_SECONDS = (\d+)\b", PAGE_SECONDS),
        viewer / "data" / "component_reader.ts": (r"STATIC_INTERVAL_MS = (\d+)_000\b", PAGE_STATIC_SECONDS),
        ROOT / "twin_stack" / "grafana" / "dashboards.py": (r'refresh\("(\d+)m"\)', DASHBOARD_SECONDS // 60),
    }
    found = {file.name: re.findall(pattern, file.read_text()) for file, (pattern, _) in patterns.items()}
    assert found == {file.name: [str(seconds)] for file, (_, seconds) in patterns.items()}
