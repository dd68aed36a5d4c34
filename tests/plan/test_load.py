"""The load that an open page and an open dashboard put on the data API."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.load import DASHBOARD_SECONDS, MAX_CHARTED, PAGE_SECONDS, PAGE_STATIC_SECONDS, data_load

ROOT = Path(__file__).parents[2]


def pump(series: int, static: int = 0, *, has_external_id: bool = False) -> str:
    names = [f"s{number}: {{dataType: DOUBLE, isTimeSeries: true}}" for number in range(series)]
    names += [f"v{number}: {{dataType: STRING, isStoredExternally: true}}" for number in range(static)]
    names += ["device: {dataType: STRING, isExternalId: true}"] if has_external_id else []
    return (
        f"com.example.Pump:\n  propertyDefinitions: {{{', '.join(names)}}}\n"
        "  functions: {dataReader: {connector: telemetry}"
        f"{', attributePropertyValueReaderByEntity: {connector: telemetry}' if static else ''}}}\n"
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
        pytest.param(pump(11), "", 3 / 5, 11 / 60, id="eleven are two, of which six are charted"),
        pytest.param(pump(1, 1), "", 2 / 5 + 1 / 30, 2 / 60, id="a value without time is read seldom"),
        pytest.param(
            pump(2),
            scene(("s0", False), ("s1", False)),
            2 / 5,
            2 / 60,
            id="values of the scene are read once",
        ),
        pytest.param(pump(1, 1), scene(("v0", True)), 2 / 5 + 1 / 30, 2 / 60, id="static binding"),
    ],
)
def test_load_counts_requests(
    type_text: str, scene_text: str, page: float, dashboard: float, tmp_path: Path
) -> None:
    files = {"component_types/t.yaml": type_text, "entities/e.yaml": ENTITY}
    if scene_text:
        files["scenes/hall.yaml"] = scene_text
    assert data_load(load(write(tmp_path, files))) == pytest.approx((page, dashboard))


def pumps(count: int, *, has_external_id: bool = True) -> dict[str, str]:
    """Return entities and a scene that shows a value of each."""
    tags = "".join(
        "\n      - {type: Tag, valueDataBinding: {dataBindingContext: "
        f"{{entityId: pump-{number}, componentName: pump, propertyName: s0}}}}}}"
        for number in range(count)
    )
    device = ", properties: {device: P%d}" if has_external_id else ""
    entities = [
        f"pump-{number}: {{entityName: Pump {number}, components: {{pump: "
        f"{{componentTypeId: com.example.Pump{device.replace('%d', str(number))}}}}}}}"
        for number in range(count)
    ]
    scene_text = f"nodes:\n  - name: Hall\n    components:{tags}\n"
    return {"entities/e.yaml": "\n".join(entities), "scenes/hall.yaml": scene_text}


def test_components_of_a_type_are_one_request_where_its_reader_answers_so(tmp_path: Path) -> None:
    files = {"component_types/t.yaml": pump(1, has_external_id=True), **pumps(40)}
    # One for the type, which is that of the selected entity, too, and one for its chart.
    assert data_load(load(write(tmp_path, files))).page == pytest.approx(2 / 5)


def test_components_are_requested_one_by_one_where_the_reader_may_not_answer_for_a_type(
    tmp_path: Path,
) -> None:
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:reader"
    files = {
        "component_types/t.yaml": pump(1, has_external_id=True),
        "twin.yaml": f"workspaceId: pumps\nconnectors: {{telemetry: {{kind: lambda, arn: '{arn}'}}}}\n",
        **pumps(40),
    }
    assert data_load(load(write(tmp_path, files))).page == pytest.approx(41 / 5)


def test_managed_assets_are_requested_one_by_one_as_their_connector_refuses_requests_for_a_type(
    tmp_path: Path,
) -> None:
    loads = [
        data_load(
            load(
                write(
                    tmp_path / name,
                    {
                        "component_types/t.yaml": pump(1),
                        "twin.yaml": f"workspaceId: pumps\nconnectors: {{telemetry: {{kind: {kind}}}}}\n",
                        **pumps(40, has_external_id=False),
                    },
                )
            )
        ).page
        for name, kind in (("lambda", "sitewise, assets: managed"), ("native", "sitewise-native"))
    ]
    assert loads == pytest.approx([41 / 5, 2 / 5])


ALARM = """
com.example.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: {connector: KIND}}
"""


@pytest.mark.parametrize(("kind", "requests"), [("dynamodb", 1), ("sitewise", 2)])
def test_states_that_tags_show_are_read_with_all_alarms(kind: str, requests: int, tmp_path: Path) -> None:
    entities = "\n".join(
        f"pump-{number}: {{entityName: Pump {number}, components: {{alarm: {{componentTypeId: "
        f"com.example.Alarm, properties: {{alarm_key: A{number}}}}}}}}}"
        for number in (1, 2)
    )
    files = {
        "twin.yaml": f"workspaceId: plant\nconnectors: {{states: {{kind: {kind}}}}}\n",
        "component_types/t.yaml": ALARM.replace("KIND", "states"),
        "entities/e.yaml": entities,
    }
    tag = scene(("alarm_status", False)).replace("componentName: pump", "componentName: alarm")
    hidden, shown = (
        data_load(load(write(tmp_path / name, {**files, "scenes/hall.yaml": text}))).page
        for name, text in (("hidden", "nodes: []\n"), ("shown", tag))
    )
    # One more is the chart of the selected entity.
    assert [hidden, shown] == pytest.approx([(requests + 1) / 5] * 2)


def test_alarms_are_one_request_a_type(tmp_path: Path) -> None:
    alarm = (
        "com.example.Alarm:\n  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]\n"
        "  functions: {dataReader: {connector: telemetry}}\n"
    )
    page_of_one, page_of_two = (
        load(
            write(
                tmp_path / str(n), {"component_types/t.yaml": pump(1) + alarms, **{"entities/e.yaml": ENTITY}}
            )
        )
        for n, alarms in enumerate(["", alarm])
    )
    assert data_load(page_of_two).page - data_load(page_of_one).page == pytest.approx(1 / 5)


def test_load_is_an_estimate_before_and_after(tmp_path: Path) -> None:
    before, after = (
        load(write(tmp_path / f"{n}", {"component_types/t.yaml": pump(n), "entities/e.yaml": ENTITY}))
        for n in (1, 11)
    )
    assert make_plan(before, after).estimates[-1] == (
        "requests of the data API (estimate): one open page 0.4 -> 0.6 a second, one open dashboard "
        "0.0 -> 0.2, of 100 a second for the account"
    )
    assert make_plan(before, before).estimates == ()


def test_intervals_are_those_of_page_and_dashboards() -> None:
    viewer = ROOT / "viewer" / "src"
    patterns = {
        viewer / "data" / "poller.ts": (r"INTERVAL_MS = (\d+)_000\b", PAGE_SECONDS),
        viewer / "chart_pane.ts": (r"MAX_CHARTED = (\d+)\b", MAX_CHARTED),
        viewer / "api" / "config.ts": (r"REFRESH_SECONDS = (\d+)\b", PAGE_SECONDS),
        viewer / "data" / "component_reader.ts": (r"STATIC_INTERVAL_MS = (\d+)_000\b", PAGE_STATIC_SECONDS),
        ROOT / "twin_stack" / "grafana" / "dashboards.py": (r'refresh\("(\d+)m"\)', DASHBOARD_SECONDS // 60),
    }
    intervals = {file.name: re.findall(pattern, file.read_text()) for file, (pattern, _) in patterns.items()}
    assert intervals == {file.name: [str(seconds)] for file, (_, seconds) in patterns.items()}
