"""A page without a server: what is in it, and how it looks."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from tests.viewer.conftest import REFERENCES
from twin_stack.cli import app
from twin_stack.definition import load
from twin_stack.preview import preview

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.viewer.conftest import Opened
    from tests.viewer.pictures import Pictures

ROOT = Path(__file__).parents[2]
NOON = "2026-03-01T12:00:00Z"
MOST_DIFFERENT = 0.005
"""Part of a picture that may differ: the drawing of edges does, from machine to machine."""
IS_DEJAVU = """() => {
  const context = document.createElement('canvas').getContext('2d')
  const width = (family) => {
    context.font = `40px ${family}`
    return context.measureText('Hydraulic Press 1').width
  }
  return width('system-ui, serif') === width('"DejaVu Sans", monospace')
}"""

pytestmark = pytest.mark.slow


def data(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="twin">(.*?)</script>', html, re.S)
    assert found
    twin: dict[str, Any] = json.loads(found[1])
    return twin


@pytest.fixture(scope="module")
def html() -> str:
    return preview(load(ROOT / "models" / "factory")).html


def test_file_has_the_twin_as_it_is_defined(html: str) -> None:
    twin = data(html)

    assert [one["entityId"] for one in twin["entities"]] == [
        "zone-a",
        "machine-001",
        "machine-002",
        "press-001",
    ]
    machine = twin["entities"][1]
    assert machine["parentEntityId"] == "zone-a"
    sensor = machine["components"]["temperatureSensor"]["properties"]
    assert sensor["temperature"]["definition"]["dataType"] == {"type": "DOUBLE", "unitOfMeasure": "Celsius"}
    assert sensor["sensorModel"]["value"] == {"stringValue": "TMP-117"}
    # Inherited from the service's own type.
    assert machine["components"]["alarm"]["properties"]["alarm_status"]["definition"]["isTimeSeries"] is True
    assert twin["extendingTypes"] == {"com.amazon.iottwinmaker.alarm.basic": ["com.example.EquipmentAlarm"]}
    assert set(twin["objects"]) == {
        "s3://my-factory-twin/factory.glb",
        "s3://my-factory-twin/factory-overview.json",
    }
    samples = twin["samples"]["machine-001"]["temperatureSensor"]["temperature"]["all"]
    assert len(samples) == twin["count"] == 289
    assert min(samples) < 50
    assert max(samples) > 70


def test_file_names_whose_work_it_is(html: str) -> None:
    assert re.search(r"^## three - [\d.]+ \(MIT\)$", html, re.M)
    assert "Copyright" in html


def test_two_runs_give_equal_bytes(html: str) -> None:
    assert preview(load(ROOT / "models" / "factory")).html == html


def test_text_of_the_definition_stays_text(tmp_path: Path) -> None:
    model = Path(shutil.copytree(ROOT / "models" / "minimal", tmp_path / "model"))
    entities = next(iter((model / "entities").iterdir()))
    text = entities.read_text(encoding="utf-8")
    name = re.search(r"( +)entityName: .*", text)
    assert name
    text = text.replace(name[0], f"{name[0]}\n{name[1]}description: '</script><!--<script>'", 1)
    entities.write_text(text, encoding="utf-8")
    html = preview(load(model)).html

    assert "</script><!--" not in html
    assert "</script><!--<script>" in [one["description"] for one in data(html)["entities"]]


def test_many_entities_have_fewer_samples_each() -> None:
    twin = data(preview(load(ROOT / "models" / "building")).html)

    series = [one for entity in twin["samples"].values() for part in entity.values() for one in part.values()]
    assert len(series) > 400
    assert twin["step"] > 300
    assert len(series) * twin["count"] <= 150_000
    assert len(twin["entities"]) == 205


def test_command_writes_the_file_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    result = CliRunner().invoke(app, ["preview", str(ROOT / "models" / "minimal"), "-o", str(file)])
    assert result.exit_code == 0, result.output
    assert f"wrote {file}" in result.output.replace("\n", "")
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")

    result = CliRunner().invoke(app, ["preview", str(ROOT / "models" / "minimal"), "-o", str(file), "--json"])
    assert json.loads(result.output) == {"file": str(file), "bytes": file.stat().st_size, "warnings": []}


def test_command_writes_nothing_when_the_definition_has_mistakes(tmp_path: Path) -> None:
    model = Path(shutil.copytree(ROOT / "models" / "factory", tmp_path / "model"))
    entities = model / "entities" / "zone-a.yaml"
    text = entities.read_text(encoding="utf-8")
    entities.write_text(text.replace("com.example.Press", "com.example.Pres"), encoding="utf-8")
    result = CliRunner().invoke(app, ["preview", str(model), "-o", str(tmp_path / "page.html")])

    assert result.exit_code == 1
    assert "TWIN014" in result.output
    assert not (tmp_path / "page.html").exists()


def test_command_names_what_cannot_be_in_the_file(tmp_path: Path) -> None:
    model = Path(shutil.copytree(ROOT / "models" / "factory", tmp_path / "model"))
    scene = model / "scenes" / "factory-overview.yaml"
    text = scene.read_text(encoding="utf-8")
    scene.write_text(text.replace("uri: factory.glb", "uri: s3://elsewhere/factory.glb"), encoding="utf-8")
    result = CliRunner().invoke(app, ["preview", str(model), "-o", str(tmp_path / "page.html")])

    assert result.exit_code == 0, result.output
    assert "s3://elsewhere/factory.glb is not in the page" in result.output


def test_command_says_how_to_get_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin_stack.preview.html.built_page", lambda: None)
    result = CliRunner().invoke(
        app, ["preview", str(ROOT / "models" / "minimal"), "-o", str(tmp_path / "page.html")]
    )

    assert result.exit_code == 1
    assert "error: the page is not built: run `make page`" in result.output
    assert not (tmp_path / "page.html").exists()


@pytest.fixture(scope="module")
def file(html: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("preview") / "page.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture
def open_file(file: Path, open_page: Callable[..., Opened]) -> Callable[..., Opened]:
    """Open the page at noon, whenever it is: values are samples up to now."""

    def act(fragment: str, **options: Any) -> Opened:
        opened = open_page(
            f"{file.as_uri()}#{fragment}", prepare=lambda page: page.clock.set_fixed_time(NOON), **options
        )
        opened.page.locator("select[aria-label=Camera]").wait_for()
        return opened

    return act


@pytest.fixture
def compare(
    pictures: Pictures, keep: Callable[[Page, str], bytes], request: pytest.FixtureRequest
) -> Callable[[Opened, str], float]:
    """Take a picture of a page that has come to rest; tell how much differs from the accepted one."""

    def act(opened: Opened, name: str) -> float:
        if not opened.page.evaluate(IS_DEJAVU):
            pytest.skip("pictures are compared where the system's font is DejaVu Sans (fonts-dejavu-core)")
        found = b""
        while (last := keep(opened.page, name)) != found:
            found = last
            opened.page.wait_for_timeout(400)
        reference = REFERENCES / f"{name}.png"
        if request.config.getoption("--snapshot-update"):
            REFERENCES.mkdir(exist_ok=True)
            reference.write_bytes(found)
        return pictures.difference(found, reference.read_bytes())

    return act


@pytest.mark.snapshot
def test_file_is_the_whole_page_and_asks_nobody(
    open_file: Callable[..., Opened], html: str, pictures: Pictures, compare: Callable[[Opened, str], float]
) -> None:
    opened = open_file("entity=machine-001&camera=Overview%20camera", reduced_motion="reduce")

    opened.entity("Hydraulic Press 1").wait_for()
    assert opened.text(".connection") == "sample values"
    assert opened.text(".panel h2") == "CNC Machine 1"
    model = opened.row("machine-001", "temperatureSensor", "sensorModel")
    assert model.inner_text().split() == ["sensorModel", "TMP-117"]
    value = opened.row("machine-001", "temperatureSensor", "temperature").locator(".value")
    samples = data(html)["samples"]["machine-001"]["temperatureSensor"]["temperature"]["all"]
    assert float(value.inner_text()) == samples[-1]
    assert opened.entity("Manufacturing Zone A").locator(".badge").get_attribute("data-severity") == "warning"
    assert opened.page.locator(".strip-bar span").count() > 2
    # The machine is amber, by the rule for what is warm.
    assert pictures.count(opened.page.locator("main").screenshot(), "#ff9900") > 2_000
    assert opened.requests == [opened.page.url.partition("#")[0]]
    assert opened.complaints == []
    assert compare(opened, "light") < MOST_DIFFERENT
    opened.page.keyboard.press("Escape")
    opened.page.get_by_role("button", name="1 warning").click()
    assert opened.text(".panel h2") == "CNC Machine 1"


@pytest.mark.parametrize("model", ["draco", "ktx2"])
def test_packed_model_is_unpacked_by_what_is_in_the_file(
    model: str, tmp_path: Path, open_page: Callable[..., Opened], pictures: Pictures
) -> None:
    files = {
        "twin.yaml": "workspaceId: packed",
        "entities/hall.yaml": "hall-1: {entityName: Hall 1}",
        "scenes/hall.yaml": f"""
