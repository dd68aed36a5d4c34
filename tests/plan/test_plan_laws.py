"""What holds for the plans of all changes: of generated definitions and of the edits."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.plan_applier import apply_plan, things_as_data
from tests.support.soak import repetitions
from tests.support.twin_strategies import definitions, write_definition
from twin_stack.plan import Action, make_plan
from twin_stack.plan.document import plan_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twin_stack.definition import TwinDefinition
    from twin_stack.plan import Detail, Plan

Json = dict[str, Any]
EXAMPLES = settings(max_examples=repetitions(20, 500))
MIRROR = {Action.ADDED: Action.REMOVED, Action.REMOVED: Action.ADDED}


def loaded(*sides: Json, is_permuted: bool = False) -> list[TwinDefinition]:
    with tempfile.TemporaryDirectory() as temporary:
        return [
            write_definition(Path(temporary, str(number)), things, is_permuted=is_permuted)
            for number, things in enumerate(sides)
        ]


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def parts_of(plan: Plan, *, is_mirrored: bool) -> set[str]:
    """Changes and details of a plan, or of the plan of the way back, as text without an order."""

    def texts() -> Iterator[str]:
        for change in plan.changes:
            ids = [change.former_id or change.id, change.id]
            action = MIRROR.get(change.action, change.action) if is_mirrored else change.action
            yield f"{action} {change.kind} {ids[::-1] if is_mirrored else ids}"
            for detail in change.details:
                path = () if detail.action in (Action.MOVED, Action.RENAMED) else detail.path
                if len(path) > 2 and not is_mirrored:
                    path = path_before(path, change.details)
                values = [detail.before, detail.after]
                action = MIRROR.get(detail.action, detail.action) if is_mirrored else detail.action
                content = json.dumps(values[::-1] if is_mirrored else values, sort_keys=True)
                yield f"{change.kind} {sorted(ids)} {action} {path} {content}"

    return set(texts())


def path_before(path: tuple[str, ...], details: Iterable[Detail]) -> tuple[str, ...]:
    """The path before the change of what is below a moved node of a scene."""
    moved = {
        d.after: d.before
        for d in details
        if d.action in (Action.MOVED, Action.RENAMED) and d.path[0] == "nodes"
    }
    if path[0] != "nodes" or not moved:
        return path
    above = [after for after in moved if f"{path[1]}/".startswith(f"{after}/")]
    if not above:
        return path
    nearest = max(above, key=len)
    return (path[0], moved[nearest] + path[1].removeprefix(nearest), *path[2:])


@pytest.mark.slow
@EXAMPLES
@given(definitions(), definitions())
def test_plan_is_the_change_there_and_back_in_any_order(first: Json, second: Json) -> None:
    before, after = loaded(first, second)
    (permuted,) = loaded(second, is_permuted=True)
    plan = make_plan(before, after)
    document = as_json(plan_document(plan))
    assert apply_plan(document, as_json(things_as_data(before))) == as_json(things_as_data(after))
    back = make_plan(after, before)
    assert parts_of(plan, is_mirrored=False) == parts_of(back, is_mirrored=True)

    none = make_plan(after, permuted)
    assert (none.changes, none.risks, none.quotas, none.rows) == ((), (), (), ())
    assert none.before_hash == none.after_hash
    other = make_plan(before, permuted)
    assert [change.id for change in plan.changes] == [change.id for change in other.changes]
    assert parts_of(plan, is_mirrored=False) == parts_of(other, is_mirrored=False)
    assert risks_of(plan) == risks_of(other)


def risks_of(plan: Plan) -> list[tuple[str, str, str]]:
    return [(risk.code, risk.id, risk.message) for risk in plan.risks]


@pytest.mark.slow
@EXAMPLES
@given(definitions(), definitions(), st.data())
def test_renames_are_applied_with_all_that_refers_to_them(
    first: Json, second: Json, data: st.DataObject
) -> None:
    renames = {}
    for kind, section in (
        ("entities", "entities"),
        ("component_types", "componentTypes"),
        ("scenes", "scenes"),
    ):
        gone, new = (
            sorted(first[kind].keys() - second[kind].keys()),
            sorted(second[kind].keys() - first[kind].keys()),
        )
        if gone and new:
            renames[section] = {data.draw(st.sampled_from(gone)): data.draw(st.sampled_from(new))}
    second = {**second, "twin": {**second["twin"], "renames": renames}}
    before, after = loaded(first, second)
    document = as_json(plan_document(make_plan(before, after)))
    assert apply_plan(document, as_json(things_as_data(before))) == as_json(things_as_data(after))
