"""How much a twin of one stack holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import found, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("count", "codes"), [(299, []), (300, ["TWIN025"]), (400, ["TWIN025"]), (401, ["TWIN024"])]
)
def test_number_of_entities_is_limited(count: int, codes: list[str], tmp_path: Path) -> None:
    entities = "".join(f"m-{number}: {{entityName: M1}}\n" for number in range(count))
    findings = found(write(tmp_path, {"entities/e.yaml": entities}))
    assert [line.split()[1] for line in findings] == codes
