"""The differences of two values made of mappings."""

from __future__ import annotations

from twin_stack.plan.changes import Action, Detail
from twin_stack.plan.differences import differences, is_data_value


def test_keys_come_in_their_order_after_the_change_and_removed_ones_last() -> None:
    before = {"gone": {"a": 1}, "same": 1, "changed": 1}
    after = {"new": {"b": 2}, "changed": 2, "same": 1}
    assert list(differences(before, after, ("thing",))) == [
        Detail(Action.ADDED, ("thing", "new"), None, {"b": 2}),
        Detail(Action.CHANGED, ("thing", "changed"), 1, 2),
        Detail(Action.REMOVED, ("thing", "gone"), {"a": 1}),
    ]


def test_values_that_python_takes_for_equal_differ_by_their_type() -> None:
    assert list(differences({"on": True}, {"on": 1})) == [Detail(Action.CHANGED, ("on",), True, 1)]
    assert list(differences({"on": 1}, {"on": 1})) == []


def test_value_in_the_form_of_the_service_is_one_difference() -> None:
    before, after = {"value": {"stringValue": "P-100"}}, {"value": {"doubleValue": 100}}
    assert list(differences(before, after)) == [
        Detail(Action.CHANGED, ("value",), {"stringValue": "P-100"}, {"doubleValue": 100})
    ]
    values = [
        {"stringValue": "P-100"},
        {"stringValue": "P-100", "more": 1},
        {},
        "stringValue",
        {"expression": "a"},
    ]
    assert [is_data_value(value) for value in values] == [True, False, False, False, False]


def test_lists_of_mappings_are_compared_by_item_if_both_have_as_many() -> None:
    one, other, third = {"name": "a", "x": 1}, {"name": "b", "x": 2}, {"name": "b", "x": 3}
    assert list(differences({"items": [one, other]}, {"items": [one, third]})) == [
        Detail(Action.CHANGED, ("items", "1", "x"), 2, 3)
    ]
    for before, after in (([one], [one, other]), ([one, "text"], [third, "text"]), ([], [one])):
        assert list(differences({"items": before}, {"items": after})) == [
            Detail(Action.CHANGED, ("items",), before, after)
        ]
