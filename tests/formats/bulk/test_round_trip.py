"""A bulk file that is imported and exported again is the same, value for value."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.round_trips import export_from, import_into
from tests.support.service_twins import twins
from twin_stack.definition import load
from twin_stack.formats.service_json import capital_targets

MODELS = Path(__file__).parents[3] / "models"


def by_id(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the items of a file by id: their order says nothing."""
    types = {item["componentTypeId"]: item for item in document["componentTypes"]}
    entities = {item["entityId"]: item for item in document["entities"]}
    assert (len(types), len(entities)) == (len(document["componentTypes"]), len(document["entities"]))
    return {"componentTypes": types, "entities": entities}


@pytest.mark.slow
@given(twin=twins(False), indent=st.sampled_from([None, 2]))
def test_export_of_an_import_is_the_source(twin: tuple[list[Any], list[Any]], indent: int | None) -> None:
    source = capital_targets({"componentTypes": twin[0], "entities": twin[1]})
    with TemporaryDirectory() as temporary:
        file, model, again = (Path(temporary, name) for name in ("in.json", "model", "out.json"))
        file.write_text(json.dumps(source, indent=indent), encoding="utf-8")

        assert import_into("bulk", file, model) == []
        assert export_from("bulk", model, again) == []
        assert by_id(json.loads(again.read_text(encoding="utf-8"))) == by_id(source)

        first = again.read_bytes()
        export_from("bulk", model, again)
        assert again.read_bytes() == first


def test_import_of_an_export_is_the_definition(tmp_path: Path) -> None:
    losses = export_from("bulk", MODELS / "factory", tmp_path / "factory.json")
    lost = [finding.message.split('"')[1] for finding in losses]
    assert lost == ["assets", "alarms", "scenes", "description", "telemetry", "historian", "ingest"]
    text = (tmp_path / "factory.json").read_text(encoding="utf-8")
    arn = "arn:aws:lambda:eu-west-1:111122223333:function"
    for connector in ("telemetry", "historian"):
        text = text.replace(f"__TO_FILL_IN_{connector.upper()}_LAMBDA_ARN__", f"{arn}:{connector}")
    (tmp_path / "factory.json").write_text(text, encoding="utf-8")

    assert import_into("bulk", tmp_path / "factory.json", tmp_path / "model") == []
    again, factory = load(tmp_path / "model"), load(MODELS / "factory")
    assert again.entities == factory.entities
    assert again.entities
    for type_id, own in factory.component_types.items():
        imported = again.component_types[type_id].model_dump(exclude_none=True, exclude={"alarms"})
        expected = own.model_dump(exclude_none=True, exclude={"alarms"})
        for definition in expected["property_definitions"].values():
            if definition.get("is_time_series"):
                definition["is_stored_externally"] = True
        assert imported == expected
