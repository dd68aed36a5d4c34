"""The page in a browser, with the factory really deployed behind it."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.viewer.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page, Route

    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import Opened
    from tests.viewer.pictures import Pictures

    Open = Callable[..., Opened]
    Address = Callable[..., str]
    Keep = Callable[[Page, str], bytes]

pytestmark = pytest.mark.slow


RED, GREEN = "#d13212", "#1d8102"
"""Of the scene's rule for temperatures."""
SENSOR = ("machine-001", "temperatureSensor")
README_PICTURE = Path(__file__).parents[2] / "docs" / "images" / "page.png"


def put(
    factory: LocalFactory, celsius: float, *, device: str = "machine-001", after: timedelta = timedelta()
) -> None:
    """Write what the sensor of a machine measures now, as its topic rule would."""
    now = datetime.now(UTC) + after
    item = {
        "device_id": {"S": device},
        "timestamp": {"N": str(int(now.timestamp() * 1000))},
        "component_type_id": {"S": "com.example.TemperatureSensor"},
        "temperature": {"N": str(celsius)},
        "humidity": {"N": "40"},
    }
    factory.twin.client("dynamodb").put_item(TableName=factory.table, Item=item)


def without_scene(page: Page) -> None:
    """Leave the scene out where it does not matter: without a graphics card, drawing takes seconds."""
    page.route("**/scenes-list", lambda route: route.fulfill(json={"sceneSummaries": []}))


def hurried(page: Page, **settings: float) -> None:
    """Ask for values each second, as a `config.json` may say, so that tests wait less."""

    def answer(route: Route) -> None:
        config = route.fetch().json()
        route.fulfill(json={**config, "refreshSeconds": 1, **settings})

    page.route("**/config.json", answer)


def wait_for_scene(opened: Opened) -> None:
    """Until the scene is drawn: then it knows its cameras."""
    opened.page.locator("select[aria-label=Camera]").wait_for()


def colour_of_scene(opened: Opened, pictures: Pictures, colour: str, *, least: int) -> int:
    """Count a colour's pixels in the scene, until there are so many or time is up."""
    deadline = time.monotonic() + 60
    while True:
        count = pictures.count(opened.page.locator("main").screenshot(), colour)
        if count >= least or time.monotonic() > deadline:
            return count
        opened.page.wait_for_timeout(250)


def assert_asks_only(opened: Opened, factory: LocalFactory) -> None:
    """Nothing went wrong, and nobody but the embedded AWS was asked for anything."""
    assert opened.complaints == []
    assert {urlsplit(url).netloc for url in opened.requests} == {urlsplit(factory.twin.endpoint).netloc}


def expect_text(locator: Any, wanted: str | re.Pattern[str], *, timeout: float = 30_000) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415

    expect(locator).to_have_text(wanted, timeout=timeout)


def test_page_shows_the_factory_and_asks_nobody_else(
    local_factory: LocalFactory, open_page: Open, address: Address
) -> None:
    put(local_factory, 55.25)
    opened = open_page(address("entity=machine-001"), prepare=without_scene)

    for name in ("Manufacturing Zone A", "CNC Machine 1", "Assembly Robot 1", "Hydraulic Press 1"):
        opened.entity(name).wait_for()
    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "55.25")
    expect_text(opened.row(*SENSOR, "temperature").locator(".unit"), " °C")
    expect_text(opened.row(*SENSOR, "sensorModel").locator(".value"), "TMP-117")
    assert re.fullmatch(r"\d+ s ago", opened.row(*SENSOR, "temperature").locator(".age").inner_text())
    expect_text(opened.page.locator(".connection"), "live")
    assert_asks_only(opened, local_factory)


