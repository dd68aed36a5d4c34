"""The JSON Schemas follow from the models, and agree with the check wherever a schema can say it."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import write
from tests.support.code_blocks import ROOT, code_blocks, pages
from tests.support.json_schema import make_validator
from tests.support.soak import sample
from twin_stack.definition.checks.documentation import Documentation, documentation_of
from twin_stack.definition.checks.registry import all_rules
from twin_stack.definition.files import read
from twin_stack.definition.json_schemas import KINDS, json_schema, schema_file
from twin_stack.definition.json_schemas.generate import schema_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODEL_FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.yaml", "*/*.yaml", "*/*.json")
    for path in (ROOT / "models").glob(f"*/{pattern}")
    if not path.parent.name.startswith(".")
)
RULES = {rule.code: documentation_of(rule) for rule in all_rules().values()}
SCHEMA_CODES = ["TWIN003", "TWIN004", "TWIN005", "TWIN006", "TWIN011", "TWIN012", "TWIN040"]


@cache
def validator(kind: str) -> Any:
    """The validator of a kind of files."""
    return make_validator(json_schema(kind), "Draft7Validator")


def kind_of(path: str) -> str | None:
    """The kind of a file by its path in the twin's folder."""
    folder, _, name = path.partition("/")
    return folder if name and folder in KINDS else "twin" if path in ("twin.yaml", "twin.json") else None


def mistakes(kind: str, path: Path) -> list[str]:
    """What a schema has against a file."""
    errors = validator(kind).iter_errors(read(path))
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]


def folder_mistakes(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """What the schemas have against the files of a twin."""
    write(folder, files)
    return [
        f"{path}: {mistake}"
        for path in files
        if (kind := kind_of(path)) and path.endswith((".yaml", ".json"))
        for mistake in mistakes(kind, folder / path)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_the_one_of_the_models(kind: str) -> None:
    assert schema_file(kind).read_text(encoding="utf-8") == schema_text(kind), "run make snapshots"


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_valid_draft_7(kind: str) -> None:
    # To make the validator is to check the schema.
    assert not validator(kind).is_valid(1)


def test_files_of_models_fit_their_schemas() -> None:
    kinds = {path: kind_of("/".join(Path(path).parts[2:])) for path in sample(MODEL_FILES)}
    assert kinds
    assert None not in kinds.values()
    wrong = {path: mistakes(kind, ROOT / path) for path, kind in kinds.items() if kind}
    assert {path: errors for path, errors in wrong.items() if errors} == {}


def documented_files() -> Iterator[tuple[str, str, str]]:
    for page in pages():
        for block in code_blocks(page, "yaml"):
            if (match := re.match(r"# (\S+\.yaml)\n", block.text)) and kind_of(match[1]):
                yield str(block), match[1], block.text


DOCUMENTED = list(documented_files())


@pytest.mark.parametrize(
    ("path", "text"), [file[1:] for file in DOCUMENTED], ids=[file[0] for file in DOCUMENTED]
)
def test_documented_file_fits_its_schema(path: str, text: str, tmp_path: Path) -> None:
    assert folder_mistakes(tmp_path, {path: text.encode()}) == []


def test_docs_show_files_of_every_kind() -> None:
    assert {kind_of(path) for _, path, _ in DOCUMENTED} == set(KINDS)


def shortened(rule: Documentation) -> Documentation:
    """Return an example with three of the thousands of lines that a file makes of one."""
    bad, good = (
        {path: file._replace(lines=min(file.lines, 3)) for path, file in files.items()}
        for files in (rule.bad, rule.good)
    )
    return rule._replace(bad=bad, good=good)


def test_good_example_of_a_rule_fits_the_schemas(tmp_path: Path) -> None:
    codes = sample(sorted(RULES))
    assert codes
    wrong = {code: folder_mistakes(tmp_path / code, shortened(RULES[code]).good_files()) for code in codes}
    assert {code: mistakes for code, mistakes in wrong.items() if mistakes} == {}


@pytest.mark.parametrize("code", SCHEMA_CODES)
def test_bad_example_of_a_rule_that_a_schema_can_say_does_not_fit(code: str, tmp_path: Path) -> None:
    assert len(folder_mistakes(tmp_path, RULES[code].bad_files())) >= 1


def test_patterns_are_valid_in_editors() -> None:
    """Editors are written in JavaScript, which refuses some of what Python's expressions allow."""
    patterns = sorted(
        {
            match
            for kind in KINDS
            for match in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', schema_text(kind))
        }
    )
    assert len(patterns) > 10
    script = "for (const p of JSON.parse(process.argv[1])) new RegExp(p, 'u')"
    result = subprocess.run(
        ["node", "-e", script, json.dumps([json.loads(pattern) for pattern in patterns])],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("kind", ["twin", "component_types", "entities"])
def test_every_key_has_a_text_that_editors_show(kind: str) -> None:
    members = [
        (f"{name}.{key}", member)
        for name, definition in json_schema(kind)["definitions"].items()
        for part in (
            definition,
            *(choice.get("then", {}) for choice in definition.get("allOf", ())),
            *definition.get("anyOf", ()),
        )
        for key, member in part.get("properties", {}).items()
    ]
    assert len(members) > 20
    assert [key for key, member in members if not _description(member)] == []


def _description(member: dict[str, Any]) -> str:
    if "description" in member:
        return str(member["description"])
    return next((text for part in member.get("anyOf", ()) if (text := _description(part))), "")
