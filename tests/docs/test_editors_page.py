"""The commands and settings of ``docs/editors.md``."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from typing import TYPE_CHECKING

import yaml
from typer.testing import CliRunner

from tests.support.code_blocks import ROOT, code_blocks
from twin_stack.cli import app
from twin_stack.definition.format.files import kind_of_file
from twin_stack.definition.json_schemas import KINDS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

INSTALL, FORMAT = code_blocks("docs/editors.md", "sh")
SERVER, SCHEMAS = code_blocks("docs/editors.md", "json")
(NEOVIM,) = code_blocks("docs/editors.md", "lua")
(HOOK,) = code_blocks("docs/editors.md", "yaml")


def test_page_has_no_other_blocks() -> None:
    assert len(code_blocks("docs/editors.md")) == 6


def test_extra_that_is_installed_exists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (extra,) = re.findall(r"\[(\w+)\]", INSTALL.text)
    assert any("pygls" in requirement for requirement in project["optional-dependencies"][extra])


def test_commands_format_the_factory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "models" / "factory", tmp_path / "models" / "factory")
    monkeypatch.chdir(tmp_path)
    commands = FORMAT.text.splitlines()
    assert len(commands) == 2
    for command in commands:
        program, *arguments = command.split()
        assert program == ".venv/bin/twin"
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, result.output


def test_settings_of_editors_start_the_server() -> None:
    settings = json.loads(SERVER.text)
    assert settings["glspc.server.command"] == ".venv/bin/twin"
    assert settings["glspc.server.commandArguments"] == ["lsp"]
    assert 'cmd = { ".venv/bin/twin", "lsp" }' in NEOVIM.text


def test_settings_name_schemas_that_fmt_writes() -> None:
    schemas = json.loads(SCHEMAS.text)["json.schemas"]
    assert schemas
    folder = ROOT / "models" / "factory"
    for schema in schemas:
        name = schema["url"].rpartition("/.schemas/")[2].removesuffix(".json")
        assert name in KINDS
        (pattern,) = schema["fileMatch"]
        assert kind_of_file(ROOT / pattern.strip("/").replace("*", "a"), folder) == name


def test_hook_is_the_one_of_this_repository() -> None:
    (hook,) = yaml.safe_load(HOOK.text)["repos"][0]["hooks"]
    own = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert hook in own