def test_change_in_the_store_turns_tag_mesh_badge_and_chart(
    local_factory: LocalFactory,
    open_page: Open,
    address: Address,
    pictures: Pictures,
    keep: Keep,
    request: pytest.FixtureRequest,
) -> None:
    for device in ("machine-001", "machine-002"):  # which may be hot at this time of the day
        put(local_factory, 50, device=device)
    opened = open_page(address("entity=machine-001", "camera=Overview%20camera", "range=6h"), prepare=hurried)
    wait_for_scene(opened)
    assert colour_of_scene(opened, pictures, GREEN, least=2_000) >= 2_000
    calm = pictures.count(opened.page.locator("main").screenshot(), RED)
    line = opened.page.locator(".plot").screenshot()

    put(local_factory, 91.5)

    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "91.5")
    # The mesh is thousands of pixels, and the tag shows an error in place of an information.
    assert colour_of_scene(opened, pictures, RED, least=calm + 2_000) >= calm + 2_000
    # The alarm's evaluator has followed the table, and what is above the machine tells of it.
    for name in ("CNC Machine 1", "Manufacturing Zone A"):
        badge = opened.entity(name).locator(".badge")
        expect_text(badge, "1")
        assert badge.get_attribute("data-severity") == "critical"
    expect_text(opened.page.locator(".alarms"), "1 critical")
    expect_text(opened.row("machine-001", "alarm", "alarmStatus").locator(".value"), "CRITICAL")
    opened.page.locator(".strip-bar span", has_text="CRITICAL").wait_for()
    assert pictures.difference(line, opened.page.locator(".plot").screenshot()) > 0.002
    picture = keep(opened.page, "factory")
    if request.config.getoption("--snapshot-update"):
        README_PICTURE.parent.mkdir(exist_ok=True)
        README_PICTURE.write_bytes(picture)

    put(local_factory, 40)
    expect_text(opened.entity("Manufacturing Zone A").locator(".badge"), "")
    expect_text(opened.row("machine-001", "alarm", "alarmStatus").locator(".value"), "NORMAL")
    assert colour_of_scene(opened, pictures, GREEN, least=2_000) >= 2_000
    assert_asks_only(opened, local_factory)


def test_value_that_is_old_says_so_and_a_state_that_lasts_does_not(
    local_factory: LocalFactory, open_page: Open, address: Address
) -> None:
    def prepare(page: Page) -> None:
        hurried(page, staleAfterSeconds=2)
        without_scene(page)

    put(local_factory, 53)
    opened = open_page(address("entity=machine-001"), prepare=prepare)
    temperature = opened.row(*SENSOR, "temperature")

    expect_text(temperature.locator(".age"), re.compile(r"stale, \d+ s ago"))
    assert temperature.get_attribute("data-state") == "stale"
    expect_text(temperature.locator(".value"), "53")
    status = opened.row("machine-001", "alarm", "alarmStatus")
    expect_text(status.locator(".value"), "NORMAL")
    assert status.get_attribute("data-state") == "fresh"


@pytest.fixture
def wire(local_factory: LocalFactory) -> Iterator[Wire]:
    found = Wire(urlsplit(local_factory.twin.endpoint).port or 0)
    yield found
    found.close()


def test_page_says_what_it_knows_when_the_service_is_gone_and_goes_on_when_it_is_back(
    local_factory: LocalFactory, open_page: Open, address: Address, wire: Wire, keep: Keep
) -> None:
    def prepare(page: Page) -> None:
        hurried(page)
        without_scene(page)

    put(local_factory, 51)
    endpoint = f"http://127.0.0.1:{wire.port}"
    opened = open_page(address("entity=machine-001", endpoint=endpoint), prepare=prepare)
    temperature = opened.row(*SENSOR, "temperature")
    expect_text(temperature.locator(".value"), "51")

    wire.cut()
    expect_text(opened.page.locator(".connection"), re.compile(r"no response for \d+ s, trying again"))
    # The value that was stays, and says that it may not be the one that is.
    expect_text(temperature.locator(".age"), re.compile(r"failed, \d+ s ago"))
    expect_text(temperature.locator(".value"), "51")
    assert temperature.get_attribute("data-state") == "failed"
    expect_text(opened.page.locator(".charts [role=status]"), re.compile("Reading failed: no connection"))
    keep(opened.page, "no-answer")

    put(local_factory, 52)
    opened.page.wait_for_timeout(3_000)  # long enough for several tries
    wire.mend()
    expect_text(opened.page.locator(".connection"), "live")
    expect_text(temperature.locator(".value"), "52")
    expect_text(temperature.locator(".age"), re.compile(r"\d+ s ago"))
    expect_text(opened.page.locator(".charts [role=status]"), "")


