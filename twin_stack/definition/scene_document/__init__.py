"""Mistakes of a scene document that can be found in it alone, without the twin.

The page finds the same ones in the same way (``viewer/src/scene``), with the levels and words of
``scene_problems.json``; a test compares both.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from twin_stack.definition.scene_document.boolean_tests import BooleanTest, boolean_tests
from twin_stack.definition.scene_document.components import check_nodes
from twin_stack.definition.scene_document.members import MemberChecker
from twin_stack.definition.scene_document.problems import Problems, SceneProblem, TooManyProblemsError
from twin_stack.definition.scene_document.rules import check_rules
from twin_stack.definition.scene_document.tree import check_tree
from twin_stack.definition.scene_document.version import check_version
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BooleanTest", "SceneProblem", "boolean_tests", "scene_problems"]


def scene_problems(document: Mapping[str, Any]) -> list[SceneProblem]:
    """Return the mistakes of a scene document.

    Args:
        document: The document; its nodes are numbered.
    """
    problems = Problems()
    with suppress(TooManyProblemsError):
        _check_document(problems, document)
    return problems.all


def _check_document(problems: Problems, document: Mapping[str, Any]) -> None:
    facts = scene_facts()
    members = MemberChecker(problems)
    check_version(problems, document)
    top = {name: member for name, member in facts.document_members.items() if name != "specVersion"}
    members.check(document, top, (), owner=None)
    properties = document.get("properties")
    if isinstance(properties, dict):
        members.check(properties, facts.property_members, ("properties",), owner="properties")
        if properties.get("dataBindingConfig") == {}:
            problems.add("empty-binding-config", ("properties", "dataBindingConfig"))
    check_nodes(problems, members, document)
    check_tree(problems, document)
    check_rules(problems, members, document)
