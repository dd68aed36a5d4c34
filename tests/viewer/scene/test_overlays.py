"""Overlays with Markdown and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.page_state import wait_until
from tests.support.scene_documents import node, overlay, tag
from tests.viewer.scene.conftest import CENTER

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.viewer.scene.conftest import SetValue, Show


def test_panel_opens_with_its_tag_and_shows_values(page: Page, show: Show, set_value: SetValue) -> None:
    show(node("Tag", tag("m/c/t"), overlay("**Now** ${t} °C")))
    panel = page.locator(".scene-panel")
    assert not panel.is_visible()

    page.locator("#scene canvas").click(position={"x": CENTER[0], "y": CENTER[1]})
    panel.wait_for()
    wait_until(page, "document.querySelector('.scene-panel').textContent === 'Now - °C\\n'")
    assert panel.locator("strong").inner_text() == "Now"

    set_value("m/c/t", 0)
    wait_until(page, "document.querySelector('.scene-panel').textContent === 'Now 0 °C\\n'")

    page.locator("#scene canvas").click(position={"x": 20, "y": 20})
    panel.wait_for(state="hidden")


def test_annotation_is_always_visible_and_sanitised(
    page: Page, show: Show, set_value: SetValue, origin: str
) -> None:
    markup = (
        "<script>globalThis.harmed = 1</script><img src=x onerror='globalThis.harmed = 1'>"
        "<style>body{display:none}</style><form action='https://evil.test'><input></form>"
        "<a href='#' onclick='harmed=1'>c</a>"
    )
    links = (
        "[a](javascript:globalThis.harmed=1) [b](https://example.com/) [c](/x?Action=CreateStack) "
        f"[d]({origin}/x?Action=CreateStack) <data:text/html,x> [e](mailto:a@example.com)"
    )
    show(node("Note", overlay(markup, links, "# ${t}", sub_type="TextAnnotation")))
    note = page.locator(".scene-annotation")
    note.locator("h1").wait_for()

    set_value("m/c/t", "<img src=x onerror='globalThis.harmed = 1'>")
    page.wait_for_timeout(300)

    forbidden = "script, img, style, form, input, [onclick], [onerror]"
    assert note.locator(forbidden).count() == 0
    hrefs = note.locator("a[href]").evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    assert hrefs == ["https://example.com/"], "links to other web sites alone"
    assert "d" in note.inner_text(), "the text of other links is shown"
    assert note.locator("a[href^=https]").get_attribute("rel") == "noopener noreferrer"
    assert note.locator("a[href^=https]").get_attribute("target") == "_blank"
    assert page.evaluate("globalThis.harmed") is None


def test_value_with_deeply_nested_markdown_does_not_stop_the_page(
    page: Page, show: Show, set_value: SetValue
) -> None:
    show(node("Note", overlay("${t} end", sub_type="TextAnnotation")))
    note = page.locator(".scene-annotation")
    wait_until(page, "document.querySelector('.scene-annotation').textContent.includes('end')")

    set_value("m/c/t", "> " * 500_000)
    page.wait_for_timeout(300)
    set_value("m/c/t", "5")
    wait_until(page, "document.querySelector('.scene-annotation').textContent === '5 end\\n'")
    assert note.count() == 1
