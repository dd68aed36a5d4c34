"""The verbs for editors."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from tests.definition.models import write
from twin_stack.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ENTITIES = "e-1: {components: {}, entityName: E}\n"


def test_fmt_formats_and_check_says_what_would_change(tmp_path: Path) -> None:
    write(tmp_path, {"entities/e.yaml": ENTITIES})
    file = tmp_path / "entities" / "e.yaml"

    result = CliRunner().invoke(app, ["fmt", "--check", str(tmp_path)])
    assert result.exit_code == 1
    assert f"{file} would be formatted\n" in result.stdout
    assert file.read_text() == ENTITIES

    result = CliRunner().invoke(app, ["fmt", str(tmp_path)])
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (
        0, "2 files formatted, 0 unchanged, 0 left as they are",
    )  # fmt: skip
    assert file.read_text().endswith("e-1: {entityName: E, components: {}}\n")
    assert CliRunner().invoke(app, ["fmt", "--check", str(tmp_path)]).exit_code == 0


def test_fmt_prints_json_with_findings(tmp_path: Path) -> None:
    write(tmp_path, {"entities/e.yaml": "e-1: ["})
    result = CliRunner().invoke(app, ["fmt", "--json", str(tmp_path)])
    documents = {document["file"].rpartition("/")[2]: document for document in json.loads(result.stdout)}
    assert result.exit_code == 1
    assert documents["twin.yaml"]["status"] == "changed"
    assert documents["e.yaml"]["status"] == "kept"
    assert [finding["code"] for finding in documents["e.yaml"]["findings"]] == ["TWIN002"]


def test_fmt_without_a_path_is_misuse() -> None:
    assert CliRunner().invoke(app, ["fmt"]).exit_code == 2


def test_lsp_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "twin_stack.lsp.server", raising=False)
    monkeypatch.setitem(sys.modules, "pygls.lsp.server", None)
    result = CliRunner().invoke(app, ["lsp"])
    assert result.exit_code == 1
    assert "pygls is not installed: pip install 'twin-stack[lsp]'" in result.output
