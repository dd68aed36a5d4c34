"""Waits for the state of a page whose content security policy forbids evaluated code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_WAIT = """async ([milliseconds]) => {
  const deadline = performance.now() + milliseconds
  while (!(%s)) {
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return true
}"""


def wait_until(page: Page, expression: str, *, milliseconds: int = 30_000) -> None:
    """Wait until an expression is true.

    ``Page.wait_for_function`` evaluates its text at each look, which the policy forbids after the first one.

    Args:
        page: The page.
        expression: JavaScript. An exception in it is the test's.
        milliseconds: How long to wait.
    """
    is_true = page.evaluate(_WAIT % expression, [milliseconds])
    assert is_true, f"not true within {milliseconds} ms: {expression}"
