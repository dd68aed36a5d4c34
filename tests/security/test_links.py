"""Links of scenes lead to web sites; what could run code is reported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path

CODE = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
]
OTHERS = [
    "mailto:a@example.com",
    "file:///etc/passwd",
    "ftp://example.com",
    "ms-word:x",
    "blob:https://example.com/1",
]


def model_with(folder: Path, component: dict[str, Any]) -> Path:
    scene = {"nodes": [{"components": [component]}]}
    return write(folder / "model", {"scenes/hall.json": json.dumps(scene)})


def overlay(content: str) -> dict[str, Any]:
    rows = [{"rowType": "Markdown", "content": content}]
    context = {"entityId": "${sel_entity}", "componentName": "${sel_comp}", "propertyName": "link"}
    bindings = [{"bindingName": "link", "valueDataBinding": {"dataBindingContext": context}}]
    return {"type": "DataOverlay", "subType": "OverlayPanel", "dataRows": rows, "valueDataBindings": bindings}


def kinds(model: Path) -> list[tuple[str, bool]]:
    """Return the code of each finding, and whether it is a warning."""
    return [(line.split()[1], " warning: " in line) for line in finding_lines(model)]


@pytest.mark.parametrize("link", CODE)
def test_link_of_a_tag_that_runs_code_is_an_error(link: str, tmp_path: Path) -> None:
    model = model_with(tmp_path, {"type": "Tag", "navLink": {"destination": link}})
    assert kinds(model) == [("TWIN048", False)]


@pytest.mark.parametrize("link", OTHERS)
def test_link_of_a_tag_with_another_scheme_is_a_warning(link: str, tmp_path: Path) -> None:
    model = model_with(tmp_path, {"type": "Tag", "navLink": {"destination": link}})
    assert kinds(model) == [("TWIN048", True)]


@pytest.mark.parametrize("form", ["[a]({})", "![a]({})", "[a]: {}\n\n[a]", "<{}>", "<a href='{}'>a</a>"])
@pytest.mark.parametrize("link", ["javascript:alert(1)", "JAVASCRIPT&#58;alert(1)", "data:text/html,x"])
def test_link_of_markdown_that_runs_code_is_an_error(link: str, form: str, tmp_path: Path) -> None:
    if form == "<{}>" and "&#58;" in link:
        link = link.replace("&#58;", ":")
    assert kinds(model_with(tmp_path, overlay(form.format(link)))) == [("TWIN048", False)]


@pytest.mark.parametrize("link", ["https://example.com/a?b#c", "http://example.com", "/d/1", "#a", "${link}"])
def test_link_to_a_web_site_is_accepted(link: str, tmp_path: Path) -> None:
    assert kinds(model_with(tmp_path / "1", {"type": "Tag", "navLink": {"destination": link}})) == []
    assert kinds(model_with(tmp_path / "2", overlay(f"[a]({link})"))) == []
