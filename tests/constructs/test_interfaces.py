"""Interfaces are protocols: what a team writes itself fits by its members."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from twin_stack import DataConnectorBase, TelemetryTableBase, WorkspaceBase
from twin_stack.constructs.interfaces import IDataConnector, ITelemetryTable, IWorkspace


@pytest.mark.parametrize(
    ("interface", "base"),
    [
        (IWorkspace, WorkspaceBase),
        (IDataConnector, DataConnectorBase),
        (ITelemetryTable, TelemetryTableBase),
    ],
)
def test_base_class_has_every_member_of_its_interface_with_the_same_signature(
    interface: Any, base: Any
) -> None:
    members = [name for name in vars(interface) if not name.startswith("_")]
    assert len(members) > 8
    for name in members:
        expected, actual = vars(interface)[name], inspect.getattr_static(base, name)
        assert isinstance(actual, property) == isinstance(expected, property), name
        if not isinstance(expected, property):
            assert inspect.signature(actual) == inspect.signature(expected), name
    public = {name for name in vars(base) if not name.startswith("_")}
    assert public <= set(members)