def test_link_leads_to_what_it_names_and_follows_what_is_chosen(open_page: Open, address: Address) -> None:
    opened = open_page(
        address(
            "scene=factory-overview",
            "camera=Overview%20camera",
            "entity=press-001",
            "range=6h",
            "property=machine-002%2FtemperatureSensor%2Fhumidity",
            "property=press-001%2Fpress%2Fpressure",
        ),
        prepare=without_scene,
    )
    expect_text(opened.page.locator(".panel h2"), "Hydraulic Press 1")
    expect_text(
        opened.page.locator(".legend li"),
        [re.compile(r"Assembly Robot 1 humidity \(%\)"), re.compile(r"Hydraulic Press 1 pressure \(bar\)")],  # type: ignore[arg-type]
    )
    assert opened.page.locator("select[aria-label=Range]").input_value() == "6h"
    assert opened.entity("Hydraulic Press 1").get_attribute("aria-selected") == "true"

    opened.entity("Assembly Robot 1").click()
    expect_text(opened.page.locator(".panel h2"), "Assembly Robot 1")
    assert "entity=machine-002" in opened.page.url
    opened.page.go_back()
    expect_text(opened.page.locator(".panel h2"), "Hydraulic Press 1")

    opened.page.locator("select[aria-label=Range]").select_option("1d")
    opened.page.get_by_label("Remove Assembly Robot 1 humidity").click()
    assert "range=1d" in opened.page.url
    assert opened.page.url.count("property=") == 1
    opened.page.reload()
    expect_text(opened.page.locator(".legend li"), re.compile("pressure"))
    assert opened.page.locator("select[aria-label=Range]").input_value() == "1d"


def test_chart_is_zoomed_by_dragging_and_goes_back_to_live(open_page: Open, address: Address) -> None:
    opened = open_page(address("entity=machine-002", "range=1d"), prepare=without_scene)
    opened.page.locator(".legend li").first.wait_for()
    expect_text(opened.page.locator(".charts [role=status]"), "")
    box = opened.page.locator(".plot .u-over").bounding_box()
    assert box
    opened.page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 30)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 40, steps=4)
    opened.page.mouse.up()
    opened.page.get_by_role("button", name="Back to live").wait_for()

    found = re.search(r"range=([^&]+)", opened.page.url)
    assert found
    start, end = map(datetime.fromisoformat, found[1].split("/"))
    assert timedelta(hours=5.9) < end - start < timedelta(hours=6.1)
    assert opened.page.locator("select[aria-label=Range] option:checked").inner_text() == "Zoomed"
    opened.page.get_by_role("button", name="Back to live").click()
    assert "range=1d" in opened.page.url


