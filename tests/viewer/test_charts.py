"""The charts: whose values they show, gaps, axes, long ranges, what is saved; the overview of a parent."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import write
from tests.support.factory_page import expect_text
from tests.support.page_data import read_twin
from tests.viewer.conftest import OpenedPage
from twin_stack.definition import load
from twin_stack.preview import render_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext

    ShowCharts = Callable[[int, str], OpenedPage]

pytestmark = pytest.mark.slow

STEP = 10
WEEK = 7 * 86_400 // STEP
HOUR = 3_600 // STEP
LINE_COLOUR = (6, 89, 176)
"""Colour of the first line in the light theme."""
PUMPS = ("Pump One", "Pump Two", "Pump Three", "Pump Four", "Pump Five", "Pump Six")
PUMP = "{entityName: %s, components: {pump: {componentTypeId: com.example.Pump}}}"
PUMP_ONE = {"entityId": "pump-1", "componentName": "pump", "propertyName": "flow"}
MODEL = {
    "component_types/pump.yaml": """
com.example.Pump:
  propertyDefinitions:
    flow: {dataType: {type: DOUBLE, unitOfMeasure: bar}, isTimeSeries: true}
    strokes: {dataType: INTEGER, isTimeSeries: true}
  functions: {dataReader: {connector: telemetry}}
""",
    "entities/pumps.yaml": "".join(
        [
            *(f"pump-{number}: {PUMP % name}\n" for number, name in enumerate(PUMPS, 1)),
            f"""
plant:
  entityName: Plant
  children:
    pump-7: {PUMP % "Pump Seven"}
    pump-8: {PUMP % "Pump Eight"}
