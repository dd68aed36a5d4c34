"""The choice of entities that are simulated."""

from __future__ import annotations

import pytest

from twin_stack.simulate.choice import choose_evenly


@pytest.mark.parametrize("limit", [1, 3, 10, 11, 25, 60])
def test_no_more_are_chosen_than_the_limit_and_no_fewer_than_there_are(limit: int) -> None:
    groups = [[f"a{number:02}" for number in range(40)], ["b1", "b2"], ["b1", "b2", "c1"]]

    assert len(choose_evenly(groups, limit)) == min(limit, 43)


def test_small_groups_are_chosen_whole_and_large_ones_from_end_to_end() -> None:
    groups = [[f"a{number:02}" for number in range(40)], ["b1", "b2"]]

    assert choose_evenly(groups, 6) == {"b1", "b2", "a00", "a10", "a20", "a30"}
