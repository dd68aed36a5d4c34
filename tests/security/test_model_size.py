"""A definition folder of any size ends in one finding, soon and in little memory."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from tests.support.soak import repetitions
from twin_stack.definition import check
from twin_stack.definition.budget import MAX_MODEL_VALUES

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.soak]

PROGRAM = """
import sys
from pathlib import Path
from twin_stack.definition import check
definition, findings = check(Path(sys.argv[1]))
print(*findings, sep="\\n")
print(*(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""
TWIN = {"twin.yaml": "workspaceId: big\n"}
MAX_VALUES = repetitions(MAX_MODEL_VALUES // 20, MAX_MODEL_VALUES)
"""The limit of values in these tests: ``make test`` lowers it, since to reach it takes seconds."""
VALUES = (
    f":1:1 TWIN098 the files, rows and layouts hold more than {MAX_VALUES:,} values together; split the "
    "definition into several twins, or make it smaller"
)
BYTES = (
    ":1:1 TWIN098 the files hold more than 20,000,000 bytes together; split the definition into several "
    "twins, or make it smaller"
)


@pytest.fixture(autouse=True)
def _limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin_stack.definition.budget.MAX_MODEL_VALUES", MAX_VALUES)


def entities(first: int, count: int) -> str:
    line = "e-{0}: {{entityName: E {0}, description: some text of a usual length, tags: {{a: b}}}}\n"
    return "".join(line.format(number) for number in range(first, first + count))


def findings_of(folder: Path) -> list[str]:
    definition, findings = check(folder)
    assert definition is None
    return [str(finding).removeprefix(str(folder)) for finding in findings]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the used memory by /proc")
def test_many_large_files_end_in_one_finding_in_little_memory(tmp_path: Path) -> None:
    files = {f"entities/e{number:02}.yaml": entities(number * 36_000, 36_000) for number in range(12)}
    assert sum(map(len, files.values())) > 38_000_000
    folder = write(tmp_path, {**TWIN, **files})

    output = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=True, timeout=20
    ).stdout.splitlines()

    assert output[:-1] == [f"{folder}{BYTES}"]
    assert int(output[-1].split()[1]) < 200 * 1024


def test_many_values_in_few_bytes_end_in_one_finding(tmp_path: Path) -> None:
    files = {f"component_types/t{number}.yaml": f"[{'1,' * (MAX_VALUES * 39 // 80)}1]" for number in range(4)}

    lines = findings_of(write(tmp_path, {**TWIN, **files}))

    assert [line for line in lines if "TWIN098" in line] == [VALUES]


def test_many_tiny_files_end_in_one_finding(tmp_path: Path) -> None:
    (tmp_path / "entities").mkdir()
    original = tmp_path / "entities" / "e.yaml"
    original.write_text("")
    for number in range(MAX_VALUES // 20):
        (tmp_path / "entities" / f"e{number}.yaml").hardlink_to(original)

    assert findings_of(write(tmp_path, TWIN)) == [VALUES]


def test_rows_of_one_csv_file_count_each_time_they_are_used(tmp_path: Path) -> None:
    tags = ", ".join(f"t{number}: v" for number in range(50))
    template = "forEach: {csv: rows.csv, as: row}\n"
    template += "entity: {entityId: 'NAME-${row.id}', entityName: Mixer, tags: {TAGS}}\n"
    files = {
        f"entities/e{number}.yaml": template.replace("NAME", f"e{number}").replace("TAGS", tags)
        for number in range(5)
    }
    files["entities/rows.csv"] = "id\n" + "".join(f"{number}\n" for number in range(MAX_VALUES // 320))

    assert findings_of(write(tmp_path, {**TWIN, **files})) == [VALUES]
