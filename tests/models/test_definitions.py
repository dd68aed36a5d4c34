"""Each example definition, by the check that ``twin check`` runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_stack.definition import check

MODELS = sorted(path.parent for path in (Path(__file__).parents[2] / "models").glob("*/twin.yaml"))
CHECKED = [model for model in MODELS if model.name != "campus"]
"""Without the campus, whose check takes more than a second: `test_campus.py` has it."""


@pytest.mark.slow
@pytest.mark.parametrize("model", CHECKED, ids=lambda model: model.name)
def test_model_is_without_findings(model: Path) -> None:
    definition, findings = check(model)

    assert definition
    assert [str(finding) for finding in findings] == []
