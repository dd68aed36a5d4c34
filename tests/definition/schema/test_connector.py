"""Connectors of the twin file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.managed_models import TWIN
from tests.definition.models import found

if TYPE_CHECKING:
    from pathlib import Path


def test_alias_template_is_refused_when_the_twin_makes_the_assets(tmp_path: Path) -> None:
    assets, file = "assets: managed", tmp_path / "twin.yaml"

    file.write_text(TWIN.replace(assets, f"{assets}, propertyAlias: /p"))
    (finding,) = found(tmp_path)
    assert finding.startswith("twin.yaml:3:10 TWIN005 ")
    assert "propertyAlias is for existing assets; managed ones get their aliases from the twin" in finding

    file.write_text(TWIN.replace(assets, 'propertyAlias: "/${entityId}"'))
    assert found(tmp_path) == []
