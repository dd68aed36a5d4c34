"""axe-core in a page: what keeps people from using it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "viewer" / "node_modules" / "axe-core" / "axe.min.js"
_RECORD_ANNOUNCEMENTS = """() => {
  globalThis.announcements = []
  const observer = new MutationObserver((records) => {
    for (const { target } of records) announcements.push(target.textContent)
  })
  for (const region of document.querySelectorAll('[role=status], [role=alert], [role=log], [aria-live]')) {
    observer.observe(region, { childList: true, characterData: true, subtree: true })
  }
}"""
_COLOUR_RULES = "runOnly: { type: 'tag', values: ['cat.color'] },"
"""The rules of axe-core that look at colours."""


@cache
def _read_axe() -> str:
    return AXE.read_text(encoding="utf-8")


def find_violations(page: Page, *, of_colours: bool = False) -> list[str]:
    """Return what axe-core finds on a page: rule, help, and the elements.

    Args:
        page: The page.
        of_colours: Check only what depends on colours.
    """
    # Evaluated through the browser's debugger, because the policy of the page admits no other script.
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(_read_axe() + "; undefined")
    # All else that it returns takes as long to bring here as to find.
    result: dict[str, Any] = page.evaluate(
        f"axe.run(document, {{ {_COLOUR_RULES if of_colours else ''} resultTypes: ['violations'] }})"
        ".then(({ violations, passes }) => ({ violations, passes: passes.length }))"
    )
    assert result["passes"], "axe-core checked nothing"
    return [
        f"{violation['id']}: {violation['help']}: "
        + "; ".join(f"{node['target']} {node['failureSummary']}" for node in violation["nodes"][:3])
        for violation in result["violations"]
    ]


def record_announcements(page: Page) -> None:
    """Record what live regions say from now on."""
    page.evaluate(_RECORD_ANNOUNCEMENTS)


def read_announcements(page: Page) -> list[str]:
    """Return what live regions have said since ``record_announcements``."""
    texts: list[str] = page.evaluate("announcements")
    return texts


def assert_accessible(page: Page) -> None:
    """Assert that axe-core finds nothing in the light theme, and in the colours of the dark one."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.locator(f":root[style*='color-scheme: {scheme}']").wait_for()
        # Colours change within a moment, in which their contrast is neither that of light nor of dark.
        page.evaluate("Promise.allSettled(document.getAnimations().map(({ finished }) => finished))")
        violations = find_violations(page, of_colours=scheme == "dark")
        assert not violations, f"{scheme}: " + "\n".join(violations)
