"""Numbers and names in the sentences of a plan."""

from __future__ import annotations

from twin_stack.plan.usage import count, name_some


def test_large_numbers_have_separators() -> None:
    names = [f"m{number}" for number in range(1_920)]

    assert name_some(names) == '"m0", "m1", "m2" and 1,917 more'
    assert name_some(names[:3]) == '"m0", "m1", "m2"'
    assert count(len(names), "component") == "1,920 components"
    assert count(1, "entity", "entities") == "1 entity"
    assert count(2_000, "entity", "entities") == "2,000 entities"
