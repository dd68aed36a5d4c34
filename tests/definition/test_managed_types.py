"""Types whose assets the twin creates, and where their properties are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.managed_models import NATIVE_TWIN, TWIN, TYPES
from tests.definition.models import write
from twin_stack.definition.findings import Findings
from twin_stack.definition.managed_types import managed_types, property_place
from twin_stack.definition.phases.coerce import coerce
from twin_stack.definition.phases.expand import expand
from twin_stack.definition.phases.read import read_files
from twin_stack.definition.phases.resolve import resolve_declarations

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.unchecked import UncheckedDefinition


def unchecked(folder: Path, types: str, twin: str = TWIN) -> UncheckedDefinition:
    findings = Findings()
    files = read_files(write(folder, {"twin.yaml": twin, "component_types/t.yaml": types}), findings)
    assert files is not None
    return coerce(resolve_declarations(expand(files, findings), findings), findings)


def test_type_and_its_subtypes_are_managed_when_their_reader_manages_assets(tmp_path: Path) -> None:
    expected = ["com.e.Light", "com.e.Spot", "com.e.Floor"]
    assert list(managed_types(unchecked(tmp_path / "own", TYPES))) == expected
    assert list(managed_types(unchecked(tmp_path / "native", TYPES, NATIVE_TWIN))) == expected


def test_no_type_is_managed_where_assets_exist(tmp_path: Path) -> None:
    existing = TWIN.replace("assets: managed", "assets: existing")
    assert managed_types(unchecked(tmp_path / "existing", TYPES, existing)) == {}
    assert managed_types(unchecked(tmp_path / "broken", TYPES, "workspaceId: [\n")) == {}


LAYERS = """com.e.Top: {propertyDefinitions: {p: {dataType: DOUBLE, isTimeSeries: true}}}
com.e.Middle: {extendsFrom: [com.e.Top], propertyDefinitions: {p: {configuration: {a: b}}}}
com.e.Low: {extendsFrom: [com.e.Middle], propertyDefinitions: {q: LONG}}
"""


def test_place_is_the_nearest_declaration_with_the_member(tmp_path: Path) -> None:
    definition = unchecked(tmp_path, LAYERS)
    assert property_place(definition, "com.e.Low", "p").line == 2
    assert property_place(definition, "com.e.Low", "p", "configuration", "a")[1:] == (2, 87)
    assert property_place(definition, "com.e.Low", "p", "dataType")[1:] == (1, 49)
    assert property_place(definition, "com.e.Low", "q").line == 3


def test_place_of_what_no_file_declares_is_that_of_the_type(tmp_path: Path) -> None:
    definition = unchecked(tmp_path, LAYERS)
    assert property_place(definition, "com.e.Low", "missing")[1:] == (3, 1)
    assert property_place(definition, "com.e.Low", "p", "window")[1:] == (3, 1)