def test_keyboard_alone_is_enough(open_page: Open, address: Address) -> None:
    opened = open_page(address(), prepare=without_scene)
    opened.entity("CNC Machine 1").wait_for()
    keys, tree = opened.page.keyboard, opened.page.locator("[role=tree]")

    def stands_on(entity_id: str) -> None:
        from playwright.sync_api import expect  # noqa: PLC0415

        expect(tree).to_have_attribute("aria-activedescendant", f"row-{entity_id}")

    keys.press("/")
    assert opened.page.evaluate("document.activeElement.type") == "search"
    keys.type("press")
    expect_text(opened.page.locator(".tree-status"), "1 of 4 entities")
    keys.press("Enter")
    expect_text(opened.page.locator(".panel h2"), "Hydraulic Press 1")
    keys.press("/")
    keys.press("Escape")
    expect_text(opened.page.locator(".tree-status"), "4 entities")
    opened.page.locator("[role=tree]").focus()
    keys.press("Home")
    stands_on("zone-a")
    keys.press("End")
    stands_on("press-001")
    keys.press("ArrowUp")
    stands_on("machine-001")
    keys.press("ArrowLeft")
    stands_on("zone-a")
    keys.press("ArrowLeft")
    opened.entity("CNC Machine 1").wait_for(state="detached")
    assert opened.entity("Manufacturing").get_attribute("aria-expanded") == "false"
    keys.press("ArrowRight")
    keys.press("a")
    stands_on("machine-002")
    keys.press("Enter")
    expect_text(opened.page.locator(".panel h2"), "Assembly Robot 1")
    keys.press("Escape")
    expect_text(opened.page.locator(".panel"), "Select an entity in the tree or in the scene.")
    assert "entity=" not in opened.page.url


def test_ten_thousand_entities_are_searched_and_scrolled_while_few_are_in_the_document(
    open_page: Open, address: Address
) -> None:
    entities = [{"entityId": "site", "entityName": "Site", "parentEntityId": "$ROOT"}]
    for line in range(100):
        entities.append({"entityId": f"l{line}", "entityName": f"Line {line}", "parentEntityId": "site"})
        entities += [
            {"entityId": f"l{line}-m{at}", "entityName": f"Machine {line}-{at}", "parentEntityId": f"l{line}"}
            for at in range(99)
        ]

    def answer(route: Route) -> None:
        asked = route.request.post_data_json
        assert asked
        first = int(asked.get("nextToken", 0))
        if "filters" in asked:
            found: dict[str, Any] = {"entitySummaries": []}
        else:
            found = {"entitySummaries": entities[first : first + 200]}
            if first + 200 < len(entities):
                found["nextToken"] = str(first + 200)
        route.fulfill(content_type="application/json", body=json.dumps(found))

    def prepare(page: Page) -> None:
        without_scene(page)
        page.route("**/entities-list", answer)

    opened = open_page(address(), prepare=prepare)
    expect_text(opened.page.locator(".tree-status"), f"{len(entities)} entities")
    rows, tree = opened.page.locator("[role=treeitem]"), opened.page.locator("[role=tree]")
    tree.focus()
    opened.page.keyboard.press("End")
    opened.page.keyboard.press("ArrowRight")
    opened.page.keyboard.press("End")
    opened.entity("Machine 99-98").wait_for()
    assert rows.count() < 80
    assert opened.entity("Machine 99-98").get_attribute("aria-setsize") == "99"

    opened.page.keyboard.press("/")
    opened.page.keyboard.type("Machine 42-7")
    expect_text(opened.page.locator(".tree-status"), f"11 of {len(entities)} entities")
    assert rows.count() == 13
    opened.page.keyboard.press("Enter")
    assert "entity=l42-m7" in opened.page.url


def test_phone_shows_one_view_at_a_time_and_never_scrolls_sideways(
    open_page: Open, address: Address, keep: Keep
) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    opened = open_page(address(), prepare=without_scene, **phone)
    opened.page.get_by_role("button", name="Scene").wait_for()

    def fits() -> bool:
        found: bool = opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return found

    assert fits()
    opened.page.get_by_role("button", name="Entities").tap()
    opened.entity("CNC Machine 1").tap()
    expect_text(opened.page.locator(".panel h2"), "CNC Machine 1")
    assert opened.page.locator(".panel").is_visible()
    assert not opened.page.locator("[role=tree]").is_visible()
    assert fits()
    keep(opened.page, "phone")
    opened.page.get_by_role("button", name="Charts").tap()
    opened.page.locator(".plot canvas").wait_for()
    assert fits()


