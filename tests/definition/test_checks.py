"""Each code: a definition that has just this mistake gives just this finding."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.definition.checks_table import CASES, TWIN
from twin_stack.definition import Code, Severity, check, schema

if TYPE_CHECKING:
    from pydantic import BaseModel

DOC = Path(__file__).parents[2] / "docs" / "errors.md"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in {"twin.yaml": TWIN, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.mark.parametrize("code", sorted(CASES))
def test_mistake_gives_its_finding_alone(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    case = CASES[code]
    definition, findings = check(write(Path("MODEL"), case.files))
    shown = [str(finding).removeprefix("MODEL/").removeprefix("MODEL") for finding in findings]
    if code == "TWIN099":
        shown = shown[-1:]
    assert shown == [case.finding]
    is_warning = findings[-1].severity is Severity.WARNING
    assert (definition is not None) == is_warning


def test_every_code_has_a_case_and_a_section() -> None:
    codes = {code.value for code in Code}
    assert CASES.keys() == codes
    text = DOC.read_text(encoding="utf-8")
    documented = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## TWIN")]
    assert documented == sorted(codes)


@pytest.mark.parametrize("code", sorted(CASES))
def test_documentation_shows_the_finding_as_it_is(code: str) -> None:
    text = DOC.read_text(encoding="utf-8")
    section = text.split(f"## {code}\n")[1].split("\n## ")[0]
    shown = CASES[code].finding
    prefix = "models/hall" if shown.startswith(":") else "models/hall/"
    assert f"{prefix}{shown}".replace("MODEL", "models/hall") in section.splitlines()


@pytest.mark.parametrize(
    "model",
    [
        schema.TwinFile, schema.Connector, schema.ComponentType, schema.PropertyDefinition, schema.DataType,
        schema.Relationship, schema.Function, schema.Implementation, schema.PropertyGroup, schema.Entity,
        schema.Component, schema.CompositeComponent, schema.Ingest, schema.Alarm,
    ],
)  # fmt: skip
def test_reference_names_every_key(model: type[BaseModel]) -> None:
    text = DOC.with_name("definition.md").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", text))
    assert {field.alias or name for name, field in model.model_fields.items()} <= words
