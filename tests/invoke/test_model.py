"""The default definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.invocations import EVENT, twin

if TYPE_CHECKING:
    from pathlib import Path


def test_mistakes_of_the_definition_are_all_shown(factory: Path) -> None:
    (factory / "entities" / "zone-a.yaml").write_text(
        "zone-a: {entityNam: Zone, what: 1}\n", encoding="utf-8"
    )
    result = twin("telemetry", "--model", str(factory), "--event", EVENT)
    assert result.exit_code == 1
    assert "TWIN003" in result.stderr
    assert "Traceback" not in result.stderr
