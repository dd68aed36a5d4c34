"""The documentation site: its reference is complete, it builds in strict mode, and needs no network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
import typer.main

from tests.support.code_blocks import ROOT
from twin_stack.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = {
    "connector_kit": "connector_kit",
    "constructs": "twin_stack.constructs",
    "contract": "twin_stack.contract",
    "definition": "twin_stack.definition",
}
"""Module whose public names a page of the reference documents."""

OTHER_NAMES = {
    "constructs": {("twin_stack.stack", "TwinStack")},
    "definition": {("twin_stack.errors", "TwinError")},
}
"""Names of other modules that a page documents too."""

HOOK = import_module("docs.hooks.reference")

MKDOCS = "import gc, mkdocs.__main__; gc.disable(); mkdocs.__main__.cli()"
"""The program without garbage collections, which free little of what a build makes."""


def commands(command: Any, name: str = "twin") -> Iterator[tuple[str, Any]]:
    """Yield each command of the CLI with its name."""
    yield name, command
    for subcommand in getattr(command, "commands", {}).values():
        yield from commands(subcommand, f"{name} {subcommand.name}")


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_reference_names_each_public_name_once(page: str) -> None:
    text = (ROOT / "docs" / "reference" / f"{page}.md").read_text(encoding="utf-8")
    documented = re.findall(r"^::: ([\w.]+)\.(\w+)$", text, re.MULTILINE)
    public = {(PAGES[page], name) for name in import_module(PAGES[page]).__all__}

    assert sorted(documented) == sorted(public | OTHER_NAMES.get(page, set())), (
        f"correct docs/reference/{page}.md"
    )


def test_every_export_of_the_package_is_on_a_page() -> None:
    exported = set(import_module("twin_stack").__all__)
    text = "".join((ROOT / "docs" / "reference" / f"{page}.md").read_text(encoding="utf-8") for page in PAGES)

    assert exported
    assert exported - set(re.findall(r"^::: [\w.]+\.(\w+)$", text, re.MULTILINE)) == set()


def test_command_reference_has_every_command_and_option() -> None:
    lines = list(HOOK.command_reference())
    text = "\n".join(lines)
    listed = dict(commands(typer.main.get_command(app)))

    assert {"twin check", "twin up", "twin history"} <= set(listed)
    for name, command in listed.items():
        assert f"## {name}" in lines
        for parameter in command.params:
            if parameter.param_type_name == "option" and not parameter.hidden:
                assert f"`{parameter.opts[0]}`" in text, name


def test_link_to_a_file_outside_of_docs_becomes_text(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "guides").mkdir(parents=True)
    (tmp_path / "app.py").touch()
    page = docs / "guides" / "page.md"

    text = HOOK.without_outside_links("[`app`](../../app.py), [other](../other.md#part)", page, docs)

    assert text == "`app`, [other](../other.md#part)"


def test_link_to_a_missing_file_outside_of_docs_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    docs = tmp_path / "docs"

    HOOK.without_outside_links("[gone](../gone.py)", docs / "page.md", docs)

    assert "page.md links to ../gone.py, which does not exist" in caplog.text


@pytest.mark.slow
def test_site_builds_in_strict_mode_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", MKDOCS, "build", "--strict", "--site-dir", tmp_path],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    # Not --quiet: it hides warnings from the strict mode too.
    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 40
    loaded = r"""<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//[^>]*>"""
    assert [tag for page in pages for tag in re.findall(loaded, page.read_text(encoding="utf-8"))] == []
    constructs = (tmp_path / "reference" / "constructs" / "index.html").read_text(encoding="utf-8")
    assert "from_workspace_attributes" in constructs
