"""README shows the plan that ``twin plan`` makes."""

from __future__ import annotations

from tests.docs.readme_plan import readme_plan, shown_plan


def test_plan_of_the_readme_is_made_by_the_command() -> None:
    assert shown_plan() == readme_plan(), "run `make snapshots`"
    assert "PLAN045" in shown_plan()
