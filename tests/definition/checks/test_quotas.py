"""What AWS accepts of a twin unless it raises a quota."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path

RAISE = "ask AWS to raise the quota of the account, or"


def chain(count: int) -> str:
    """Return entities of which each is below the one before."""
    lines = [
        f"m-{number}: {{entityName: M1, parentEntityId: {f'm-{number - 1}' if number else '$ROOT'}}}\n"
        for number in range(count)
    ]
    return "".join(reversed(lines))


def components(count: int) -> str:
    named = ", ".join(f"c{number}: {{componentTypeId: com.e.T}}" for number in range(count))
    return f"m-1: {{entityName: M1, components: {{{named}}}}}\n"


def properties(count: int) -> str:
    named = ", ".join(f"p{number}: {{dataType: DOUBLE}}" for number in range(count))
    return f"com.e.T: {{propertyDefinitions: {{{named}}}}}\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"entities/e.yaml": chain(30)}, None),
        (
            {"entities/e.yaml": chain(31)},
            f'entities/e.yaml:1:1 TWIN130 warning: entity "m-30" has 31 levels, 30 are the quota; {RAISE} put it '
            "higher",
        ),
        ({"component_types/t.yaml": "com.e.T: {}\n", "entities/e.yaml": components(30)}, None),
        (
            {"component_types/t.yaml": "com.e.T: {}\n", "entities/e.yaml": components(31)},
            f'entities/e.yaml:1:1 TWIN130 warning: entity "m-1" has 31 components, 30 are the quota; {RAISE} '
            "divide the entity",
        ),
        ({"component_types/t.yaml": properties(800)}, None),
        (
            {"component_types/t.yaml": properties(801)},
            'component_types/t.yaml:1:1 TWIN130 warning: component type "com.e.T" has 801 properties, 800 are '
            f"the quota; {RAISE} divide the type",
        ),
        ({f"scenes/s{n:03}.json": '{"specVersion": "1.0", "nodes": []}' for n in range(100)}, None),
        (
            {f"scenes/s{n:03}.json": '{"specVersion": "1.0", "nodes": []}' for n in range(101)},
            "scenes/s100.json:1:1 TWIN130 warning: the workspace has 101 scenes, 100 are the quota; "
            f"{RAISE} move a part of them to a second workspace",
        ),
    ],
)
def test_more_than_a_quota_is_a_warning_at_its_place(
    files: dict[str, str | bytes], expected: str | None, tmp_path: Path
) -> None:
    assert finding_lines(write(tmp_path, files)) == ([expected] if expected else [])


def test_entities_have_the_quota_that_aws_has_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin_stack.definition.checks.quotas.MAX_WORKSPACE_ENTITIES", 30)
    files = {"entities/e.yaml": "".join(f"m-{number}: {{entityName: M1}}\n" for number in range(31))}
    twin = "workspaceId: plant\nengine: bulk\n"
    write(tmp_path, {"twin.yaml": twin, **files})
    assert finding_lines(tmp_path) == [
        "entities/e.yaml:31:1 TWIN130 warning: the workspace has 31 entities, 30 are the quota; "
        f"{RAISE} move a part of them to a second workspace; where it is raised, set bulk.maxEntities"
    ]

    write(tmp_path, {"twin.yaml": f"{twin}bulk: {{maxEntities: 60000}}\n", **files})
    assert finding_lines(tmp_path) == []


def test_levels_of_a_cycle_are_not_counted(tmp_path: Path) -> None:
    entities = chain(20) + "".join(
        f"c-{number}: {{entityName: C1, parentEntityId: c-{(number + 1) % 40}}}\n" for number in range(40)
    )

    codes = [line.split()[1] for line in finding_lines(write(tmp_path, {"entities/e.yaml": entities}))]

    assert "TWIN130" not in codes
    assert codes


@pytest.mark.parametrize(("length", "codes"), [(81, []), (82, ["TWIN131"])])
def test_location_of_a_scene_has_room_for_both_ids(length: int, codes: list[str], tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "twin.yaml": f"workspaceId: {'w' * 100}\n",
        f"scenes/{'s' * length}.json": '{"specVersion": "1.0", "nodes": []}',
    }

    assert [line.split()[1] for line in finding_lines(write(tmp_path, files))] == codes


def composition(levels: int, width: int = 1) -> str:
    parts = {
        f"com.e.L{level}": ", ".join(
            f"p{number}: {{componentTypeId: com.e.L{level + 1}}}" for number in range(width)
        )
        for level in range(levels - 1)
    }
    lines = [f"{type_id}: {{compositeComponentTypes: {{{inner}}}}}" for type_id, inner in parts.items()]
    return "\n".join([*lines, f"com.e.L{levels - 1}: {{}}"]) + "\n"


@pytest.mark.parametrize(
    ("levels", "width", "expected"),
    [
        (5, 1, []),
        (6, 1, ["has 6 levels of parts, 5 are the quota"]),
        (2, 49, []),
        (2, 50, ["has 51 component types in its parts, 50 are the quota"]),
    ],
)
def test_parts_have_quotas_of_their_own(levels: int, width: int, expected: list[str], tmp_path: Path) -> None:
    lines = finding_lines(write(tmp_path, {"component_types/t.yaml": composition(levels, width)}))
    assert [line.split('"com.e.L0" ')[1].split(";")[0] for line in lines] == expected
