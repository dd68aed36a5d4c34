"""What a twin declares, and where it is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from tests.lsp.definitions import FILES
from twin_stack.lsp.folder import TwinFolder
from twin_stack.lsp.index import Index, Names, PropertyFacts
from twin_stack.lsp.occurrences import Occurrence, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path("e.yaml")
PUMP, BOOSTER = "com.example.Pump", "com.example.Booster"


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Index]]:
    folder = write(tmp_path_factory.mktemp("twin"), FILES)
    yield folder, TwinFolder(folder).analyze({}).index


def test_names_of_a_twin_have_their_inherited_properties(twin: tuple[Path, Index]) -> None:
    names = twin[1].names
    assert names.entities == {"pump-1": "Pump 1", "pump-2": "Pump 2", "pump-3": "Pump 3"}
    assert names.connectors == {"telemetry": "dynamodb"}
    assert names.descriptions == {PUMP: "A pump."}
    assert names.components["pump-1"] == {"pump": BOOSTER}
    assert names.component_types[BOOSTER]["flow"] == PropertyFacts("DOUBLE", "m3/h", is_time_series=True)
    assert names.component_types[BOOSTER]["serial"] == PropertyFacts("STRING", "", is_time_series=False)


@pytest.mark.parametrize(
    ("symbol", "resolved"),
    [
        (Symbol("property", "flow", BOOSTER), Symbol("property", "flow", PUMP)),
        (Symbol("property", "flow", ("pump-1", "pump")), Symbol("property", "flow", PUMP)),
        (Symbol("property", "flow", ("pump-9", "pump")), Symbol("property", "flow", "")),
        (Symbol("property", "none", BOOSTER), Symbol("property", "none", BOOSTER)),
        (Symbol("entity", "pump-2", "?"), Symbol("entity", "pump-2")),
        (Symbol("entity", "a text", "?"), None),
        (Symbol("entity", "pump-9"), Symbol("entity", "pump-9")),
    ],
)
def test_symbol_has_the_type_that_declares_it(
    symbol: Symbol, resolved: Symbol | None, twin: tuple[Path, Index]
) -> None:
    assert twin[1].resolved(symbol) == resolved


def test_property_is_one_thing_in_its_type_and_wherever_an_heir_has_it(twin: tuple[Path, Index]) -> None:
    folder, index = twin
    files = [
        place.file.relative_to(folder).as_posix() for place in index.places[Symbol("property", "flow", PUMP)]
    ]
    assert sorted(files) == ["component_types/t.yaml", "component_types/t.yaml", "scenes/hall.yaml"]


def test_text_of_a_property_that_is_no_entity_is_named_nowhere(twin: tuple[Path, Index]) -> None:
    folder, index = twin
    (target,) = {
        symbol for symbol, _ in index.by_file[folder / "entities" / "e.yaml"] if symbol.name == "pump-2"
    }
    assert target == Symbol("entity", "pump-2")
    assert not any(symbol.name == "a" for symbol in index.places)


@pytest.mark.parametrize(
    ("line", "column", "is_found"),
    [(3, 4, False), (3, 5, True), (3, 10, True), (3, 13, True), (3, 14, False), (2, 5, False), (4, 5, False)],
)
def test_name_is_found_from_its_first_character_to_behind_its_quotes(
    line: int, column: int, is_found: bool
) -> None:
    named = (Symbol("entity", "pump-1"), Occurrence(Symbol("entity", "pump-1"), (3, 5)))
    assert Index(by_file={FILE: [named]}).symbol_at(FILE, line, column) == (named if is_found else None)


def test_first_character_of_a_value_is_of_the_value_and_not_of_its_key() -> None:
    key, value = Symbol("property", "feeds", PUMP), Symbol("entity", "pump-2")
    named = [(key, Occurrence(key, (1, 1))), (value, Occurrence(value, (1, 8)))]
    index = Index(by_file={FILE: named})
    symbols = {column: match[0] for column in range(1, 16) if (match := index.symbol_at(FILE, 1, column))}
    assert symbols == dict.fromkeys(range(1, 8), key) | dict.fromkeys(range(8, 16), value)


def test_name_inside_of_an_expression_is_found_at_its_offset() -> None:
    symbol = Symbol("property", "flow", PUMP)
    index = Index(by_file={FILE: [(symbol, Occurrence(symbol, (1, 5), offset=10))]})
    assert index.symbol_at(FILE, 1, 14) is None
    assert index.symbol_at(FILE, 1, 15) is not None
    assert index.symbol_at(Path("other.yaml"), 1, 15) is None


def test_symbol_of_an_empty_index_stays_as_it_is_written() -> None:
    assert Index(names=Names()).resolved(Symbol("component", "c", "e-1")) == Symbol("component", "c", "e-1")