nodes:
  - {{name: Model, components: [{{type: ModelRef, uri: {model}.glb, modelType: GLB}}]}}
  - {{name: Light, components: [{{type: Light, lightType: Ambient, lightSettings: {{intensity: 3}}}}]}}
""",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "assets").mkdir()
    shutil.copy(ROOT / "viewer" / "tests" / "scene" / "models" / f"{model}.glb", tmp_path / "assets")
    path = tmp_path / "page.html"
    path.write_text(preview(load(tmp_path)).html, encoding="utf-8")
    opened = open_page(path.as_uri(), viewport={"width": 900, "height": 500})
    found = 0
    for _ in range(60):
        found = pictures.count(opened.page.locator("main").screenshot(), "#1d8102", tolerance=20)
        if found > 1_000:
            break
        opened.page.wait_for_timeout(250)

    assert found > 1_000
    assert opened.text(".scene-problems") == ""
    assert opened.requests == [opened.page.url.partition("#")[0]]
    assert opened.complaints == []


@pytest.mark.snapshot
@pytest.mark.parametrize(
    ("name", "fragment", "options"),
    [
        ("dark", "entity=machine-002", {"color_scheme": "dark"}),
        ("phone", "", {"viewport": {"width": 360, "height": 740}}),
    ],
    ids=["dark", "phone"],
)
def test_page_looks_as_it_did(
    name: str,
    fragment: str,
    options: dict[str, Any],
    open_file: Callable[..., Opened],
    compare: Callable[[Opened, str], float],
) -> None:
    opened = open_file(fragment, reduced_motion="reduce", **options)

    assert compare(opened, name) < MOST_DIFFERENT
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