""",
        ]
    ),
    "scenes/hall.json": json.dumps(
        {
            "nodes": [
                {
                    "name": "Tag",
                    "components": [{"type": "Tag", "valueDataBinding": {"dataBindingContext": PUMP_ONE}}],
                },
                {
                    "name": "View",
                    "transform": {"position": [0, 0, 5]},
                    "components": [{"type": "Camera", "fov": 50}],
                },
            ]
        }
    ),
}
RECORD_TEXTS = """
globalThis.drawnTexts = []
const fillText = CanvasRenderingContext2D.prototype.fillText
CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
  drawnTexts.push(text)
  return fillText.call(this, text, ...place)
}
"""
LINE_COLUMNS = """([red, green, blue]) => {
  const canvas = document.querySelector('.plot canvas')
  const { width, height } = canvas
  const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data
  const over = document.querySelector('.u-over')
  const ratio = width / over.parentElement.clientWidth
  const left = Math.round(over.offsetLeft * ratio)
  const columns = []
  for (let x = left; x < left + over.clientWidth * ratio; x += 1) {
    let isDrawn = false
    for (let y = 0; y < height && !isDrawn; y += 1) {
      const at = (y * width + x) * 4
      isDrawn = [red, green, blue].every((part, index) => Math.abs(pixels[at + index] - part) < 40)
    }
    columns.push(isDrawn)
  }
  return columns
}"""
"""Tells for each pixel column of the plot whether a line of a colour passes it."""
TOOL_ROWS = """new Set(
  [...document.querySelectorAll('.chart-tools button')]
    .filter((button) => button.checkVisibility())
    .map((button) => button.getBoundingClientRect().top),
).size"""
"""The rows that the tools above the charts take."""


def flow_at(*hours: tuple[float, float]) -> dict[str, Any]:
    """Return samples in parts of the week, which end some hours before its end."""
    indexes = [
        index for start, end in hours for index in range(WEEK - int(start * HOUR), WEEK - int(end * HOUR))
    ]
    assert indexes
    return {"flow": {"changes": [[index, 5 + index % 7] for index in indexes]}}


SAMPLES = {
    "pump-1": flow_at((1, 0)),
    "pump-3": flow_at((6, 4), (2, 0)),
    "pump-4": {"flow": {"all": [index % 7 for index in range(WEEK)]}},
    "pump-5": flow_at((48, 0)),
    "pump-6": flow_at((0.02, 0)),
    "pump-7": {"strokes": {"all": [41_092 + (index > WEEK - 60) for index in range(WEEK)]}},
}
"""Samples of the pumps for a week."""


@pytest.fixture(scope="module")
def loaded(noon_context: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedPage]:
    """Open the page with the pumps once, at noon of the last day of the week."""
    folder = tmp_path_factory.mktemp("charts")
    html = render_page(load(write(folder / "model", MODEL))).html
    twin = read_twin(html)
    twin["samples"] |= {pump: {"pump": samples} for pump, samples in SAMPLES.items()}
    twin |= {"step": STEP, "count": WEEK}
    data = json.dumps(twin).replace("<", "\\u003c")
    script = '<script type="application/json" id="twin">'
    content = re.sub(f"{script}.*?</script>", lambda _: f"{script}{data}</script>", html, flags=re.DOTALL)
    file = folder / "page.html"
    file.write_text(content, encoding="utf-8")
    page = noon_context.new_page()
    opened = OpenedPage.record(page)
    page.add_init_script(RECORD_TEXTS)
    page.emulate_media(reduced_motion="reduce")  # The camera does not fly.
    page.goto(file.as_uri())
    yield opened
    page.close()


@pytest.fixture
def show_charts(loaded: OpenedPage) -> ShowCharts:
    """Return a function that shows the charts of a pump."""

    def show(number: int, view: str) -> OpenedPage:
        page = loaded.page
        page.set_viewport_size({"width": 1280, "height": 800})
        page.evaluate(f"location.hash = 'entity=pump-{number}&{view}'")
        page.locator(f".legend li:has([data-series^='pump-{number}/'])").first.wait_for()
        page.wait_for_function(
            "() => !document.querySelector('.charts [role=status]').textContent.includes('Reading')"
        )
        return loaded

    return show


def line_columns(opened: OpenedPage) -> list[bool]:
    """Return for each pixel column of the plot whether the first line passes it."""
    columns: list[bool] = []
    for _ in range(100):
        opened.page.wait_for_timeout(100)  # uPlot draws in the next frame.
        columns = opened.page.evaluate(LINE_COLUMNS, LINE_COLOUR)
        if any(columns):
            break
    assert len(columns) > 100
    return columns


def test_charts_follow_the_selection_after_a_click_on_a_tag_and_stay_if_pinned(
    show_charts: ShowCharts,
) -> None:
    opened = show_charts(2, "camera=View")
    opened.page.locator("select[aria-label=Camera]").wait_for()
    box = opened.page.locator("main canvas").bounding_box()
    assert box is not None
    opened.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 5)
    first = opened.page.locator(".legend li").first
    expect_text(first, re.compile(r"Pump One flow \(bar\)"))

    opened.entity("Pump Two").click()
    expect_text(first, re.compile("Pump Two flow"))

    opened.page.get_by_role("button", name="Pin").click()
    opened.entity("Pump One").click()
    expect_text(opened.page.locator(".panel h2"), "Pump One")
    expect_text(first, re.compile("Pump Two flow"))
    opened.page.get_by_role("button", name="Pinned").click()
    expect_text(first, re.compile("Pump One flow"))


def test_pause_of_two_hours_is_a_gap_and_the_range_is_zoomed_out_and_back(show_charts: ShowCharts) -> None:
    opened = show_charts(3, "range=6h")
    columns = line_columns(opened)

    size = len(columns)
    assert not any(columns[int(size * 0.36) : int(size * 0.64)])
    for part in (columns[int(size * 0.05) : int(size * 0.3)], columns[int(size * 0.7) : int(size * 0.95)]):
        assert sum(part) > 0.9 * len(part)

    opened.page.get_by_role("button", name="Zoom out").click()
    opened.page.wait_for_function("() => location.hash.includes('range=12h')")
    opened.page.go_back()
    opened.page.wait_for_function("() => location.hash.includes('range=6h')")
    expect_text(opened.page.locator(".charts .period"), re.compile("6:00.AM . 12:00.PM"))


def test_counter_has_whole_numbers_at_its_axis_and_in_the_table_of_its_parent(
    show_charts: ShowCharts,
) -> None:
    opened = show_charts(7, "range=1h")
    opened.page.wait_for_timeout(100)
    opened.page.evaluate("drawnTexts.length = 0")
    opened.page.set_viewport_size({"width": 1300, "height": 800})
    opened.page.wait_for_function("() => drawnTexts.some((text) => text.startsWith('41,09'))")

    labels = [text for text in opened.page.evaluate("drawnTexts") if text.startswith("41,0")]
    assert set(labels) >= {"41,092", "41,093"}
    assert all(re.fullmatch(r"41,\d{3}", label) for label in labels)
    drawings = labels.count("41,092")
    assert labels.count("41,093") == drawings

    opened.entity("Plant").click()
    overview = opened.page.locator(".overview")
    overview.locator("select").select_option("strokes")
    expect_text(
        overview.locator("tbody tr"), [re.compile("^1Pump Seven41093.*"), re.compile("^2?Pump Eight.*")]
    )
    overview.get_by_role("button", name="Pump Eight").click()
    expect_text(opened.page.locator(".panel h2"), "Pump Eight")
    overview.wait_for(state="detached")


def test_week_of_values_every_ten_seconds_is_shown_as_a_week(show_charts: ShowCharts) -> None:
    opened = show_charts(4, "range=7d")
    expect_text(opened.page.locator(".charts [role=status]"), re.compile("lines join samples"))
    columns = line_columns(opened)

    assert columns.index(True) < 0.04 * len(columns)
    assert sum(columns) > 0.9 * len(columns)


def test_there_is_no_value_at_the_pointer_before_the_first_one(show_charts: ShowCharts) -> None:
    opened = show_charts(5, "range=30d")
    tooltip = opened.page.locator(".chart-tooltip")
    box = opened.page.locator(".plot .u-over").bounding_box()
    assert box is not None
    opened.page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 40)
    expect_text(tooltip.locator("td:last-child").first, "no value")
    opened.page.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + 40)
    expect_text(tooltip.locator("td:last-child").first, re.compile(r"\d bar"))


def test_values_and_picture_of_the_charts_are_saved(show_charts: ShowCharts) -> None:
    opened = show_charts(6, "range=1h")
    assert opened.page.evaluate(TOOL_ROWS) == 1
    with opened.page.expect_download() as download:
        opened.page.get_by_label("Save the values as CSV").click()
    rows = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "time,Pump Six flow (bar),Pump Six strokes"
    assert len(rows) == 1 + int(0.02 * HOUR)
    assert re.fullmatch(r"2026-03-01T12:00:00.000Z,\d+,", rows[-1])
    with opened.page.expect_download() as download:
        opened.page.get_by_label("Save the charts as a PNG picture").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    assert opened.errors == []
