"""How much a twin of one stack holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("count", "codes"), [(299, []), (300, ["TWIN025"]), (400, ["TWIN025"]), (401, ["TWIN024"])]
)
def test_number_of_entities_is_limited(count: int, codes: list[str], tmp_path: Path) -> None:
    entities = "".join(f"m-{number}: {{entityName: M1}}\n" for number in range(count))
    findings = finding_lines(write(tmp_path, {"entities/e.yaml": entities}))
    assert [line.split()[1] for line in findings] == codes


@pytest.mark.parametrize("count", [300, 401])
def test_bulk_engine_has_no_limit_of_a_stack(count: int, tmp_path: Path) -> None:
    entities = "".join(f"m-{number}: {{entityName: M1}}\n" for number in range(count))
    twin = "workspaceId: my-twin\nengine: bulk\n"
    assert finding_lines(write(tmp_path, {"twin.yaml": twin, "entities/e.yaml": entities})) == []


def test_assets_of_a_bulk_twin_count_only_while_it_is_handed_over(tmp_path: Path) -> None:
    twin = "workspaceId: my-twin\nengine: bulk\nconnectors: {plant: {kind: sitewise, assets: managed}}\n"
    files: dict[str, str | bytes] = {
        "twin.yaml": twin,
        "component_types/t.yaml": f"com.e.S: {{{SERIES}, functions: {{dataReader: plant}}}}\n",
        "entities/e.yaml": "".join(
            f"m-{number}: {{entityName: M1, components: {{c: {{componentTypeId: com.e.S}}}}}}\n"
            for number in range(480)
        ),
    }

    assert "TWIN066" not in " ".join(finding_lines(write(tmp_path, files)))

    finding = finding_lines(write(tmp_path, {**files, "twin.yaml": f"{twin}handOver: true\n"}))[-1]
    assert "TWIN066 480 assets, 1 component type, 1 asset model" in finding
    assert finding.endswith("move a part of them to a second workspace")


def test_entity_with_a_mistake_counts_too(tmp_path: Path) -> None:
    entities = (
        "".join(f"m-{number}: {{entityName: M1}}\n" for number in range(400)) + "m(1): {entityName: M1}\n"
    )
    assert [line.split()[:2] for line in finding_lines(write(tmp_path, {"entities/e.yaml": entities}))] == [
        ["entities/e.yaml:401:1", "TWIN011"],
        ["entities/e.yaml:401:1", "TWIN024"],
    ]


ARCHIVE = (
    "workspaceId: my-twin\nconnectors:\n"
    "  archive: {kind: dynamodb, tableName: archive, listDevices: true}\n"
    "  other: {kind: dynamodb, tableName: other, listDevices: true}\n"
)
SERIES = "propertyDefinitions: {p: {dataType: LONG, isTimeSeries: true}}"


def test_devices_are_counted_for_each_connector_alone(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "twin.yaml": ARCHIVE,
        "component_types/t.yaml": f"com.e.S: {{{SERIES}, functions: {{dataReader: archive}}}}\n"
        f"com.e.T: {{{SERIES}, functions: {{dataReader: other}}}}\n",
        "entities/e.yaml": "".join(
            f"machine-with-a-long-id-{number}: {{entityName: M1, components: {{c: {{componentTypeId: com.e.{kind}}}}}}}\n"
            for number, kind in enumerate("S" * 90 + "T" * 120)
        ),
    }
    (finding,) = finding_lines(write(tmp_path, files))
    assert finding.startswith('entities/e.yaml:210:1 TWIN046 the devices of connector "other" take 3,')


def test_resources_of_every_kind_count(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "twin.yaml": "workspaceId: my-twin\nconnectors: {telemetry: {kind: dynamodb}}\n",
        "component_types/t.yaml": "".join(f"com.e.T{number}: {{}}\n" for number in range(186)),
        "entities/e.yaml": "".join(f"m-{number}: {{entityName: M1}}\n" for number in range(290)),
    }

    (finding,) = finding_lines(write(tmp_path, files))

    assert finding == (
        "entities/e.yaml:290:1 TWIN066 290 entities, 186 component types and 25 others, together 501, are more "
        "than the 500 resources of a stack; set engine: bulk in twin.yaml"
    )
