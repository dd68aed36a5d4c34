"""All files: reproducible bytes, and uids of one workspace."""

from __future__ import annotations

import pytest

from tests.support.grafana import ROOT, factory, pages
from twin_stack.definition import load
from twin_stack.errors import TwinError
from twin_stack.grafana import Settings, generate


def test_two_runs_give_the_same_bytes() -> None:
    assert factory() == factory()


def test_another_workspace_has_another_data_source_and_dashboards() -> None:
    definition = load(ROOT / "models" / "factory")
    ours, theirs = (
        {page["uid"] for page in pages(generate(definition, Settings(), workspace_id=name)).values()}
        for name in ("my-factory-twin", "my-factory-twin-prod")
    )
    assert not ours & theirs
    with pytest.raises(TwinError, match="is not a workspace id"):
        generate(definition, Settings(), workspace_id="$x")
