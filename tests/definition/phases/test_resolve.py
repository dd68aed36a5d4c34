"""Resolve: component types with all that they inherit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.definition.models import values, write
from twin_stack.definition import load
from twin_stack.definition import resolve as resolve_module
from twin_stack.definition.phases.expand import expand
from twin_stack.definition.phases.read import read_files
from twin_stack.definition.phases.resolve import resolve_declarations
from twin_stack.definition.resolve import builtin_types, resolve

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from twin_stack.definition.findings import Findings


def test_property_comes_over_every_side_of_a_diamond(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.D: {extendsFrom: [com.B, com.C]}\ncom.B: {extendsFrom: [com.A]}\n"
        "com.C: {extendsFrom: [com.A], propertyDefinitions: {c: BOOLEAN}}\n"
        "com.A: {propertyDefinitions: {a: LONG}}\n",
        "entities/e.yaml": "m-1: {entityName: M1, components: {x: {componentTypeId: com.D, properties: {a: 1, c: true}}}}",
    }
    definition = load(write(tmp_path, files))
    assert list(definition.component_types) == ["com.A", "com.B", "com.C", "com.D"]
    assert values(definition, "m-1", "x") == {"a": {"longValue": 1}, "c": {"booleanValue": True}}


def test_resolving_cuts_cycles(tmp_path: Path, findings: Findings) -> None:
    types = "com.A: {extendsFrom: [com.B]}\ncom.B: {extendsFrom: [com.A]}\n"
    files = read_files(write(tmp_path, {"component_types/t.yaml": types}), findings)
    assert files is not None
    resolved = resolve_declarations(expand(files, findings), findings)
    assert [finding.code for finding in findings] == ["TWIN018"]
    assert resolved.component_types["com.A"].extends_from == []
    assert ("component_types", "com.B") in resolved.partial


def test_type_with_a_mistake_may_have_any_property(tmp_path: Path, findings: Findings) -> None:
    types = "com.A: {propertyDefinitions: {p: LONG, q: TEXT}}\ncom.B: {extendsFrom: [com.A]}\ncom.C: {}\n"
    files = read_files(write(tmp_path, {"component_types/t.yaml": types}), findings)
    assert files is not None
    resolved = resolve_declarations(expand(files, findings), findings).resolved_types
    assert {name: resolved[name].takes_any_property for name in ("com.A", "com.B", "com.C")} == {
        "com.A": True, "com.B": True, "com.C": False
    }  # fmt: skip


def test_types_that_inherit_too_much_are_left_out(
    tmp_path: Path, findings: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = "com.A: {propertyDefinitions: {p: LONG, q: LONG}}\ncom.B: {extendsFrom: [com.A]}\ncom.C: {extendsFrom: [com.B]}\n"
    files = read_files(write(tmp_path, {"component_types/t.yaml": types}), findings)
    assert files is not None
    builtin = builtin_types()
    whole = resolve({})
    inherited_from_aws = sum(
        len(whole[base].properties) for own in builtin.values() for base in own.extends_from
    )
    monkeypatch.setattr(resolve_module, "MAX_INHERITED", inherited_from_aws + 2)
    resolved = resolve_declarations(expand(files, findings), findings)
    assert list(resolved.component_types) == ["com.A", "com.B"]
    assert [(finding.code, finding.location.line) for finding in findings] == [("TWIN005", 3)]