def test_dark_is_what_the_system_says_until_the_reader_says_otherwise(
    open_page: Open, address: Address
) -> None:
    opened = open_page(address(), color_scheme="dark", prepare=without_scene)

    def background() -> str:
        found: str = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return found

    opened.page.get_by_role("button", name="Use light colours").wait_for()
    assert background() == "rgb(16, 21, 28)"
    opened.page.get_by_role("button", name="Use light colours").click()
    assert background() == "rgb(244, 245, 247)"
    opened.page.reload()
    opened.page.get_by_role("button", name="Use dark colours").wait_for()
    assert background() == "rgb(244, 245, 247)"


def test_nothing_is_hidden_zero_false_and_a_scene_that_cannot_be_read(
    local_factory: LocalFactory, open_page: Open
) -> None:
    twinmaker, s3 = (local_factory.twin.client(name) for name in ("iottwinmaker", "s3"))
    workspace = {"workspaceId": "page-oddities"}
    s3.create_bucket(Bucket="page-oddities")
    s3.put_object(Bucket="page-oddities", Key="broken.json", Body=b"{}")
    role = "arn:aws:iam::000000000000:role/workspace"
    twinmaker.create_workspace(**workspace, s3Location="arn:aws:s3:::page-oddities", role=role)
    twinmaker.create_component_type(
        **workspace,
        componentTypeId="odd",
        propertyDefinitions={
            "zero": {"dataType": {"type": "DOUBLE"}, "defaultValue": {"doubleValue": 0}},
            "off": {"dataType": {"type": "BOOLEAN"}, "defaultValue": {"booleanValue": False}},
            "none": {"dataType": {"type": "STRING"}},
        },
    )
    components = {"odd": {"componentTypeId": "odd"}}
    twinmaker.create_entity(**workspace, entityId="odd-1", entityName="<b>Odd</b>", components=components)
    twinmaker.create_scene(**workspace, sceneId="broken", contentLocation="s3://page-oddities/broken.json")

    opened = open_page(f"{local_factory.twin.endpoint}/_twin/#workspace=page-oddities&entity=odd-1")

    expect_text(opened.page.locator(".panel h2"), "<b>Odd</b>")
    for name, shown in (("zero", "0"), ("off", "false"), ("none", "\u2013")):
        expect_text(opened.row("odd-1", "odd", name).locator(".value"), shown)
    problem = opened.page.locator(".scene-problems [data-level=fatal]")
    expect_text(problem, re.compile("unable to find specVersion"))


def test_page_that_comes_too_early_tries_again_until_there_is_an_answer(
    local_factory: LocalFactory, open_page: Open, address: Address, pictures: Pictures
) -> None:
    missing = {"workspaces-list", "scenes-list", "factory.glb"}

    def act(route: Route) -> None:
        if any(name in route.request.url for name in missing):
            route.fulfill(status=503, json={"message": "not yet"})
        else:
            route.continue_()

    put(local_factory, 40)
    opened = open_page(address(), prepare=lambda page: page.route("**/*", act))
    expect_text(opened.page.locator("[role=alert]"), re.compile("cannot be shown: not yet. Trying again in"))
    missing.remove("workspaces-list")
    opened.entity("CNC Machine 1").wait_for()
    expect_text(opened.page.locator(".scene-problems li"), "not yet; trying again")
    missing.remove("scenes-list")
    expect_text(opened.page.locator(".scene-problems li").first, re.compile("factory.glb.*not yet"))
    missing.clear()
    assert colour_of_scene(opened, pictures, GREEN, least=1_000) >= 1_000
    expect_text(opened.page.locator(".scene-problems"), "")


def test_link_to_what_is_not_there_says_so(
    local_factory: LocalFactory, open_page: Open, address: Address
) -> None:
    opened = open_page(f"{local_factory.twin.endpoint}/_twin/#workspace=elsewhere")
    expect_text(
        opened.page.locator("[role=alert]"),
        re.compile('workspace "elsewhere" does not exist; available: .*my-factory'),
    )

    opened = open_page(address("entity=machine-999"), prepare=without_scene)
    expect_text(opened.page.locator(".panel [role=alert]"), re.compile("machine-999"))
